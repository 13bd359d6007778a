"""A finding shows the value that was compared, as its holder stated it."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.vocabulary.verdict import Outcome
from matching.end_of_waste.facts import Facts, Measurement, PropertyValue
from matching.end_of_waste.outcomes import finding_of, value_text
from matching.end_of_waste.rules import Rulebook

STATED = Facts(properties={"foreign_materials": Measurement(Decimal("19.0"), "g/kg"), "pvc_present": True})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Measurement(Decimal("1.20"), "% w/w"), "1.20 % w/w"),
        (True, "yes"),
        (False, "no"),
        ("B", "B"),
        (date(2026, 5, 31), "2026-05-31"),
    ],
)
def test_a_property_is_written_as_people_write_it(value: PropertyValue, shown: str) -> None:
    assert value_text(value) == shown


def test_a_finding_names_the_rule_its_limit_and_the_value_in_the_holders_own_unit(rulebook: Rulebook) -> None:
    (rule,) = rulebook.by_id["CU-1"]
    found = finding_of(rule, Outcome.MET, STATED)
    assert (found.rule_id, found.article, found.outcome) == ("CU-1", rule.article, Outcome.MET)
    assert (found.value, found.operator, found.limit, found.unit) == ("19.0 g/kg", "<", "2", "% w/w")


def test_a_value_that_is_not_known_is_not_shown(rulebook: Rulebook) -> None:
    (rule,) = rulebook.by_id["CU-1"]
    assert finding_of(rule, Outcome.UNKNOWN, Facts()).value is None


def test_a_rule_that_reads_no_property_shows_no_value(rulebook: Rulebook) -> None:
    rule = next(rule for rule in rulebook.rules if not rule.measures)
    assert finding_of(rule, Outcome.FAILED, STATED).value is None


def test_a_rule_over_several_properties_shows_those_that_are_known_in_its_own_order(rulebook: Rulebook) -> None:
    rule = next(rule for rule in rulebook.rules if len(set(rule.measures)) > 2)
    first, _, third = dict.fromkeys(rule.measures[:3])
    known: dict[str, PropertyValue] = {name: Measurement(Decimal(1), f"{name}-unit") for name in (third, first)}
    shown = finding_of(rule, Outcome.MET, Facts(properties=known)).value
    assert shown is not None
    assert dict.fromkeys(shown.split("; ")) == dict.fromkeys([f"1 {first}-unit", f"1 {third}-unit"])
