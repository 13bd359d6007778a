"""Turn one law file into rules, and refuse it with file and line when anything in it is not understood."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.conditions import Condition, Scope, always, compile_condition
from matching.end_of_waste.fields import TRUTH_FIELDS, Property
from matching.end_of_waste.reference_reader import day, sub_blocks, text, word
from matching.end_of_waste.rules import Consequence, LawFile, Limit, Part, Rule
from matching.end_of_waste.yaml_lines import Block

HEAD = frozenset(
    {
        "act",
        "place",
        "title",
        "link",
        "source",
        "valid_from",
        "start",
        "valid_to",
        "last_checked",
        "confidence",
        "question",
        "rules",
        "note",
    }
)
RULE = frozenset(
    {
        "id",
        "place",
        "title",
        "explanation",
        "when",
        "test",
        "attested_by",
        "attested_if",
        "on_fail",
        "on_unknown",
        "if_unsure",
        "silent_when_unknown",
        "only_refutes",
        "marks",
        "duty",
        "confidence",
        "source",
    }
)
CONSEQUENCE = frozenset({"blocker", "blockers", "status", "when"})
BLOCKER_KINDS = ("missing", "criterion", "input", "use", "prohibited", "hazard")
UNSURE = {"apply": True, "skip": False}


def law_file(block: Block, digest: str, parts: Mapping[str, Part]) -> LawFile:
    """The head of a law file. Raises LawFileError for a missing source or date and for an unknown word."""
    block.only(HEAD)
    valid_from = _first_day(block)
    valid_to = None if block.get("valid_to") is None else day(block, "valid_to")
    if valid_to is not None and valid_to < valid_from:
        raise block.error(f"valid_to {valid_to} is before valid_from {valid_from}; correct one of them", "valid_to")
    return LawFile(
        file=block.file,
        digest=digest,
        act=str(block.required("act")),
        place=str(block.required("place")),
        title=text(block, "title"),
        link=str(block.required("link")),
        source=str(block.required("source")),
        valid_from=valid_from,
        valid_to=valid_to,
        last_checked=day(block, "last_checked"),
        confidence=word(Confidence, block, "confidence"),
        questions=_questions(block, parts),
        start_from_memory=_start_from_memory(block),
    )


def _start_from_memory(block: Block) -> bool:
    """`start: memory`: the text was read, but nobody read from which day it holds."""
    value = block.get("start")
    if value is not None and str(value) != Confidence.MEMORY.value:
        raise block.error(f"'start' is {Confidence.MEMORY.value} or left out; got '{value}'", "start")
    return value is not None


def _first_day(block: Block) -> date:
    """`valid_from: null` is an act that is announced and has no date: it holds on no day that can be asked."""
    if "valid_from" in block and block["valid_from"] is None:
        return date.max
    return day(block, "valid_from")


def _questions(block: Block, parts: Mapping[str, Part]) -> tuple[str, ...]:
    value = block.required("question")
    names = tuple(str(name) for name in (value if isinstance(value, list) else [value]))
    for name in names:
        if name not in parts:
            accepted = ", ".join(sorted(parts))
            raise block.error(f"question '{name}' is not in order.yaml; accepted are {accepted}", "question")
    if len({parts[name] for name in names}) > 1:
        raise block.error("the questions of one file must be of one part (see order.yaml); split the file", "question")
    return names


class LawReader:
    """Reads the rules of one law file, in order, so that a rule may refer to those above it."""

    def __init__(self, law: LawFile, part: Part, properties: Mapping[str, Property]) -> None:
        self._law = law
        self._part = part
        self._properties = properties
        self._tests: dict[str, Condition] = {}
        self._whens: dict[str, Condition] = {}

    def rules(self, block: Block) -> list[Rule]:
        """All rules of the file."""
        return [self._rule(item) for item in sub_blocks(block, "rules")]

    def _rule(self, block: Block) -> Rule:
        block.only(RULE)
        name = str(block.required("id"))
        if name in self._tests:
            raise block.error(f"rule id '{name}' is used twice in this file; give one of them another id", "id")
        attested = self._documents(block)
        proof = self._condition(block, "attested_if") if "attested_if" in block else None
        test = attestable(self._test(block), attested, proof)
        self._tests[name] = test
        return Rule(
            id=name,
            law=self._law,
            article=f"{self._law.act}, {block.get('place') or self._law.place}",
            confidence=word(Confidence, block, "confidence") if "confidence" in block else self._law.confidence,
            title=text(block, "title"),
            explanation=text(block, "explanation"),
            when=self._when(block),
            test=test,
            attested_by=attested,
            on_fail=self._consequences(block, "on_fail"),
            on_unknown=self._consequences(block, "on_unknown"),
            apply_when_unsure=self._unsure(block),
            silent_when_unknown=bool(block.get("silent_when_unknown", False)),
            only_refutes=bool(block.get("only_refutes", False)),
            marks=self._marks(block),
            duty=self._duty(block),
            measures=tuple(_measures(block.get("test"))),
            wakes=_wakes(block),
            shown=_shown(block.get("test")),
            vouchable=bool(attested or proof),
            papers=attested.union(_papers(block.get("test")), _papers(block.get("attested_if"))),
        )

    def _test(self, block: Block) -> Condition:
        if self._part is Part.DUTY:
            return self._condition(block, "when")
        block.required("test")
        return self._condition(block, "test")

    def _when(self, block: Block) -> Condition:
        """Rules with the same `when` share one condition, so that the engine asks it once for all of them."""
        return self._whens.setdefault(repr(block.get("when")), self._condition(block, "when"))

    def _condition(self, block: Block, key: str) -> Condition:
        value = block.get(key)
        if value is None:
            return always
        if not isinstance(value, Block):
            raise block.error(f"'{key}' needs conditions of the form 'name: value'; got {value!r}", key)
        return compile_condition(value, Scope(self._properties, self._tests))

    def _documents(self, block: Block) -> frozenset[str]:
        names = [str(name) for name in block.get("attested_by", ())]
        known = {kind.value for kind in EvidenceKind}
        for name in names:
            if name not in known:
                raise block.error(f"'{name}' is no kind of document (contracts.vocabulary.evidence)", "attested_by")
        if (names or "attested_if" in block) and _has(block.get("test"), ("any", "evidence", "any_evidence")):
            raise block.error(
                "a paper cannot attest a test with 'any' or 'evidence': a known value could be overruled "
                "by it; write the papers into the test",
                "attested_by",
            )
        return frozenset(names)

    def _consequences(self, block: Block, key: str) -> tuple[Consequence, ...]:
        value = block.get(key)
        if value is None:
            self._refuse_silence(block, key)
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(self._consequence(block, key, item) for item in items)

    def _refuse_silence(self, block: Block, key: str) -> None:
        """A rule that decides a status must say what follows, or a failure would go by without a word."""
        if self._part is Part.STATUS and not (key == "on_unknown" and block.get("silent_when_unknown")):
            raise block.error(f"rule {block['id']} does not say what follows; add '{key}: {{blocker: ...}}'", "id")

    def _consequence(self, block: Block, key: str, item: Any) -> Consequence:
        if not isinstance(item, Block):
            raise block.error(f"'{key}' needs 'blocker: ...' and/or 'status: ...'", key)
        item.only(CONSEQUENCE)
        blockers = [str(name) for name in item.get("blockers", ())] + (
            [str(item["blocker"])] if "blocker" in item else []
        )
        for blocker in blockers:
            _check_blocker(item, blocker)
        status = word(LegalStatus, item, "status") if "status" in item else None
        return Consequence(tuple(blockers), status, self._condition(item, "when") if "when" in item else None)

    def _unsure(self, block: Block) -> bool:
        value = str(block.get("if_unsure", "apply" if self._part is Part.STATUS else "skip"))
        if value not in UNSURE:
            raise block.error(f"'if_unsure' is apply or skip; got '{value}'", "if_unsure")
        return UNSURE[value]

    def _marks(self, block: Block) -> str | None:
        value = block.get("marks")
        if value is not None and value not in TRUTH_FIELDS:
            raise block.error(f"'{value}' cannot be marked; accepted are {', '.join(sorted(TRUTH_FIELDS))}", "marks")
        return None if value is None else str(value)

    def _duty(self, block: Block) -> str | None:
        if self._part is Part.DUTY:
            return str(block.required("duty"))
        return None if block.get("duty") is None else str(block["duty"])


def attestable(test: Condition, attested_by: frozenset[str], proof: Condition | None = None) -> Condition:
    """`test`, which a paper may prove as long as no measurement answers it. A measurement always goes first.

    One paper of `attested_by` will do; `proof` is for papers that count only together, or for one kind of material.
    """
    if not attested_by and proof is None:
        return test

    def check(view: dict[str, Any]) -> bool | None:
        found = test(view)
        if found is None and (not attested_by.isdisjoint(view["evidence"]) or (proof is not None and proof(view))):
            return True
        return found

    return check


def _check_blocker(block: Block, blocker: str) -> None:
    kind, _colon, what = blocker.partition(":")
    if kind not in BLOCKER_KINDS or not what:
        kinds = ", ".join(f"{name}:" for name in BLOCKER_KINDS)
        raise block.error(f"blocker '{blocker}' must start with one of {kinds}", "blocker")
    if kind == BLOCKER_KINDS[0] and what not in {item.value for item in EvidenceKind}:
        raise block.error(f"'{what}' is no kind of document (contracts.vocabulary.evidence)", "blocker")


def _has(test: Any, forms: tuple[str, ...]) -> bool:
    if isinstance(test, list):
        return any(_has(item, forms) for item in test)
    return isinstance(test, Block) and (any(form in test for form in forms) or _has(list(test.values()), forms))


def _measures(test: Any) -> list[str]:
    """The properties a test reads, in order, for "what is missing"."""
    if isinstance(test, list):
        return [name for item in test for name in _measures(item)]
    if not isinstance(test, Block):
        return []
    if "property" in test:
        return [str(test["property"])]
    return [name for key in ("all", "any", "sum", "not") if key in test for name in _measures(test[key])]


def _papers(test: Any) -> frozenset[str]:
    """Every document that a condition names."""
    if isinstance(test, list):
        return frozenset().union(*(_papers(item) for item in test))
    if not isinstance(test, Block):
        return frozenset()
    named = [test[key] for key in ("evidence", "any_evidence") if key in test]
    own = frozenset(str(name) for value in named for name in (value if isinstance(value, list) else [value]))
    return own.union(*(_papers(test[key]) for key in ("all", "any", "not") if key in test))


def _wakes(block: Block) -> frozenset[str] | None:
    """A rule that is silent when unknown and reads measurements only need not be asked when it knows none."""
    test = block.get("test")
    if not block.get("silent_when_unknown") or not _only_measures(test):
        return None
    return frozenset(_measures(test))


def _only_measures(test: Any) -> bool:
    if isinstance(test, list):
        return all(_only_measures(item) for item in test)
    if not isinstance(test, Block):
        return False
    if "property" in test:
        return "starts_with" not in test
    return any(key in test and _only_measures(test[key]) for key in ("all", "any", "sum", "not"))


def _shown(test: Any) -> Limit:
    if not isinstance(test, Block):
        return Limit()
    if "op" in test:
        return Limit(
            str(test["property"]) if "property" in test else None,
            str(test["op"]),
            str(test.get("limit")),
            str(test.get("unit")),
        )
    for part in test.get("any", ()) or test.get("all", ()) or ():
        shown = _shown(part)
        if shown.operator:
            return shown
    return Limit(property=str(test["property"]) if "property" in test else None)
