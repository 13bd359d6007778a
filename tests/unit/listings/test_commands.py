"""Drafts refuse what is hostile, unknown or impossible, and say which field it is."""

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from listings.commands import EvidenceDraft, OfferDraft, OrganisationDraft, SavedSearchDraft, WantDraft, Withdrawal
from tests.unit.listings.scenes import offer_draft, organisation_draft, search_draft, want_draft

NOBODY = "00000000-0000-0000-0000-000000000009"

REFUSED_OFFERS: list[tuple[str, Any]] = [
    ("title", "ab"),
    ("title", "x" * 121),
    ("title", "Hout\x00resten"),
    ("title", "Hout\nresten"),
    ("title", "   "),
    ("description", "x" * 5001),
    ("description", "a\x1bb"),
    ("language", "de"),
    ("concept", "unobtainium"),
    ("eural_code", "999999"),
    ("eural_code", "030105*"),
    ("quantity", 0),
    ("quantity", -1),
    ("quantity", "NaN"),
    ("quantity", "Infinity"),
    ("quantity", "1000000001"),
    ("quantity", "1e-400"),
    ("quantity", True),
    ("quantity", "12,5"),
    ("unit", "stone"),
    ("unit_weight_kg", 0),
    ("density_kg_per_m3", 25_001),
    ("recurrence", "daily"),
    ("available_from", "morgen"),
    ("postcode", "0000"),
    ("postcode", "Utrecht"),
    ("point", {"lat": 91, "lon": 5}),
    ("point", {"lat": float("nan"), "lon": 5}),
    ("point", {"lat": 48.85, "lon": 2.35}),
    ("address", "x" * 201),
    ("price_eur_per_tonne", "100000.01"),
    ("price_eur_per_tonne", "-100001"),
    ("price_eur_per_tonne", "-Infinity"),
    ("properties", [{"name": "moisture", "value": 1, "unit": "%"}] * 61),
    ("properties", [{"name": "Moisture!", "value": 1, "unit": "%"}]),
    ("properties", [{"name": "moisture", "value": "nat", "unit": "%"}]),
    ("properties", [{"name": "moisture", "value": 1, "unit": "stone"}]),
    ("properties", [{"name": "treated", "value": 1, "unit": "bool"}]),
    ("origin_process", ""),
    ("processing_done", ["gezeefd"] * 31),
    ("condition", "mint"),
    ("claimed_status", "goud"),
    ("visibility", "secret"),
    ("partners", ["geen-uuid"]),
    ("external_id", "x" * 101),
    ("external_id", "a\u202eb"),
    ("surprise", 1),
]


@pytest.mark.parametrize(("field", "value"), REFUSED_OFFERS)
def test_an_offer_refuses(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        offer_draft(**{field: value})
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


REFUSED_WANTS: list[tuple[str, Any]] = [
    ("concepts", []),
    ("concepts", ["wood"] * 19 + ["wood_grade_a", "unobtainium"]),
    ("concepts", [f"wood{number}" for number in range(21)]),
    ("minimum", 0),
    ("max_distance_km", 0),
    ("max_distance_km", 1001),
    ("max_distance_km", float("nan")),
    ("max_landed_eur_per_tonne", "NaN"),
    ("limits", [{"property": "moisture", "operator": "<=", "value": 5, "unit": "%"}] * 61),
    ("limits", [{"property": "moisture", "operator": "~", "value": 5, "unit": "%"}]),
    ("limits", [{"property": "treated", "operator": "<", "value": True, "unit": "bool"}]),
    ("limits", [{"property": "class", "operator": ">=", "value": "B", "unit": "class"}]),
    ("accepted_statuses", ["schoon"]),
    ("intended_use", "magic"),
    ("r_step", 2),
    ("r_step", 10),
    ("permits", [""]),
]


@pytest.mark.parametrize(("field", "value"), REFUSED_WANTS)
def test_a_want_refuses(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        want_draft(**{field: value})
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


REFUSED_ORGANISATIONS: list[tuple[str, Any]] = [
    ("name", ""),
    ("name", "x" * 201),
    ("kvk_number", "1234567"),
    ("kvk_number", "１２３４５６７８"),
    ("roles", ["king"]),
    ("vihb_number", "810933XXXX"),
    ("vihb_number", "810933IVXX"),
    ("vihb_number", "81093VIXX"),
    ("permits", [{"number": "1", "eural_codes": ["000000"]}]),
    ("permits", [{"number": "1", "processing_methods": ["Z9"]}]),
    ("postcode", "12"),
    ("contact_email", "geen adres"),
    ("contact_email", "a@b@c.nl"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED_ORGANISATIONS)
def test_an_organisation_refuses(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        organisation_draft(**{field: value})
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


@pytest.mark.parametrize("number", ["810933VIXX", "810933vihb", " 810933XXHX "])
def test_a_vihb_number_is_taken_as_people_write_it(number: str) -> None:
    assert organisation_draft(vihb_number=number).vihb_number == number.strip().upper()


def test_permit_codes_are_brought_to_one_form_and_order() -> None:
    permit = {"number": "1", "eural_codes": ["17 02 04*", "030105", "170204"], "processing_methods": ["a2", "A02"]}
    kept = organisation_draft(permits=[permit]).permits[0]
    assert kept.eural_codes == ("030105", "170204")
    assert kept.processing_methods == ("A02",)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"available_from": "2026-09-02", "available_until": "2026-09-01"}, "available_until"),
        ({"partners": [NOBODY]}, "partners"),
        ({"point": {"lat": 53.2194, "lon": 6.5665}}, "postcode"),
    ],
)
def test_fields_of_a_listing_must_agree(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        offer_draft(**changes)


def test_a_minimum_is_not_above_the_quantity() -> None:
    assert want_draft(minimum="200").minimum == Decimal(200)
    with pytest.raises(ValidationError, match="at most the quantity"):
        want_draft(minimum="200.1")


def test_a_distance_needs_a_postcode_to_measure_from() -> None:
    with pytest.raises(ValidationError, match="give the postcode"):
        search_draft(postcode=None, max_distance_km=10)


def test_a_document_does_not_end_before_it_was_made() -> None:
    with pytest.raises(ValidationError, match="correct one"):
        EvidenceDraft.model_validate({"kind": "photo", "issued_on": "2026-02-01", "valid_until": "2026-01-01"})


def test_codes_and_postcodes_are_brought_to_one_form() -> None:
    draft = offer_draft(eural_code="3 01 05", postcode="3511ab ")
    assert (draft.eural_code, draft.postcode) == ("030105", "3511 AB")


def test_a_list_with_the_same_thing_twice_is_the_list_with_it_once() -> None:
    assert want_draft(concepts=["wood", "paper", "wood"]).concepts == ("wood", "paper")


def test_numbers_written_differently_make_equal_drafts() -> None:
    assert offer_draft(quantity="1E+1") == offer_draft(quantity="10.0") == offer_draft(quantity=10)


def test_a_reason_for_withdrawal_is_one_clean_line() -> None:
    with pytest.raises(ValidationError):
        Withdrawal.model_validate({"reason": "weg\x07"})


@pytest.mark.parametrize("kind", [OfferDraft, WantDraft, SavedSearchDraft, OrganisationDraft, EvidenceDraft])
def test_a_body_is_described_field_by_field_and_its_examples_are_accepted(kind: type[BaseModel]) -> None:
    schema = kind.model_json_schema()
    assert schema["additionalProperties"] is False
    assert all("title" in field for field in schema["properties"].values())
    for example in schema.get("examples", []):
        kind.model_validate_json(json.dumps(example))
