"""Listing ids of 128 bits and the lots they belong to."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kd.keys import FREE, add, add_all, drop, number_of
from matching.kd.lots import LOT

halves = st.integers(0, 2**64 - 1)


@settings(deadline=None)
@given(st.lists(st.tuples(halves, halves), unique=True, min_size=1, max_size=60), st.data())
def test_ids_are_found_until_they_are_dropped(ids: list[tuple[int, int]], data: st.DataObject) -> None:
    lots, places = np.zeros(len(ids), LOT), np.full(128, FREE, np.int32)
    for number, (high, low) in enumerate(ids):
        lots[number]["high"], lots[number]["low"] = high, low
        assert add(places, lots, number) in (True, False)
    gone = data.draw(st.sets(st.integers(0, len(ids) - 1)))
    for number in gone:
        assert drop(places, lots, *map(np.uint64, ids[number])) == number
    for number, one in enumerate(ids):
        assert number_of(places, lots, *map(np.uint64, one)) == (-1 if number in gone else number)


def test_many_are_added_at_once_and_an_unknown_one_is_not_dropped() -> None:
    lots, places = np.zeros(3, LOT), np.full(8, FREE, np.int32)
    lots["low"] = [5, 6, 7]
    add_all(places, lots, np.arange(3, dtype=np.int32))
    assert number_of(places, lots, np.uint64(0), np.uint64(6)) == 1
    assert drop(places, lots, np.uint64(0), np.uint64(8)) == -1
