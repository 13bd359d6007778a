"""Compile every kernel, so that the first start does not stall: `python -m matching.kd.warming`.

Compiling takes a minute of one core, reading what was compiled before takes a second. Numba keeps it beside the
source or in NUMBA_CACHE_DIR, by processor (decision 0027).
"""

from math import inf, nan
from uuid import UUID

import numpy as np

from matching.kd.describing import Described
from matching.kd.engine import Engine
from matching.kd.gathering import near
from matching.kd.lots import ANY_STATUS, EVER, LOT, NEVER, UNGROUPED
from matching.kd.stock import Concepts

OFFERS, WANTS = 3, 300
"""More wants than one block holds, so that one is split."""


class Agreeable:
    """Says that everything fits."""

    def fits(self, offer: UUID, want: UUID) -> bool:  # noqa: ARG002 - the port
        """It does."""
        return True

    def mark(self, offer: UUID, want: UUID) -> float:  # noqa: ARG002 - the port
        """The highest."""
        return 1.0


def some_lot(number: int, organisation: int) -> Described:
    """A lot in the middle of the Netherlands, of one concept."""
    where, much = (0.61, 0.06, 0.79), (10.0 + number, 0.0, 1000.0, nan, inf, nan)
    when, what = (NEVER, EVER, NEVER), (organisation, 0, 0, 0, UNGROUPED)
    return Described((*where, *much, 0, number + 1, 1, *when, *what, 1, 0, ANY_STATUS, 0), ())


def warm() -> int:
    """Use every kernel once, as the index does; how many pairs were found."""
    alone = np.zeros(1, np.int32)
    engine, oracle = Engine(Concepts(alone - 1, alone, alone + 1, np.full(1, nan))), Agreeable()
    lots = np.zeros(WANTS, LOT)
    for number in range(WANTS):
        lots[number] = some_lot(number, 1).lot
    engine.wants.add_many(lots, np.zeros(0, np.int32), np.zeros(0))
    numbers = [engine.put(engine.offers, some_lot(WANTS + number, 2)) for number in range(OFFERS)]
    found = len(engine.listed(engine.offers, numbers[0], 20, oracle))
    found += len(engine.entered(engine.offers, numbers[0], 20, oracle))
    engine.put(engine.wants, some_lot(WANTS + OFFERS, 1))
    engine.remove(engine.wants, UUID(int=WANTS + OFFERS + 1))
    found += len(engine.listed(engine.wants, 0, 2, oracle))
    found += len(engine.all_fitting(engine.offers, engine.offers.side.stock))
    found += len(near(engine.wants.side, alone, np.zeros(3, np.int32), True))
    engine.forget()
    return found


if __name__ == "__main__":
    warm()
