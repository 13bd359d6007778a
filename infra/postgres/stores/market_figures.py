"""Figures over all open listings that everybody may see: counted now and then, not for every visitor."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from infra.postgres.database import Database

KEEP_S = 20.0
COUNT = """
SELECT kind, count(*) AS listings, coalesce(sum(quantity_kg), 0) AS kg, count(quantity_kg) AS weighed
FROM listings.listings WHERE status = 'open' AND open_to_all GROUP BY kind
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Open listings and their weight in kg. Listings of unknown weight are counted, but weigh nothing here."""

    offers: int = 0
    wants: int = 0
    offered_kg: Decimal = Decimal(0)
    wanted_kg: Decimal = Decimal(0)


class MarketFigures:
    """The newest figures: at most `KEEP_S` old, counted by one asker while the others take the former ones."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._counted_at = float("-inf")
        self._figures = Figures()
        self._lock = asyncio.Lock()

    async def newest(self) -> Figures:
        """The figures; the first asker ever waits for the count."""
        never = self._counted_at == float("-inf")
        if self._clock() - self._counted_at > KEEP_S and (never or not self._lock.locked()):
            async with self._lock:
                if self._clock() - self._counted_at > KEEP_S:
                    self._figures = await self._count()
                    self._counted_at = self._clock()
        return self._figures

    async def _count(self) -> Figures:
        async with self._database.connection() as connection:
            found = {row["kind"]: row for row in await connection.fetch(COUNT)}
        offers, wants = found.get("offer"), found.get("want")
        return Figures(
            offers["listings"] if offers else 0,
            wants["listings"] if wants else 0,
            offers["kg"] if offers else Decimal(0),
            wants["kg"] if wants else Decimal(0),
        )
