"""The legal marks of pairs of legal classes that were asked so far: an open hash table in three arrays."""

import numpy as np

from matching.kd.compiling import compiled
from matching.kd.keys import Half, Place
from matching.kd.stock import Legal

NOTHING = -1.0
HIGHEST = 1.0
"""A pair of classes that was never asked may turn out to be as good as can be."""
FIRST_SIZE = 256
MANY = 200_000
"""More marks are not kept: a class is as narrow as one listing, and a listing that has gone leaves its marks."""


class Marks:
    """Marks by (class of the offer, class of the want), kept for one rulebook on one day."""

    def __init__(self) -> None:
        self._count = 0
        self.table = _empty(FIRST_SIZE)

    def __len__(self) -> int:
        return self._count

    def get(self, offer_class: int, want_class: int) -> float | None:
        """The mark; None when this pair of classes was never asked."""
        mark = float(self.table.marks[place_of(self.table, np.uint64(offer_class), np.uint64(want_class))])
        return None if mark == NOTHING else mark

    def put(self, offer_class: int, want_class: int, mark: float) -> None:
        """Remember a mark. The table is at most half full; a very long one starts anew."""
        if self._count >= MANY:
            self.clear()
        if 2 * (self._count + 1) > len(self.table.marks):
            self._grow()
        self._count += int(write(self.table, np.uint64(offer_class), np.uint64(want_class), mark))

    def clear(self) -> None:
        """Forget all marks: another day, or another rulebook."""
        self._count, self.table = 0, _empty(FIRST_SIZE)

    def _grow(self) -> None:
        former, self.table = self.table, _empty(2 * len(self.table.marks))
        copy(former, self.table)


def _empty(size: int) -> Legal:
    return Legal(np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.full(size, NOTHING))


@compiled
def place_of(legal: Legal, offer_class: Half, want_class: Half) -> Place:
    """Where a pair of classes stands, or the free place where it belongs."""
    offer, want, mask = np.uint64(offer_class), np.uint64(want_class), len(legal.marks) - 1
    mixed = (offer ^ (want * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xD6E8FEB86659FD93)
    place = np.int64(mixed >> np.uint64(32)) & mask
    while legal.marks[place] != NOTHING and (legal.offers[place] != offer or legal.wants[place] != want):
        place = (place + 1) & mask
    return place


@compiled
def write(legal: Legal, offer_class: Half, want_class: Half, mark: float) -> bool:
    """Write a mark; whether it is a new one."""
    place = place_of(legal, offer_class, want_class)
    fresh = legal.marks[place] == NOTHING
    legal.offers[place], legal.wants[place] = np.uint64(offer_class), np.uint64(want_class)
    legal.marks[place] = mark
    return bool(fresh)


@compiled
def copy(source: Legal, target: Legal) -> None:
    """Write all marks of one table into another."""
    for place in range(len(source.marks)):
        if source.marks[place] != NOTHING:
            write(target, source.offers[place], source.wants[place], source.marks[place])


@compiled
def mark_of(legal: Legal, offer_class: Half, want_class: Half) -> float:
    """The mark, or the highest there is when it was never asked."""
    mark = legal.marks[place_of(legal, offer_class, want_class)]
    return HIGHEST if mark == NOTHING else float(mark)
