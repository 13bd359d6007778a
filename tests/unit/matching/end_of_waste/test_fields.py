"""The view: facts under the names of law files, measurements in one unit, unknown as None."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.vocabulary.measures import Dimension
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.facts import Facts, Measurement, PropertyValue, Trade
from matching.end_of_waste.fields import (
    ASSUMED,
    SET_FIELDS,
    TRUTH_FIELDS,
    WORD_FIELDS,
    FactError,
    Property,
    View,
    base_value,
    view_of,
)
from matching.end_of_waste.words import Origin, Truth
from tests.unit.matching.end_of_waste.small_rulebook import SMALL_PROPERTIES

TODAY = date(2026, 11, 21)
SET_BY_THE_CHECK = {
    "eural_kind",
    "eural_valid",
    "eural_hazardous",
    "hazard_found",
    "hazard_data",
    "pop_found",
    "forbidden_found",
    "is_waste",
    "status",
}
"""What the check finds itself while it runs; the facts never say it."""


def view(facts: Facts) -> View:
    return view_of(facts, SMALL_PROPERTIES, {"NL": "nl", "DE": "eu"}, TODAY)


def test_every_name_that_a_law_file_may_use_is_in_the_view_or_found_by_the_check() -> None:
    names = {*SET_FIELDS, *TRUTH_FIELDS, *WORD_FIELDS}
    assert names - set(view(Facts())) == SET_BY_THE_CHECK


def test_no_name_is_of_two_kinds() -> None:
    assert len({*SET_FIELDS, *TRUTH_FIELDS, *WORD_FIELDS}) == len(SET_FIELDS) + len(TRUTH_FIELDS) + len(WORD_FIELDS)


def test_what_is_not_stated_is_none_in_the_view() -> None:
    stated = {name for name, value in view(Facts()).items() if value not in (None, frozenset())}
    assert stated == {"on", "claimed_status"}
    assert ASSUMED not in view(Facts())


@pytest.mark.parametrize(("truth", "seen"), [(Truth.YES, True), (Truth.NO, False), (Truth.UNKNOWN, None)])
def test_yes_no_and_unknown_are_told_apart(truth: Truth, seen: bool | None) -> None:
    found = view(Facts(treatment_completed=truth, trade=Trade(dealer_trades=truth)))
    assert found["treatment_completed"] is seen
    assert found["dealer_trades"] is seen


def test_nothing_claimed_is_a_word_that_rules_can_name() -> None:
    assert view(Facts())["claimed_status"] == "none"
    assert view(Facts(claimed_status=LegalStatus.WASTE))["claimed_status"] == "waste"


@pytest.mark.parametrize(("country", "group"), [("NL", "nl"), ("DE", "eu"), ("GH", "non_oecd"), (None, None)])
def test_a_country_stands_in_its_group_and_one_that_is_not_listed_is_non_oecd(
    country: str | None, group: str | None
) -> None:
    found = view(Facts(supplier_country=country, destination_country=country))
    assert (found["supplier_group"], found["destination_group"]) == (group, group)


def test_words_and_parties_keep_their_value() -> None:
    found = view(Facts(origin=frozenset({Origin.HOUSEHOLD}), trade=Trade(broker_vihb="GE123")))
    assert found["origin"] == {"household"}
    assert found["broker_vihb"] == "GE123"


def test_measurements_of_one_amount_are_equal_whatever_their_unit() -> None:
    known = SMALL_PROPERTIES["foreign_materials"]
    values = {
        base_value("foreign_materials", Measurement(Decimal(number), unit), known)
        for number, unit in (("1.9", "% w/w"), ("19", "g/kg"), ("19000", "mg/kg"))
    }
    assert len(values) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("foreign_materials", True),
        ("foreign_materials", "much"),
        ("foreign_materials", Measurement(Decimal(1), "mm")),
        ("checked", "yes"),
        ("checked", Measurement(Decimal(1), "% w/w")),
        ("grade", date(2026, 1, 1)),
        ("checked_on", "2026-01-01"),
        ("shininess", True),
    ],
)
def test_a_property_of_another_kind_or_name_is_refused_by_name(name: str, value: PropertyValue) -> None:
    with pytest.raises(FactError, match=f"^properties.{name}: got .*; expected") as caught:
        view(Facts(properties={name: value}))
    assert caught.value.field == f"properties.{name}"


def test_a_property_of_the_right_kind_is_in_the_view_under_its_own_name() -> None:
    stated: dict[str, PropertyValue] = {"checked": False, "grade": "B", "checked_on": date(2026, 1, 1)}
    found = view(Facts(properties=stated))
    assert {name: found[f"property:{name}"] for name in stated} == stated


def test_the_unit_of_a_property_says_what_it_measures() -> None:
    assert Property("checked", "bool", "gezien", "checked").dimension is Dimension.TRUTH


def test_an_error_does_not_repeat_a_very_long_value() -> None:
    assert len(str(FactError("stream", "x" * 10_000, "a word"))) < 150
