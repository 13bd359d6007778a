"""From listing ids to lots: an open hash table of lot numbers, four bytes a place; the ids stand in the lots."""

from typing import Any

import numpy as np

from matching.kd.compiling import compiled

FREE, GONE = -1, -2

Half = Any
"""Half of an id, as an unsigned number of 64 bits: a kernel compiled for small whole numbers refuses large ones."""
Place = Any
"""Where something stands in a table."""


@compiled
def start_of(high: Half, low: Half, size: int) -> Place:
    """Where to look first. Ids are not all random (version 7 starts with the time), so all bits take part."""
    mixed = (np.uint64(high) ^ np.uint64(low)) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed >> np.uint64(20)) & np.uint64(size - 1))


@compiled
def find(places: np.ndarray, lots: np.ndarray, high: Half, low: Half) -> Place:
    """The place of an id; -1 when it is not there."""
    place = start_of(high, low, len(places))
    while places[place] != FREE:
        number = places[place]
        if number >= 0 and lots[number].high == np.uint64(high) and lots[number].low == np.uint64(low):
            return place
        place = (place + 1) & (len(places) - 1)
    return -1


@compiled
def number_of(places: np.ndarray, lots: np.ndarray, high: Half, low: Half) -> int:
    """The lot of an id; -1 when it is not there."""
    place = find(places, lots, high, low)
    return int(places[place]) if place >= 0 else -1


@compiled
def add(places: np.ndarray, lots: np.ndarray, number: int) -> bool:
    """Add a lot that is not there yet, there must be a free place; whether that was one never used."""
    place = start_of(lots[number].high, lots[number].low, len(places))
    while places[place] >= 0:
        place = (place + 1) & (len(places) - 1)
    fresh = places[place] == FREE
    places[place] = number
    return bool(fresh)


@compiled
def add_all(places: np.ndarray, lots: np.ndarray, numbers: np.ndarray) -> None:
    """Add many lots that are not there yet; there must be places for all."""
    for number in numbers:
        add(places, lots, number)


@compiled
def drop(places: np.ndarray, lots: np.ndarray, high: Half, low: Half) -> int:
    """Forget an id; the lot it was, -1 when it was not there."""
    place = find(places, lots, high, low)
    if place < 0:
        return -1
    number = places[place]
    places[place] = GONE
    return int(number)
