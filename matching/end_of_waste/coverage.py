"""Which cases a rulebook lacks: every number met, at its limit, past it and unknown; every date from both sides."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from contracts.vocabulary.measures import measure_unit
from matching.end_of_waste.casefiles import SILENT, LawCase, outcome_of
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Measurement
from matching.end_of_waste.rules import LawFile, Rule, Rulebook

A_DAY = timedelta(days=1)


def gaps(cases: Iterable[LawCase], rulebook: Rulebook) -> Iterator[str]:
    """What is missing, one sentence each, written for the person who adds the case."""
    by_file: dict[str, list[LawCase]] = {}
    for case in cases:
        by_file.setdefault(case.file.replace(".cases.yaml", ".yaml"), []).append(case)
    for law in rulebook.files:
        if law.valid_from == date.max:
            continue
        own = by_file.get(law.file, [])
        if not own:
            yield f"{law.file}: there are no cases; add {law.file.replace('.yaml', '.cases.yaml')}"
            continue
        yield from _date_gaps(law, own)
        for rule in rulebook.rules:
            if rule.law is law and rule.shown.operator and rule.duty is None:
                about = [case for case in own if case.rule == rule.id]
                yield from _number_gaps(rule, about, rulebook) if rule.shown.property else _sum_gaps(rule, about)


def _number_gaps(rule: Rule, cases: list[LawCase], rulebook: Rulebook) -> Iterator[str]:
    limit = _base(rule.shown.limit, rule.shown.unit)
    seen = {_where(case, rule, limit, rulebook) for case in cases}
    for wanted, words in _WANTED.items():
        if wanted not in seen:
            shown = f"{rule.shown.property} {rule.shown.operator} {rule.shown.limit} {rule.shown.unit}"
            yield f"{rule.law.file}: rule {rule.id} ({shown}) has no case {words}; add one"


def _sum_gaps(rule: Rule, cases: list[LawCase]) -> Iterator[str]:
    """A sum has no single value; its cases must at least be met, not met and not known."""
    seen = {case.outcome for case in cases}
    for wanted in ({"met"}, {"failed"}, {"unknown", SILENT}):
        if not wanted & seen:
            words = " or ".join(sorted(wanted))
            yield f"{rule.law.file}: rule {rule.id} (a sum) has no case with outcome {words}; add one"


_WANTED: Mapping[str, str] = {
    "met": "that is met",
    "limit": "exactly at the limit",
    "past": "past the limit",
    "unknown": "in which the value is not known",
}


def _where(case: LawCase, rule: Rule, limit: Decimal, rulebook: Rulebook) -> str:
    """Where a case stands: at the limit, on the good side, on the wrong side, or without a value."""
    name = rule.shown.property
    assert name is not None
    value = case.facts.properties.get(name)
    if not isinstance(value, Measurement):
        return "unknown"
    if _base(str(value.value), value.unit) == limit:
        return "limit"
    outcome = outcome_of(evaluate(case.facts, rulebook, case.on), rule.id)
    return "met" if outcome == "met" else "past"


def _base(value: str | None, unit: str | None) -> Decimal:
    return Decimal(str(value)) * measure_unit(str(unit)).factor


def _date_gaps(law: LawFile, cases: list[LawCase]) -> Iterator[str]:
    """Both sides of the first day, and of the last day when there is one."""
    days = {case.on for case in cases}
    wanted = [law.valid_from] if law.valid_to is None else [law.valid_from, law.valid_to + A_DAY]
    for first in wanted:
        for day, words in ((first - A_DAY, "the day before"), (first, "the day itself")):
            if day not in days and not _free_of_dates(law):
                yield f"{law.file}: no case on {day} ({words} of a change on {first}); add one"


def _free_of_dates(law: LawFile) -> bool:
    """Duties change no status; their dates are tried in the cases that name them."""
    return law.questions == ("duties",)
