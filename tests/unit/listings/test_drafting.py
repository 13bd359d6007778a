"""What follows from a draft: families, weight, place."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.vocabulary.materials import material_tree
from listings.drafting import new_listing, new_offer, new_want, with_content_of
from listings.errors import WrongKind
from tests.unit.listings.scenes import HOLDER_ID, LATER, NOW, offer_draft, want_draft

ID = UUID(int=500)


def weight(**changes: Any) -> Decimal | None:
    return new_offer(offer_draft(**changes), ID, HOLDER_ID, NOW).kg_per_unit


def wanted_weight(**changes: Any) -> Decimal | None:
    return new_want(want_draft(**changes), ID, HOLDER_ID, NOW).kg_per_unit


def test_mass_needs_no_figures() -> None:
    assert weight(unit="t") == weight(unit="t", concept=None) == 1000
    assert weight(unit="kg") == 1


def test_own_figures_go_before_the_usual_ones() -> None:
    usual = material_tree().density_of("wood_grade_a")
    assert usual is not None
    assert weight(unit="m3") == Decimal(str(usual.value))
    assert weight(unit="m3", density_kg_per_m3="212.5") == Decimal("212.5")
    assert weight(unit="piece", unit_weight_kg="0.2") == Decimal("0.2")


def test_an_unknown_weight_is_unknown() -> None:
    assert weight(unit="piece") is None
    assert weight(unit="m3", concept="wood_fibre") is None
    assert weight(unit="m3", concept=None) is None


def test_a_want_for_materials_of_different_weight_has_no_weight() -> None:
    assert wanted_weight(unit="m3", concepts=["wood_grade_a", "wood_grade_b"]) == 300
    assert wanted_weight(unit="m3", concepts=["wood_grade_a", "wood_shavings"]) is None
    assert wanted_weight(unit="t", concepts=["wood_grade_a", "wood_shavings"]) == 1000


def test_families_come_sorted() -> None:
    want = new_want(want_draft(concepts=["wood_grade_a", "paper", "wood"]), ID, HOLDER_ID, NOW)
    assert want.families == ("paper", "wood")


def test_a_written_postcode_goes_before_the_place_nearest_to_the_point() -> None:
    point = {"lat": 52.1561, "lon": 5.3878}
    both = new_offer(offer_draft(postcode="3511 AB", point=point), ID, HOLDER_ID, NOW)
    alone = new_offer(offer_draft(postcode=None, point=point), ID, HOLDER_ID, NOW)
    assert both.place is not None
    assert alone.place is not None
    assert (both.place.municipality, alone.place.municipality) == ("Utrecht", "Amersfoort")


def test_the_same_draft_gives_the_same_listing_back_and_another_the_next_revision() -> None:
    offer = new_listing(offer_draft(), ID, HOLDER_ID, NOW)
    assert with_content_of(offer, offer_draft(), LATER) is offer
    changed = with_content_of(offer, offer_draft(quantity=3), LATER)
    assert (changed.revision, changed.created_at, changed.changed_at) == (2, NOW, LATER)
    want = new_want(want_draft(), ID, HOLDER_ID, NOW)
    assert with_content_of(want, want_draft(), LATER) is want
    with pytest.raises(WrongKind):
        with_content_of(offer, want_draft(), LATER)
