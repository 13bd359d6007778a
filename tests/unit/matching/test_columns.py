"""The coarse comparison may let through too much, never too little."""

from decimal import Decimal
from math import inf
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.places import Point, distance_km
from matching.columns import FIRST_SIZE, Columns, _reach, may_fit, row_of_offer, row_of_want
from matching.measuring import on_sphere
from matching.model import entry_of_offer, entry_of_want
from matching.proposing import fits
from tests.unit.matching.makers import TREE, offer, uid, want
from tests.unit.matching.oracle import Lot, pair_fits
from tests.unit.matching.strategies import offers, wants

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=300, deadline=None)
@given(offers(), wants())
def test_a_pair_that_fits_is_always_let_through(offered: Any, wanted: Any) -> None:
    if pair_fits(Lot(offered, offered.quantity), Lot(wanted, wanted.quantity)):
        rows = row_of_offer(entry_of_offer(offered, TREE)), row_of_want(entry_of_want(wanted, TREE))
        assert may_fit(*rows)


@given(points, points)
def test_a_point_at_exactly_the_greatest_distance_is_in_reach(one: Point, other: Point) -> None:
    chord = sum((a - b) ** 2 for a, b in zip(on_sphere(one), on_sphere(other), strict=True))
    assert chord <= _reach(distance_km(one, other))


def test_a_reach_around_the_world_has_no_end() -> None:
    assert _reach(None) == inf
    assert _reach(30_000.0) == inf


def test_a_price_at_exactly_the_limit_is_let_through() -> None:
    wanted = want(max_landed_eur_per_tonne=Decimal("12.50"))
    assert fits(offer(), wanted) is not None
    assert may_fit(row_of_offer(offer()), row_of_want(wanted))


def test_far_dear_late_and_small_are_kept_out() -> None:
    wanted = row_of_want(
        want(max_distance_km=30.0, max_landed_eur_per_tonne=Decimal(20), minimum=Decimal(50), concepts=("wood",))
    )
    assert may_fit(row_of_offer(offer()), wanted)
    for other in (
        offer(place=offer().state.place.model_copy(update={"lat": 53.2})),
        offer(price_eur_per_tonne=Decimal(25)),
        offer(quantity=Decimal(49)),
    ):
        assert not may_fit(row_of_offer(other), wanted)


def test_freed_slots_are_used_again_and_columns_grow() -> None:
    columns: Columns[Any] = Columns(row_of_offer)
    for number in range(FIRST_SIZE * 3):
        columns.put(offer(f"offer-{number}"))
    for number in range(FIRST_SIZE):
        columns.remove(uid(f"offer-{number}"))
    for number in range(FIRST_SIZE):
        columns.put(offer(f"later-{number}"))
    assert len(columns) == FIRST_SIZE * 3
    assert len(columns._entries) == FIRST_SIZE * 3
    probe = row_of_want(want())
    found = columns.candidates(probe, lambda rows: np.ones(len(rows.first), bool))
    assert len({entry.key for entry in found}) == FIRST_SIZE * 3


def test_a_closed_entry_takes_no_slot() -> None:
    columns: Columns[Any] = Columns(row_of_offer)
    columns.put(offer())
    columns.put(offer(taken=100))
    assert len(columns) == 0
