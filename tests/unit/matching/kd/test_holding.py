"""Entries in and out of growing arrays."""

from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kd.holding import Holding
from tests.bench.matching.market import wants, world
from tests.unit.matching.kd.lots import lot

WORLD = world(3)
MARKET = wants(WORLD, 800, 1)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=250))
def test_what_was_put_in_and_not_taken_out_is_there_with_its_extras(steps: list[int]) -> None:
    holding = Holding(5, is_offer=False)
    inside: set[int] = set()
    for step in steps:
        key = UUID(int=step + 1)
        if step in inside:
            assert holding.remove(key) >= 0
            inside.remove(step)
        else:
            holding.add(lot(step), [(step, float(step))] * (step % 7))
            inside.add(step)
    assert len(holding) == len(inside)
    for step in range(61):
        number = holding.number(UUID(int=step + 1))
        assert (number >= 0) == (step in inside)
        if step in inside:
            assert holding.key(number) == UUID(int=step + 1)
            one, stock = holding.lots[number], holding.side.stock
            values = stock.values[one["extra"] : one["extra"] + one["extras"]]
            assert values.tolist() == [float(step)] * (step % 7)


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    together, single = Holding(1500, is_offer=False), Holding(1500, is_offer=False)
    numbers = together.add_many(MARKET.lots, MARKET.codes, MARKET.values)
    for one in MARKET.lots:
        start, count = int(one["extra"]), int(one["extras"])
        extras = zip(MARKET.codes[start:].tolist(), MARKET.values[start:].tolist(), strict=True)
        single.add(one, [extra for extra, _place in zip(extras, range(count), strict=False)])
    assert numbers.tolist() == list(range(800))
    assert len(together) == len(single) == 800
    assert (together.side.trees.roots >= 0).tolist() == (single.side.trees.roots >= 0).tolist()
    assert together.nbytes > 800 * 128


def test_an_unknown_listing_is_not_taken_out() -> None:
    holding = Holding(5, is_offer=True)
    assert holding.remove(UUID(int=7)) == -1
    assert np.int32(holding.number(UUID(int=7))) == -1
