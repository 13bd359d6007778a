"""A saved search is told of what fits it; what is unknown passes. (The index tests compare with the definition.)"""

from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import LegalStatus, ListingKind
from matching.searching import hit_state, hits
from tests.unit.matching.makers import offer, place, search, uid, want

GRONINGEN = place(53.22, 6.57)


@pytest.mark.parametrize(
    ("sought", "found", "fits"),
    [
        ({"concepts": ("wood_grade_b",)}, {"concept": "wood_mdf"}, True),
        ({"concepts": ("wood_mdf",)}, {"concept": "wood_grade_b"}, False),
        ({"minimum_kg": Decimal(100_000)}, {}, True),
        ({"minimum_kg": Decimal(100_001)}, {}, False),
        ({"minimum_kg": Decimal(100_000)}, {"taken": 1}, False),
        ({"minimum_kg": Decimal(1)}, {"unit": Unit.PIECE}, True),
        ({"max_distance_km": 10.0}, {"place": GRONINGEN}, True),
        ({"max_distance_km": 10.0, "place": place()}, {"place": GRONINGEN}, False),
        ({"max_landed_eur_per_tonne": Decimal(1)}, {}, True),
        ({"max_landed_eur_per_tonne": Decimal("12.49"), "place": place()}, {}, False),
        ({"max_landed_eur_per_tonne": Decimal("12.50"), "place": place()}, {}, True),
        ({"max_landed_eur_per_tonne": Decimal(1), "place": place()}, {"price_eur_per_tonne": None}, True),
        ({"accepted_statuses": (LegalStatus.PRODUCT,)}, {"claimed_status": LegalStatus.WASTE}, False),
        ({"accepted_statuses": (LegalStatus.PRODUCT,)}, {}, True),
        ({"organisation_id": uid("holder")}, {}, False),
    ],
)
def test_a_search_for_offers(sought: dict[str, Any], found: dict[str, Any], fits: bool) -> None:
    assert (hits(offer(**found), search(**sought)) is not None) is fits


@pytest.mark.parametrize(
    ("concepts", "fits"), [(("wood",), True), (("wood_mdf",), True), (("wood_grade_a",), False), (("glass",), False)]
)
def test_a_search_for_wants_finds_those_that_ask_for_something_wider_or_narrower(
    concepts: tuple[str, ...], fits: bool
) -> None:
    sought = search(concepts=("wood_grade_b",), looks_for=ListingKind.WANT, organisation_id=uid("holder"))
    assert (hits(want(concepts=concepts), sought) is not None) is fits


def test_a_nearer_listing_scores_higher() -> None:
    sought = search(place=place())
    near, far = hits(offer(), sought), hits(offer(place=GRONINGEN), sought)
    assert near is not None
    assert far is not None
    assert hit_state(near).score > hit_state(far).score


def test_a_hit_shows_only_parts_that_say_something_of_the_listing() -> None:
    sought = search(looks_for=ListingKind.WANT, organisation_id=uid("holder"))
    found = hits(want(), sought)
    assert found is not None
    state = hit_state(found)
    assert [part.name for part in state.parts] == ["material", "place"]
    assert (state.search_id, state.search_name, state.organisation_id) == (uid("search"), "search", uid("holder"))
