"""Which few lots together reach a minimum at the least expense: exact on small instances, bounded in time on all.

Fewest parties come first, because every party has to say yes. The fewest are known at once (the largest lots); among
all sets of that size a branch and bound looks for the least expense and stops after a fixed number of steps, so
that the same lots give the same answer however fast the machine is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from matching.pooling.lots import Lot

MOST_PARTIES = 8
"""A pool of more holders than this is no longer a trade that people can arrange."""
MOST_STEPS = 600
"""Steps of the search before the best answer so far is taken."""


@dataclass(slots=True)
class Search:
    """The lots in order of expense, what they must reach, and the best that was found."""

    lots: Sequence[Lot]
    least: Decimal
    size: int
    steps: int = MOST_STEPS
    best: tuple[int, ...] = ()
    expense: float = float("inf")
    largest: list[Decimal] = field(default_factory=list)


def cover(lots: Sequence[Lot], least: Decimal, steps: int = MOST_STEPS) -> tuple[Lot, ...]:
    """The lots of the pool, in order of expense; empty when no MOST_PARTIES lots together reach `least`."""
    by_size = sorted(lots, key=lambda lot: (-lot.amount, lot.expense, lot.key))
    size = _fewest(by_size, least)
    if not size:
        return ()
    ordered = sorted(lots, key=lambda lot: (lot.expense, -lot.amount, lot.key))
    search = Search(ordered, least, size, steps, largest=_largest_after(ordered))
    first = tuple(sorted(ordered.index(lot) for lot in by_size[:size]))
    search.best, search.expense = first, sum(ordered[number].expense for number in first)
    _look(search, 0, (), Decimal(0), 0.0)
    return tuple(ordered[number] for number in search.best)


def _fewest(by_size: Sequence[Lot], least: Decimal) -> int:
    """How many of the largest lots reach `least`; 0 when too many would be needed."""
    reached = Decimal(0)
    for count, lot in enumerate(by_size[:MOST_PARTIES], 1):
        reached += lot.amount
        if reached >= least:
            return count
    return 0


def _largest_after(ordered: Sequence[Lot]) -> list[Decimal]:
    """For each place, the largest amount from there on: no set can add more than that per lot."""
    found = [Decimal(0)] * (len(ordered) + 1)
    for number in range(len(ordered) - 1, -1, -1):
        found[number] = max(found[number + 1], ordered[number].amount)
    return found


def _look(search: Search, start: int, chosen: tuple[int, ...], reached: Decimal, expense: float) -> None:
    """Try every set that begins with `chosen`, cheapest first, as long as it can still reach the minimum and win."""
    missing = search.size - len(chosen)
    if missing == 0:
        if reached >= search.least and expense < search.expense:
            search.best, search.expense = chosen, expense
        return
    for number in range(start, len(search.lots) - missing + 1):
        lot = search.lots[number]
        search.steps -= 1
        # The lots after this one cost at least as much each, and add at most the largest of them each.
        too_dear = expense + missing * lot.expense >= search.expense
        too_little = reached + missing * search.largest[number] < search.least
        if search.steps < 0 or too_dear or too_little:
            return
        _look(search, number + 1, (*chosen, number), reached + lot.amount, expense + lot.expense)
