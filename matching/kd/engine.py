"""Offers and wants of one family in numbers, and the exact answers to who fits whom, asked by lot number.

Where numbers cannot tell (a doubtful pair, a legal mark that was never asked), whoever asks brings an Oracle that
compares the listings themselves. Answers are searched again until nothing in them is open.
"""

from bisect import insort
from typing import NamedTuple, Protocol
from uuid import UUID

import numpy as np

from matching.kd.describing import Described
from matching.kd.doors import DOUBTFUL, UNASKED, moved, open_points
from matching.kd.gathering import gather
from matching.kd.holding import Holding
from matching.kd.keeping import OPEN, UNKNOWN, forget_doors, write_door
from matching.kd.lots import LOT
from matching.kd.marks import Marks
from matching.kd.searching import best
from matching.kd.stock import Concepts, Stock


class Oracle(Protocol):
    """Answers about pairs of listings that numbers do not give."""

    def fits(self, offer: UUID, want: UUID) -> bool:
        """Whether the pair satisfies all hard constraints."""
        ...

    def mark(self, offer: UUID, want: UUID) -> float:
        """The legal mark of the pair."""
        ...


class Pair(NamedTuple):
    """A counterpart by its lot number, and the score of the pair."""

    number: int
    score: float


MOST_LISTS = 20_000
"""Lists that are kept; one of k = 20 takes about 3 kB."""


