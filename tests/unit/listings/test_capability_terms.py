"""A capability as typed: known materials and codes, and fields that agree with its kind."""

from typing import Any

import pytest
from pydantic import ValidationError

from listings.capability_terms import CapabilityDraft

CHIPPER: dict[str, Any] = {
    "kind": "processing",
    "title": "Houtbreker",
    "inputs": ["wood_grade_b"],
    "output": "wood_b_chips",
    "yield_share": "0.92",
    "capacity": "400",
    "eural_codes": ["191207", "17 02 01", "170201"],
    "processing_methods": ["C01"],
    "postcode": "4811ab",
}
DEPOT: dict[str, Any] = {
    "kind": "storage",
    "title": "Overdekt depot",
    "inputs": ["wood"],
    "capacity": "250",
    "storage_eur_per_tonne_week": "1.25",
    "longest_storage_weeks": 26,
    "postcode": "5038",
}


def test_codes_are_written_in_one_way_and_in_order() -> None:
    draft = CapabilityDraft(**CHIPPER)

    assert draft.eural_codes == ("170201", "191207")
    assert draft.postcode == "4811 AB"


def test_a_depot_gives_back_what_it_took_in() -> None:
    assert CapabilityDraft(**DEPOT).yield_share == 1


@pytest.mark.parametrize(
    ("terms", "changes", "said"),
    [
        (CHIPPER, {"inputs": ["nonsense"]}, "nonsense"),
        (CHIPPER, {"output": "nonsense"}, "nonsense"),
        (CHIPPER, {"output": None}, "give the material that comes out"),
        (CHIPPER, {"storage_eur_per_tonne_week": "1"}, "capability of its own"),
        (CHIPPER, {"yield_share": "1.2"}, "less than or equal to 1"),
        (CHIPPER, {"yield_share": "0"}, "greater than 0"),
        (CHIPPER, {"eural_codes": ["999999"]}, "999999"),
        (CHIPPER, {"output_eural_code": "999999"}, "999999"),
        (CHIPPER, {"processing_methods": ["Z99"]}, "Z99"),
        (CHIPPER, {"available_from": "2027-02-01", "available_until": "2027-01-01"}, "before"),
        (CHIPPER, {"nonsense": 1}, "nonsense"),
        (DEPOT, {"output": "wood_b_chips"}, "what went in comes out"),
        (DEPOT, {"yield_share": "0.9"}, "what went in comes out"),
        (DEPOT, {"longest_storage_weeks": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused(terms: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CapabilityDraft(**{**terms, **changes})
