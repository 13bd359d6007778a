"""The rulebook in memory: law files, their rules, the questions in their order, and what holds on a given day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.vocabulary.eural import EuralKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.conditions import Condition
from matching.end_of_waste.fields import Property


class Part(StrEnum):
    """What a question decides, in the order in which the engine takes them."""

    CODE = "code"
    HAZARD = "hazard"
    POP = "pop"
    FORBIDDEN = "forbidden"
    STATUS = "status"
    WASTE_CLASS = "waste_class"
    TRADE = "trade"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in plain Dutch (B1) and in English."""

    nl: str
    en: str


@dataclass(frozen=True, slots=True, eq=False)
class LawFile:
    """One article in one version. `digest` is the SHA-256 of the file's bytes; both validity days are included.

    An act that is announced but has no date yet starts on the last day there is (date.max). `start_from_memory`:
    nobody read from which day it holds, so a verdict on a day long ago may be about rules that were not there yet.
    """

    file: str
    digest: str
    act: str
    place: str
    title: Text
    link: str
    source: str
    valid_from: date
    valid_to: date | None
    last_checked: date
    confidence: Confidence
    questions: tuple[str, ...]
    start_from_memory: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether this version is the law on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, eq=False)
class Consequence:
    """What follows when a rule is not met: blockers, and the status that remains (None: no change)."""

    blockers: tuple[str, ...]
    status: LegalStatus | None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The comparison of a rule as shown to people; empty when the rule compares no number."""

    property: str | None = None
    operator: str | None = None
    limit: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One demand of an article.

    `when`: to whom it applies; `test`: what it demands; `attested_by`: papers that prove it when no measurement is
    known; `apply_when_unsure`: ask it also when it is not known whether it applies (the safe side);
    `silent_when_unknown`: an unknown outcome is not reported (rules that only speak on a known value);
    `only_refutes`: it can stand in the way, but a verdict never rests on it when it is met;
    `wakes`: when not None, the rule has nothing to say unless one of these properties is known;
    `vouchable`: papers may stand in for a value that was not measured, and readers are told so;
    `papers`: every document that its test asks for or that may stand in for a value;
    `marks`: the fact that becomes yes when the rule is not met.
    """

    id: str
    law: LawFile
    article: str
    confidence: Confidence
    title: Text
    explanation: Text
    when: Condition
    test: Condition
    attested_by: frozenset[str]
    on_fail: tuple[Consequence, ...]
    on_unknown: tuple[Consequence, ...]
    apply_when_unsure: bool
    silent_when_unknown: bool
    only_refutes: bool
    marks: str | None
    duty: str | None
    measures: tuple[str, ...]
    wakes: frozenset[str] | None
    shown: Limit
    vouchable: bool = False
    papers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A step in the order of the check, e.g. "is it a by-product?", with the status that a yes leads to.

    `last_resort`: asked only when no question above it was asked (an individual test, after the acts).
    `rests_on`: rules without which the answer is never yes. On a day before an act was in force only the rules of
    other acts are asked, and meeting those must not look like meeting the act.
    """

    id: str
    part: Part
    title: Text
    leads_to: LegalStatus | None
    claims: frozenset[str]
    asked_when: Condition
    last_resort: bool
    rests_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class EuralChange:
    """A code that gets another kind, is new or is withdrawn (kind None) from a day on."""

    code: str
    kind: EuralKind | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class Edition:
    """The rulebook of one day: the questions with the rules that hold then, in order."""

    on: date
    questions: Mapping[Part, tuple[tuple[Question, tuple[Rule, ...]], ...]]
    wakes: Mapping[str, frozenset[str] | None]
    codes: Mapping[str, EuralKind]


@dataclass(frozen=True, slots=True)
class DocumentName:
    """A kind of document in words, and who can provide one (a name among the messages)."""

    name: Text
    provider: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Figures of the rulebook that are no law: words for the duty of a memory rule, sizes of searches."""

    ask_when_from_memory: str
    most_tries: int
    positive: frozenset[LegalStatus]
    better: tuple[LegalStatus, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """All law files. `version` is a hash over the digests of every file, so two equal versions decide equally."""

    version: str
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    files: tuple[LawFile, ...]
    properties: Mapping[str, Property]
    countries: Mapping[str, str]
    codes: Mapping[str, EuralKind]
    code_changes: tuple[EuralChange, ...]
    settings: Settings
    messages: Mapping[str, Mapping[str, Text]]
    documents: Mapping[str, DocumentName]
    by_id: Mapping[str, tuple[Rule, ...]]
    _editions: dict[date, Edition] = field(default_factory=dict, compare=False, repr=False)

    def edition(self, on: date) -> Edition:
        """What holds on `on`; kept, because almost every check of a day is of the same day.

        At most as many days are kept as there are rules: who asks for every day of a century must not fill the memory.
        """
        found = self._editions.get(on)
        if found is None:
            if len(self._editions) > len(self.rules):
                self._editions.clear()
            found = self._editions[on] = self._edition(on)
        return found

    def _edition(self, on: date) -> Edition:
        holding: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if rule.law.holds_on(on):
                for name in rule.law.questions:
                    holding.setdefault(name, []).append(rule)
        questions: dict[Part, list[tuple[Question, tuple[Rule, ...]]]] = {part: [] for part in Part}
        for question in self.questions:
            rules = tuple(holding.get(question.id, ()))
            if rules:
                questions[question.part].append((question, rules))
        wakes = {name: _wakes(rules) for name, rules in holding.items()}
        return Edition(on, {part: tuple(pairs) for part, pairs in questions.items()}, wakes, self._codes(on))

    def _codes(self, on: date) -> Mapping[str, EuralKind]:
        codes = dict(self.codes)
        for change in self.code_changes:
            if on < change.valid_from:
                continue
            if change.kind is None:
                codes.pop(change.code, None)
            else:
                codes[change.code] = change.kind
        return codes

    def message(self, group: str, name: str) -> Text:
        """The sentence `name` of `group`; the name itself when there is none, so that nothing is hidden."""
        return self.messages.get(group, {}).get(name) or Text(name, name)

    def days_of_change(self) -> tuple[date, ...]:
        """The days on which the law changes: the first day of a version and the day after a last one."""
        first = {law.valid_from for law in self.files if law.valid_from < date.max}
        after = {date.fromordinal(law.valid_to.toordinal() + 1) for law in self.files if law.valid_to}
        return tuple(sorted(first | after | {change.valid_from for change in self.code_changes}))


def _wakes(rules: Sequence[Rule]) -> frozenset[str] | None:
    """The properties without which a whole question has nothing to say; None when it always has."""
    found: set[str] = set()
    for rule in rules:
        if rule.wakes is None:
            return None
        found |= rule.wakes
    return frozenset(found)
