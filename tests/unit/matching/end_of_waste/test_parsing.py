"""Facts from a mapping: what is accepted, what is refused and with which words."""

from decimal import Decimal
from typing import Any

import pytest

from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.fields import FactError
from matching.end_of_waste.parsing import facts_from_mapping, facts_to_mapping
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.words import Truth

REFUSED = [
    ({"streem": "copper_scrap"}, "streem", "one of"),
    ({"stream": "gold"}, "stream", "copper_scrap"),
    ({"eural_code": "17 04 01"}, "eural_code", "six digits"),
    ({"eural_code": 170401}, "eural_code", "in quotes"),
    ({"origin": "household"}, "origin", "a list of words"),
    ({"origin": ["moon"]}, "origin", "household"),
    ({"destination_country": "Netherlands"}, "destination_country", "two capitals"),
    ({"treatment_completed": "maybe"}, "treatment_completed", "unknown"),
    ({"properties": {"shininess": {"value": 1, "unit": "%"}}}, "properties.shininess", "a property of"),
    ({"properties": {"foreign_materials": 2}}, "properties.foreign_materials", "a value with its unit"),
    (
        {"properties": {"foreign_materials": {"value": 2, "unit": "stone"}}},
        "properties.foreign_materials",
        "accepted are",
    ),
    ({"properties": {"foreign_materials": {"value": 2, "unit": "kg"}}}, "properties.foreign_materials", "% w/w"),
    (
        {"properties": {"foreign_materials": {"value": "a lot", "unit": "%"}}},
        "properties.foreign_materials",
        "a number",
    ),
    ({"properties": {"pvc_present": {"value": "no", "unit": "bool"}}}, "properties.pvc_present", "true or false"),
    ({"properties": {"qms_verified_on": {"value": "may", "unit": "date"}}}, "properties.qms_verified_on", "2026-11-21"),
    ({"properties": {"pah16": {"value": 2, "unit": "mg/kg"}}}, "properties.pah16", "dry_matter"),
    ({"evidence": ["diploma"]}, "evidence", "qms_certificate"),
    ({"trade": {"driver": "Jan"}}, "trade.driver", "carrier_vihb"),
    ({"claimed_status": "treasure"}, "claimed_status", "end_of_waste"),
]


@pytest.mark.parametrize(("raw", "field", "says"), REFUSED)
def test_a_fact_that_cannot_be_used_is_refused_by_name(
    raw: dict[str, Any], field: str, says: str, rulebook: Rulebook
) -> None:
    with pytest.raises(FactError) as caught:
        facts_from_mapping(raw, rulebook.properties)
    assert caught.value.field == field
    assert says in caught.value.expected
    assert field in str(caught.value)


def test_what_is_not_stated_is_unknown(rulebook: Rulebook) -> None:
    facts = facts_from_mapping({}, rulebook.properties)
    assert facts == Facts()
    assert facts.origin is None
    assert facts.treatment_completed is Truth.UNKNOWN


def test_an_empty_list_means_none_and_is_not_unknown(rulebook: Rulebook) -> None:
    assert facts_from_mapping({"processing": []}, rulebook.properties).processing == frozenset()


def test_a_value_as_received_becomes_dry_matter_only_with_its_dry_matter(rulebook: Rulebook) -> None:
    raw = {"properties": {"pah16": {"value": 2, "unit": "mg/kg"}, "dry_matter": {"value": 50, "unit": "%"}}}
    facts = facts_from_mapping(raw, rulebook.properties)
    assert facts.properties["pah16"] == Measurement(Decimal(4), "mg/kg ds")


def test_facts_survive_the_way_to_plain_values_and_back(copper: Facts, rulebook: Rulebook) -> None:
    assert facts_from_mapping(facts_to_mapping(copper), rulebook.properties) == copper
