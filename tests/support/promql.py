"""A reader of PromQL, strict, and as far as our alarms go: it gives every series that an expression names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![a-z\d]))
    | (?P<duration>\d+(?:ms|[smhdwy]))
    | (?P<word>[a-zA-Z_:][\w:]*)
    | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^=<>(){}\[\],])
    )""",
    re.VERBOSE,
)

AGGREGATIONS = frozenset({"sum", "min", "max", "avg", "count", "topk", "bottomk"})
FUNCTIONS = {"absent": 1, "rate": 1, "increase": 1, "histogram_quantile": 2, "predict_linear": 2, "time": 0}
OVER_TIME = frozenset({"rate", "increase", "predict_linear"})
SET_OPERATORS = frozenset({"and", "or", "unless"})
OPERATORS = frozenset({"+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<="}) | SET_OPERATORS
MATCHERS = frozenset({"=", "!=", "=~", "!~"})


class NotPromQL(ValueError):
    """A text that is no expression; says where."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A series that is asked for: its name, the labels by which it is chosen or grouped, and whether over time."""

    name: str
    matched: tuple[tuple[str, str], ...]
    over_time: bool


def selected(text: str) -> list[Selected]:
    """Every series of the expression; raises NotPromQL."""
    reader = _Reader(text)
    reader.expression()
    if reader.kind != "end":
        raise NotPromQL(f"{reader.value!r} is too much in {text!r}")
    return reader.found


def grouped_by(text: str) -> set[str]:
    """The labels that aggregations keep."""
    kept = re.findall(r"\bby\s*\(([^)]*)\)", text)
    return {name.strip() for group in kept for name in group.split(",")}


class _Reader:
    """Recursive descent, one token ahead."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self.found: list[Selected] = []
        self.kind, self.value = next(self._tokens)

    def take(self, expected: str | None = None) -> str:
        """The token at hand, and go on."""
        if expected is not None and self.value != expected:
            raise NotPromQL(f"expected {expected!r}, got {self.value!r}")
        value = self.value
        self.kind, self.value = next(self._tokens)
        return value

    def expression(self) -> None:
        """Operands with operators in between; which binds closer does not matter here."""
        self.operand()
        while self.value in OPERATORS and self.kind != "string":
            self.take()
            self.operand()

    def operand(self) -> None:
        """A number, something in brackets, a call, an aggregation or a series."""
        if self.value in {"-", "("}:
            if self.take() == "-":
                return self.operand()
            self.expression()
            self.take(")")
        elif self.kind == "number":
            self.take()
        elif self.kind == "word":
            self._word(self.take())
        else:
            raise NotPromQL(f"expected a value, got {self.value!r}")
        return None

    def _word(self, name: str) -> None:
        if name in AGGREGATIONS:
            self._aggregation()
        elif self.value == "(":
            self._call(name)
        else:
            self._series(name)

    def _aggregation(self) -> None:
        if self.value in {"by", "without"}:
            self.take()
            self._names()
        self.take("(")
        self.expression()
        self.take(")")

    def _names(self) -> None:
        self.take("(")
        while self.value != ")":
            if self.kind != "word":
                raise NotPromQL(f"expected a label, got {self.value!r}")
            self.take()
            if self.value != ")":
                self.take(",")
        self.take(")")

    def _call(self, name: str) -> None:
        if name not in FUNCTIONS:
            raise NotPromQL(f"{name!r} is no function that is known here")
        self.take("(")
        before, arguments = len(self.found), 0
        while self.value != ")":
            self.expression()
            arguments += 1
            if self.value != ")":
                self.take(",")
        self.take(")")
        if arguments != FUNCTIONS[name]:
            raise NotPromQL(f"{name} takes {FUNCTIONS[name]} arguments, got {arguments}")
        if name in OVER_TIME and not all(one.over_time for one in self.found[before:]):
            raise NotPromQL(f"{name} needs a series over a time, such as [5m]")

    def _series(self, name: str) -> None:
        matched: list[tuple[str, str]] = []
        if self.value == "{":
            self.take()
            while self.value != "}":
                matched.append(self._matcher())
                if self.value != "}":
                    self.take(",")
            self.take("}")
        over_time = self.value == "["
        if over_time:
            self.take()
            if self.kind != "duration":
                raise NotPromQL(f"expected a time such as 5m, got {self.value!r}")
            self.take()
            self.take("]")
        self.found.append(Selected(name, tuple(matched), over_time))

    def _matcher(self) -> tuple[str, str]:
        label, how = self.take(), self.take()
        if how not in MATCHERS or self.kind != "string":
            raise NotPromQL(f'expected {label}="...", got {how!r} {self.value!r}')
        value = self.take()[1:-1]
        if how in {"=~", "!~"}:
            re.compile(value)
        return label, value


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        if found is None:
            raise NotPromQL(f"cannot read {text[place : place + 20]!r}")
        assert found.lastgroup is not None
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()
    while True:
        yield "end", ""