class Engine:
    """Both holdings, the legal marks, and the doors for one k."""

    def __init__(self, concepts: Concepts) -> None:
        self.concepts = concepts
        self.offers = Holding(len(concepts.parent), is_offer=True)
        self.wants = Holding(len(concepts.parent), is_offer=False)
        self.marks = Marks()
        self._lists: dict[tuple[bool, int], list[Pair]] = {}
        self._size = 0

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.offers.nbytes + self.wants.nbytes + sum(int(array.nbytes) for array in self.marks.table)

    def other(self, holding: Holding) -> Holding:
        """Where the counterparts are."""
        return self.wants if holding.is_offer else self.offers

    def put(self, holding: Holding, one: Described) -> int:
        """Add a listing that is not here yet; its number."""
        lot = np.zeros(1, LOT)
        lot[0] = one.lot
        number = holding.add(lot[0], one.extras)
        if self._lists:
            self._comes(holding, number)
        return number

    def remove(self, holding: Holding, key: UUID) -> bool:
        """Take a listing out; whether it was here."""
        number = holding.number(key)
        if number < 0:
            return False
        if self._lists:
            self._leaves(holding, number)
        holding.remove(key)
        return True

    def forget(self) -> None:
        """Drop all lists and marks: another k, day or rulebook."""
        self.marks.clear()
        self._forget_lists()

    def _forget_lists(self) -> None:
        if self._lists:
            forget_doors(self.offers.side, self.offers.size)
            forget_doors(self.wants.side, self.wants.size)
            self._lists.clear()

    def best(self, holding: Holding, number: int, k: int, oracle: Oracle) -> list[Pair]:
        """The best k counterparts of a lot, best first, ties by the lower listing id."""
        size = k
        while True:
            found = self._best_so_far(holding, number, size, oracle)
            sure = self._confirmed(holding, number, found, oracle)
            if len(sure) >= k or len(found) < size:
                return sure[:k]
            size *= 2

    def listed(self, holding: Holding, number: int, k: int, oracle: Oracle) -> list[Pair]:
        """The best k counterparts and the next one. Kept, and corrected with every change, until all are forgotten."""
        kept = self._lists.get((holding.is_offer, number))
        if kept is None:
            if len(self._lists) >= MOST_LISTS:
                self._forget_lists()
            kept = self.best(holding, number, k + 1, oracle)
            self._keep(holding, number, kept, k + 1)
        return kept

    def entered(self, holding: Holding, number: int, k: int, oracle: Oracle) -> list[Pair]:
        """The counterparts that have this lot among their best k."""
        other = self.other(holding)
        found = self._gathered(holding, number, oracle)
        return [pair for pair in found if self.is_among(other, pair.number, number, k, oracle)]

    def is_among(self, holding: Holding, number: int, counterpart: int, k: int, oracle: Oracle) -> bool:
        """Whether the counterpart is among the best k of this lot."""
        return any(pair.number == counterpart for pair in self.listed(holding, number, k, oracle)[:k])

    def all_fitting(self, holding: Holding, probe: Stock, number: int = 0) -> np.ndarray:
        """Numbers of all counterparts of lot `number` of a stock that may fit; doubtful ones among them."""
        side = self.other(holding).side
        found, _scores = gather(side, probe, number, holding.is_offer, self.concepts, self.marks.table, doors=False)
        return np.unique(found)

    def _best_so_far(self, holding: Holding, number: int, size: int, oracle: Oracle) -> list[Pair]:
        other, stock = self.other(holding), holding.side.stock
        numbers, scores = np.empty(size, np.int32), np.empty(size)
        while True:
            legal = self.marks.table
            count = best(other.side, stock, number, holding.is_offer, self.concepts, legal, numbers, scores)
            if not self._ask(holding, number, numbers[:count], oracle):
                return [Pair(int(one), float(score)) for one, score in zip(numbers[:count], scores, strict=False)]

    def _gathered(self, holding: Holding, number: int, oracle: Oracle) -> list[Pair]:
        side, stock = self.other(holding).side, holding.side.stock
        while True:
            legal = self.marks.table
            numbers, scores = gather(side, stock, number, holding.is_offer, self.concepts, legal, doors=True)
            if not self._ask(holding, number, numbers, oracle):
                break
        highest: dict[int, float] = {}
        for one, score in zip(numbers.tolist(), scores.tolist(), strict=True):
            highest[one] = max(score, highest.get(one, score))
        return self._confirmed(holding, number, [Pair(*item) for item in highest.items()], oracle)

    def _ask(self, holding: Holding, number: int, numbers: np.ndarray, oracle: Oracle) -> bool:
        """Ask for the legal marks that are missing among these counterparts; whether any was."""
        missing = self._open(holding, number, numbers) & UNASKED
        for one in numbers[missing.nonzero()]:
            offer, want = self._as_pair(holding, number, int(one))
            classes = int(self.offers.lots[offer]["legal"]), int(self.wants.lots[want]["legal"])
            if self.marks.get(*classes) is None:
                self.marks.put(*classes, oracle.mark(self.offers.key(offer), self.wants.key(want)))
        return bool(missing.any())

    def _confirmed(self, holding: Holding, number: int, found: list[Pair], oracle: Oracle) -> list[Pair]:
        """Those that fit for sure, in the same order."""
        doubts = self._open(holding, number, np.array([pair.number for pair in found], np.int32)) & DOUBTFUL
        return [
            pair
            for pair, doubt in zip(found, doubts.tolist(), strict=True)
            if not doubt or self._fits(holding, number, pair.number, oracle)
        ]

    def _fits(self, holding: Holding, number: int, counterpart: int, oracle: Oracle) -> bool:
        offer, want = self._as_pair(holding, number, counterpart)
        return oracle.fits(self.offers.key(offer), self.wants.key(want))

    def _open(self, holding: Holding, number: int, numbers: np.ndarray) -> np.ndarray:
        stock, others = holding.side.stock, self.other(holding).side.stock
        return open_points(stock, number, holding.is_offer, others, numbers, self.marks.table)

    def _keep(self, holding: Holding, number: int, pairs: list[Pair], size: int) -> None:
        """Keep a list and note its door: the last of it when it is full."""
        self._lists[holding.is_offer, number] = pairs
        last = pairs[-1] if len(pairs) == size else Pair(OPEN, 0.0)
        write_door(holding.side, number, holding.is_offer, last.score, last.number)
        self._size = size

    def _drop(self, holding: Holding, number: int) -> None:
        if self._lists.pop((holding.is_offer, number), None) is not None:
            write_door(holding.side, number, holding.is_offer, 0.0, UNKNOWN)

    def _comes(self, holding: Holding, number: int) -> None:
        """A newcomer takes its place in the lists that are kept."""
        other, (numbers, scores) = self.other(holding), self._moved(holding, number)
        for one, score, doubt in zip(
            numbers.tolist(), scores.tolist(), self._open(holding, number, numbers).tolist(), strict=True
        ):
            kept = self._lists.get((other.is_offer, one))
            if kept is None:
                continue
            if doubt or any(pair.number == number for pair in kept):
                self._drop(other, one)
                continue
            insort(kept, Pair(number, score), key=lambda pair: (-pair.score, holding.key(pair.number).int))
            self._keep(other, one, kept[: self._size], self._size)

    def _leaves(self, holding: Holding, number: int) -> None:
        """Who comes up from below a list is not known here, so the list is dropped; so is that of who leaves."""
        self._lists.pop((holding.is_offer, number), None)
        for one in self._moved(holding, number)[0].tolist():
            self._drop(self.other(holding), one)

    def _moved(self, holding: Holding, number: int) -> tuple[np.ndarray, np.ndarray]:
        own, other = holding.side, self.other(holding).side
        return moved(own, other, number, holding.is_offer, self.concepts, self.marks.table)

    @staticmethod
    def _as_pair(holding: Holding, number: int, counterpart: int) -> tuple[int, int]:
        """The lots of the offer and of the want."""
        return (number, counterpart) if holding.is_offer else (counterpart, number)
