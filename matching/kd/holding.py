"""All entries of one kind in growing arrays: in, out, found by id, and how many bytes they take."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np

from matching.kd.extras import Extra
from matching.kd.groups import empty_groups, group_all
from matching.kd.keeping import put_all, put_in, take_from
from matching.kd.keys import FREE, Half, add, add_all, drop, number_of
from matching.kd.searching import Side
from matching.kd.stock import Stock, empty_stock
from matching.kd.trees import BLOCK, Trees, empty_trees

FIRST_LOTS = 64
FIRST_EXTRAS = 128
FIRST_BLOCKS = 8
FIRST_PLACES = 128
GROWTH = 1.5
LOW = (1 << 64) - 1


class Holding:
    """Lots by number. A freed number is used again; extras of freed lots are cleared away when room runs out."""

    def __init__(self, concepts: int, is_offer: bool) -> None:
        self.is_offer = is_offer
        trees = empty_trees(concepts, 4 * FIRST_BLOCKS, FIRST_BLOCKS)
        self.side = Side(trees, empty_stock(FIRST_LOTS, FIRST_EXTRAS), empty_groups())
        self._places = np.full(FIRST_PLACES, FREE, np.int32)
        self._used_places = 0
        self._free: list[int] = []
        self._next = 0
        self._next_extra = 0
        self._lost_extras = 0

    def __len__(self) -> int:
        return self._next - len(self._free)

    @property
    def lots(self) -> Any:
        """The lots by number; those of freed numbers mean nothing."""
        return self.side.stock.lots

    @property
    def size(self) -> int:
        """All numbers are below this one."""
        return self._next

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, unused room included."""
        arrays = (*self.side.trees, *self.side.stock, *self.side.groups, self._places)
        return sum(int(array.nbytes) for array in arrays)

    def number(self, key: UUID) -> int:
        """The lot of a listing; -1 when it is not here."""
        return number_of(self._places, self.lots, *_halves(key))

    def key(self, number: int) -> UUID:
        """The listing of a lot."""
        lot = self.lots[number]
        return UUID(int=(int(lot["high"]) << 64) | int(lot["low"]))

    def add(self, lot: np.void, extras: Sequence[Extra]) -> int:
        """Put in a lot that is not here yet; its number."""
        self._make_room(1, len(extras), 1 + len(extras))
        number = self._free.pop() if self._free else self._next
        self._next = max(self._next, number + 1)
        self._write(number, lot, extras)
        group_all(self.side.groups, self.lots, number, number + 1)
        put_in(self.side, number, self.is_offer)
        self._used_places += int(add(self._places, self.lots, number))
        return number

    def add_many(self, lots: np.ndarray, codes: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Put in many lots that are not here yet; `extra` counts from the start of `codes`. Their numbers."""
        first, count = self._next, len(lots)
        self._make_room(count, len(codes), count // BLOCK)
        stock, start = self.side.stock, self._next_extra
        stock.lots[first : first + count] = lots
        stock.lots["extra"][first : first + count] += start
        stock.codes[start : start + len(codes)], stock.values[start : start + len(codes)] = codes, values
        self._next, self._next_extra = first + count, start + len(codes)
        group_all(self.side.groups, self.lots, first, first + count)
        self._put_all(first, first + count)
        numbers = np.arange(first, first + count, dtype=np.int32)
        add_all(self._places, self.lots, numbers)
        self._used_places += count
        return numbers

    def remove(self, key: UUID) -> int:
        """Take a listing out; the number it had, -1 when it was not here."""
        number = drop(self._places, self.lots, *_halves(key))
        if number >= 0:
            take_from(self.side, number, self.is_offer)
            self._lost_extras += int(self.lots[number]["extras"])
            self.lots[number]["extras"] = 0
            self._free.append(number)
        return number

    def _write(self, number: int, lot: np.void, extras: Sequence[Extra]) -> None:
        stock, start = self.side.stock, self._next_extra
        stock.lots[number] = lot
        stock.lots[number]["extra"], stock.lots[number]["extras"] = start, len(extras)
        for place, (code, value) in enumerate(extras, start):
            stock.codes[place], stock.values[place] = code, value
        self._next_extra = start + len(extras)

    def _make_room(self, lots: int, extras: int, shelves: int) -> None:
        stock, trees = self.side.stock, self.side.trees
        if self._next + lots > len(stock.lots) or self._next_extra + extras > len(stock.codes):
            stock = self._larger_stock(lots, extras)
        blocks = int(trees.counts[1]) + 2 + shelves
        if blocks > len(trees.fill) or int(trees.counts[0]) + 3 * (2 + shelves) > len(trees.leaves):
            trees = _larger_trees(trees, _room(len(trees.fill), blocks))
        self.side = Side(trees, stock, self.side.groups)
        if 2 * (self._used_places + lots) > len(self._places):
            self._rehash(lots)

    def _put_all(self, first: int, last: int) -> None:
        while first < last:
            first = put_all(self.side, first, last, self.is_offer)
            if first < last:
                self._make_room(0, 0, 16 + int(self.lots[first]["extras"]) + (last - first) // BLOCK)

    def _larger_stock(self, lots: int, extras: int) -> Stock:
        stock = self.side.stock
        if self._lost_extras * 2 > self._next_extra:
            self._next_extra, self._lost_extras = _compact(stock, self._next), 0
        size = _room(len(stock.lots), self._next + lots)
        room = _room(len(stock.codes), self._next_extra + extras)
        return Stock(
            _resized(stock.lots, size),
            _resized(stock.codes, room),
            _resized(stock.values, room),
            _resized(stock.door, size),
            _resized(stock.kth, size),
        )

    def _rehash(self, lots: int) -> None:
        wanted, size = 2 * (len(self) + lots), FIRST_PLACES
        while size < wanted:
            size *= 2
        numbers = self._places[self._places >= 0]
        self._places = np.full(size, FREE, np.int32)
        add_all(self._places, self.lots, numbers)
        self._used_places = len(numbers)


def _halves(key: UUID) -> tuple[Half, Half]:
    return np.uint64(key.int >> 64), np.uint64(key.int & LOW)


def _room(have: int, need: int) -> int:
    return have if need <= have else max(need, int(have * GROWTH))


def _resized(array: np.ndarray, size: int) -> np.ndarray:
    if size == len(array):
        return array
    larger = np.zeros((size, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def _larger_trees(trees: Trees, blocks: int) -> Trees:
    nodes = max(len(trees.leaves), 3 * blocks)
    return Trees(
        trees.roots,
        _resized(trees.low, nodes),
        _resized(trees.high, nodes),
        _resized(trees.kids, nodes),
        _resized(trees.cuts, nodes),
        _resized(trees.leaves, nodes),
        _resized(trees.cells, blocks),
        _resized(trees.lots, blocks),
        _resized(trees.fill, blocks),
        trees.counts,
    )


def _compact(stock: Stock, size: int) -> int:
    """Bring the extras of living lots together at the front; where the free room starts."""
    codes, values, end = stock.codes.copy(), stock.values.copy(), 0
    for number in range(size):
        lot = stock.lots[number]
        start, count = int(lot["extra"]), int(lot["extras"])
        stock.codes[end : end + count] = codes[start : start + count]
        stock.values[end : end + count] = values[start : start + count]
        lot["extra"] = end
        end += count
    return end
