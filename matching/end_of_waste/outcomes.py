"""What the check found about one rule, in the shared words of contracts.vocabulary.verdict."""

from functools import cache

from contracts.vocabulary.verdict import CriterionOutcome, Outcome
from matching.end_of_waste.facts import Facts, Measurement, PropertyValue
from matching.end_of_waste.rules import Rule


def finding_of(rule: Rule, outcome: Outcome, facts: Facts) -> CriterionOutcome:
    """The outcome of `rule` with the value that was compared, as the holder stated it."""
    if not rule.measures:
        return _without_value(rule, outcome)
    shown = [f"{value_text(facts.properties[name])}" for name in rule.measures if name in facts.properties]
    if not shown:
        return _without_value(rule, outcome)
    return _finding(rule, outcome, "; ".join(shown))


@cache
def _without_value(rule: Rule, outcome: Outcome) -> CriterionOutcome:
    return _finding(rule, outcome, None)


def _finding(rule: Rule, outcome: Outcome, value: str | None) -> CriterionOutcome:
    limit = rule.shown
    return CriterionOutcome(rule.id, rule.article, outcome, value, limit.operator, limit.limit, limit.unit)


def value_text(value: PropertyValue) -> str:
    """A property as people write it: "1.2 % w/w", "yes", a date or the text itself."""
    if isinstance(value, Measurement):
        return f"{value.value} {value.unit}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
