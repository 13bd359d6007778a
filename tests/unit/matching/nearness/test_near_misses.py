"""The smallest change that would make a pair: one term at a time, measured, and in the order of what it costs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.events.near_misses import NearMissChange
from contracts.vocabulary.terms import LegalStatus, Operator
from matching.index import ListingIndex
from matching.nearness.near_misses import MOST, near_misses
from tests.unit.matching.makers import limit, offer, place, stated, uid, want

Fields = dict[str, Any]
DRY = (limit("moisture", Operator.AT_MOST, Decimal(10), "% w/w"),)
WET = (stated("moisture", Decimal(30), "% w/w"),)

OF_WANT: list[tuple[NearMissChange, Fields, Fields, str | None]] = [
    (NearMissChange.RADIUS, {"max_distance_km": 20.0}, {"place": place(52.36)}, "11"),
    (NearMissChange.PRICE, {"max_landed_eur_per_tonne": Decimal(8)}, {}, "4.50"),
    (NearMissChange.MINIMUM, {"minimum": Decimal(50)}, {"quantity": Decimal(40)}, "40"),
    (NearMissChange.WINDOW, {"available_until": date(2027, 1, 1)}, {"available_from": date(2027, 1, 15)}, "14"),
    (
        NearMissChange.DOCUMENT,
        {"accepted_statuses": (LegalStatus.END_OF_WASTE,)},
        {"claimed_status": LegalStatus.WASTE},
        None,
    ),
    (NearMissChange.CLEANING, {"limits": DRY}, {"properties": WET}, "10"),
]


def index_with(*entries: Any) -> ListingIndex:
    index = ListingIndex()
    for entry in entries:
        index.put(entry)
    return index


@pytest.mark.parametrize(("change", "wanted", "offered", "amount"), OF_WANT)
def test_a_want_learns_which_one_change_gives_it_a_match(
    change: NearMissChange, wanted: Fields, offered: Fields, amount: str | None
) -> None:
    (miss,) = near_misses(index_with(offer("there", **offered)), want(**wanted))

    assert [miss.change, miss.amount, miss.counterpart_id] == [change, amount, uid("there")]
    assert miss.nl
    assert miss.en
    assert miss.cost > 0


@pytest.mark.parametrize(
    ("change", "offered", "wanted", "amount"),
    [
        (NearMissChange.PRICE, {}, {"max_landed_eur_per_tonne": Decimal(8)}, "4.50"),
        (NearMissChange.QUANTITY, {"quantity": Decimal(40)}, {"minimum": Decimal(50)}, "10"),
        (NearMissChange.WINDOW, {"available_from": date(2027, 1, 15)}, {"available_until": date(2027, 1, 1)}, "14"),
        (
            NearMissChange.DOCUMENT,
            {"claimed_status": LegalStatus.WASTE},
            {"accepted_statuses": (LegalStatus.END_OF_WASTE,)},
            None,
        ),
        (NearMissChange.CLEANING, {"properties": WET}, {"limits": DRY}, "10"),
    ],
)
def test_an_offer_learns_the_same_from_its_own_side(
    change: NearMissChange, offered: Fields, wanted: Fields, amount: str | None
) -> None:
    (miss,) = near_misses(index_with(want("there", **wanted)), offer(**offered))

    assert [miss.change, miss.amount, miss.counterpart_id] == [change, amount, uid("there")]


def test_a_listing_that_has_a_match_or_is_not_open_needs_none() -> None:
    index = index_with(offer("fits"), offer("far", place=place(52.9)))

    assert near_misses(index, want(max_distance_km=20.0)) == ()
    assert near_misses(index_with(offer("far", place=place(52.9))), want(max_distance_km=20.0, taken=100)) == ()


def test_a_pair_that_breaks_two_terms_is_no_near_miss() -> None:
    far_and_dear = offer("far and dear", place=place(52.9), price_eur_per_tonne=Decimal(90))

    assert near_misses(index_with(far_and_dear), want(max_distance_km=20.0, max_landed_eur_per_tonne=Decimal(8))) == ()


def test_the_cheapest_changes_come_first_and_no_more_than_a_few() -> None:
    index = index_with(*(offer(f"far {number}", place=place(52.4 + number / 10)) for number in range(8)))
    found = near_misses(index, want(max_distance_km=20.0))

    assert len(found) == MOST
    assert [miss.counterpart_id for miss in found[:2]] == [uid("far 0"), uid("far 1")]
    assert [miss.cost for miss in found] == sorted(miss.cost for miss in found)
