"""The check: facts + rulebook + day -> a proposed status with everything that led to it.

The order is that of the law: code, hazard and POP first (they hold whatever the owner wants), then what the act
forbids, then the questions that may end in something other than waste, then the class of what remains waste, and
last the trade around it. A status other than waste needs every rule of its question met, none from memory.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from contracts.vocabulary.eural import EuralKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence, Outcome, Verdict
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.fields import ASSUMED, NO_CLAIM, View, view_of
from matching.end_of_waste.outcomes import finding_of
from matching.end_of_waste.parsing import facts_to_text
from matching.end_of_waste.reasons import reason
from matching.end_of_waste.rules import Consequence, Edition, LawFile, Part, Question, Rule, Rulebook

ENGINE_VERSION = "1"
MISSING = "missing:"
PROPERTY = "property:"
NOTHING: frozenset[str] = frozenset()

_MILDEST_FIRST = (
    LegalStatus.UNDETERMINED,
    LegalStatus.WASTE,
    LegalStatus.HAZARDOUS_WASTE,
    LegalStatus.POP_WASTE,
)
_SEVERITY = {status: place for place, status in enumerate(_MILDEST_FIRST)}
_DOUBT = {confidence: place for place, confidence in enumerate(Confidence)}


@dataclass(slots=True)
class Findings:
    """What one group of rules gave: outcomes, what stands in the way, and the worst status that follows."""

    rules: list[Rule] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    blockers: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    decisive: list[Rule] = field(default_factory=list)
    status: LegalStatus | None = None

    def extend(self, other: "Findings") -> None:
        """Take over everything of `other` except its status."""
        self.rules.extend(other.rules)
        self.outcomes.extend(other.outcomes)
        self.blockers.extend(other.blockers)
        self.wanted.extend(other.wanted)
        self.decisive.extend(other.decisive)


def evaluate(facts: Facts, rulebook: Rulebook, on: date, assumed: frozenset[str] = NOTHING) -> Verdict:
    """The proposed status of these facts under the law of the day `on`.

    `assumed` names properties that are taken to meet their limits; only `unlocks` uses it, to ask "what if".
    Raises FactError when a property is not known or of the wrong kind.
    """
    return Check(facts, rulebook, on, assumed).verdict()


class Check:
    """One run of the check; the view grows with what earlier questions found."""

    def __init__(self, facts: Facts, rulebook: Rulebook, on: date, assumed: frozenset[str]) -> None:
        self._facts = facts
        self._rulebook = rulebook
        self._edition: Edition = rulebook.edition(on)
        self._view: View = view_of(facts, rulebook.properties, rulebook.countries, on)
        self._found = Findings()
        self._aside: set[Rule] = set()
        self._duties: list[str] = []
        if assumed:
            self._view[ASSUMED] = assumed

    def verdict(self) -> Verdict:
        """Ask all questions in order and put the answers together."""
        self._look_up_code()
        for part in (Part.CODE, Part.HAZARD, Part.POP, Part.FORBIDDEN):
            self._take(part)
        status = self._status()
        self._view["is_waste"] = status in _SEVERITY
        self._view["status"] = status
        status = self._class_of_waste(status)
        self._view["status"] = status
        self._take(Part.TRADE)
        self._take_duties()
        return self._verdict(status)

    def _look_up_code(self) -> None:
        code = self._facts.eural_code
        self._view["hazard_found"] = self._view["pop_found"] = self._view["forbidden_found"] = False
        self._view["hazard_data"] = False
        if code is None:
            return
        kind = self._edition.codes.get(code)
        self._view["eural_valid"] = kind is not None
        self._view["eural_kind"] = kind
        if kind is not None:
            self._view["eural_hazardous"] = kind in (EuralKind.ABSOLUTE_HAZARDOUS, EuralKind.MIRROR_HAZARDOUS)

    def _take(self, part: Part) -> None:
        """Ask the questions of `part` and keep what they give; a hazard limit that is known is data on hazard."""
        for question, rules in self._edition.questions[part]:
            wakes = self._edition.wakes[question.id]
            if wakes is not None and wakes.isdisjoint(self._facts.properties):
                continue
            if part is Part.HAZARD:
                self._view["hazard_data"] = True
            if question.asked_when(self._view):
                found = self._ask(rules)
                self._found.extend(found)
                if found.status and _SEVERITY[found.status] > _SEVERITY[self._found.status or LegalStatus.UNDETERMINED]:
                    self._found.status = found.status

    def _ask(self, rules: Sequence[Rule]) -> Findings:
        found, view, known = Findings(), self._view, self._facts.properties
        asked, applies = None, None
        for rule in rules:
            if rule.wakes is not None and rule.wakes.isdisjoint(known):
                continue
            if rule.when is not asked:
                asked, applies = rule.when, rule.when(view)
            if not (applies or (applies is None and rule.apply_when_unsure)):
                continue
            met = rule.test(view)
            if met:
                outcome = Outcome.MET
            elif met is None or applies is None:
                if rule.silent_when_unknown:
                    continue
                outcome = Outcome.UNKNOWN
            else:
                outcome = Outcome.FAILED
            found.rules.append(rule)
            found.outcomes.append(outcome)
            if outcome is not Outcome.MET:
                self._follow(rule, outcome, found)
                asked = None
        return found

    def _follow(self, rule: Rule, outcome: Outcome, found: Findings) -> None:
        if outcome is Outcome.FAILED and rule.marks:
            self._view[rule.marks] = True
        consequence = self._consequence(rule.on_fail if outcome is Outcome.FAILED else rule.on_unknown)
        if consequence is None:
            return
        found.blockers.extend(consequence.blockers)
        found.decisive.append(rule)
        status = consequence.status
        if status and (found.status is None or _SEVERITY[status] > _SEVERITY[found.status]):
            found.status = status

    def _consequence(self, options: tuple[Consequence, ...]) -> Consequence | None:
        for option in options:
            if option.when is None or option.when(self._view):
                return option
        return None

    def _status(self) -> LegalStatus:
        """The answer of the questions that may end in something other than waste."""
        if self._view["pop_found"]:
            return LegalStatus.WASTE
        claim = self._view["claimed_status"]
        asked: list[tuple[Question, Findings]] = []
        for question, rules in self._edition.questions[Part.STATUS]:
            if claim in question.claims and not (asked and question.last_resort) and question.asked_when(self._view):
                asked.append((question, self._ask(rules)))
        for question, found in asked:
            if self._holds(question, found):
                self._report(asked, found)
                assert question.leads_to is not None
                return question.leads_to
        return self._refuse(asked, claim)

    def _holds(self, question: Question, found: Findings) -> bool:
        """Every rule met, none of them from memory, and the code and the act forbid nothing."""
        if not found.rules or self._found.status is not None:
            return False
        if any(outcome is not Outcome.MET for outcome in found.outcomes):
            return False
        if not question.rests_on.issubset(rule.id for rule in found.rules):
            return False
        if question.leads_to not in self._rulebook.settings.positive:
            return True
        weak = [rule for rule in found.rules if rule.confidence is Confidence.MEMORY and not rule.only_refutes]
        if weak:
            found.status = LegalStatus.UNDETERMINED
            found.blockers.append(MISSING + self._rulebook.settings.ask_when_from_memory)
            found.decisive.extend(weak)
        return not weak

    def _refuse(self, asked: list[tuple[Question, Findings]], claim: str) -> LegalStatus:
        """No question holds: the first one asked (that of the claim) says what stands in the way."""
        if not asked:
            return self._found.status or LegalStatus.WASTE
        first = asked[0][1]
        if claim == NO_CLAIM:
            first = min((found for _question, found in asked), key=lambda found: _SEVERITY[_remaining(found)])
            first.wanted, first.blockers = first.blockers, []
        self._report(asked, first)
        return max((_remaining(first), self._found.status or LegalStatus.UNDETERMINED), key=_SEVERITY.__getitem__)

    def _report(self, asked: list[tuple[Question, Findings]], chosen: Findings) -> None:
        """Show what every question found; only the chosen one decides, blocks and sets the confidence."""
        for _question, report in asked:
            if report is not chosen:
                report.blockers, report.decisive = [], []
                self._aside.update(report.rules)
            self._found.extend(report)
        self._aside.difference_update(chosen.rules)

    def _class_of_waste(self, status: LegalStatus) -> LegalStatus:
        """What remains waste may be hazardous, or POP waste, which is stronger still."""
        if status is not LegalStatus.WASTE:
            return status
        self._found.status = None
        self._take(Part.WASTE_CLASS)
        return self._found.status or status

    def _take_duties(self) -> None:
        for question, rules in self._edition.questions[Part.DUTY]:
            if question.asked_when(self._view):
                for rule in rules:
                    if rule.duty and rule.when(self._view):
                        self._duties.append(rule.duty)

    def _verdict(self, status: LegalStatus) -> Verdict:
        found = self._found
        criteria = tuple(
            finding_of(rule, outcome, self._facts) for rule, outcome in zip(found.rules, found.outcomes, strict=True)
        )
        sentence = reason(self._rulebook, status, found.decisive or found.rules, self._facts.claimed_status)
        return Verdict(
            status=status,
            on=self._edition.on,
            reason_nl=sentence.nl,
            reason_en=sentence.en,
            criteria=criteria,
            blockers=tuple(dict.fromkeys(found.blockers)),
            duties=tuple(dict.fromkeys(self._duties)),
            missing=self._missing(),
            confidence=_lowest(rule for rule in found.rules if rule not in self._aside),
            receipt=self._receipt(),
        )

    def _missing(self) -> tuple[str, ...]:
        """Documents by their code and unknown measurements as `property:<name>`, each once."""
        found = self._found
        names = [*found.blockers, *found.wanted]
        wanted = [name.removeprefix(MISSING) for name in names if name.startswith(MISSING)]
        for rule, outcome in zip(found.rules, found.outcomes, strict=True):
            if outcome is Outcome.UNKNOWN and rule in found.decisive:
                wanted.extend(PROPERTY + name for name in rule.measures if PROPERTY + name not in self._view)
        return tuple(dict.fromkeys(wanted))

    def _receipt(self) -> dict[str, str]:
        laws = tuple(dict.fromkeys(rule.law for rule in self._found.rules))
        return {
            "engine": ENGINE_VERSION,
            "rulebook": self._rulebook.version,
            "on": self._edition.on.isoformat(),
            "facts": facts_to_text(self._facts),
            "law_files": _law_files(laws),
        }


def _remaining(found: Findings) -> LegalStatus:
    return found.status or LegalStatus.UNDETERMINED


def _lowest(rules: Iterable[Rule]) -> Confidence | None:
    used = (rule.confidence for rule in rules if not rule.only_refutes)
    return max(used, key=_DOUBT.__getitem__, default=None)


@lru_cache(maxsize=1 << len(LegalStatus))
def _law_files(laws: Sequence[LawFile]) -> str:
    return json.dumps({law.file: law.digest for law in laws}, sort_keys=True)
