"""Reading the log from the table `eventlog.events`, in the order of the lanes.

The cursor is one position per lane, moved in the transaction of the effect. Positions become visible in their
own order within a lane (see `infra.postgres.transaction`), so nothing can appear behind the cursor.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from contracts.topics import LANES
from infra.eventlog.delivery import Delivery, UnitOfWork
from infra.eventlog.lag import Lag, waiting_in_table
from infra.eventlog.ownership import Ownership
from infra.postgres.database import Connection, Database
from infra.postgres.parts import MOVE
from infra.postgres.transaction import unit_of

POLL_S = 0.25

NEXT = """
SELECT found.topic, found.lane, found.position, found.raw
FROM unnest($1::int[], $2::bigint[]) AS cursor (lane, position)
CROSS JOIN unnest($3::text[]) AS wanted (topic)
CROSS JOIN LATERAL (
    SELECT e.topic, e.lane, e.position, e.raw FROM eventlog.events AS e
    WHERE e.topic = wanted.topic AND e.lane = cursor.lane AND e.position > cursor.position
    ORDER BY e.position LIMIT $4
) AS found
ORDER BY found.position LIMIT $4
"""
CURSORS = "SELECT lane, position FROM eventlog.positions WHERE consumer = $1"
ENDS = "SELECT coalesce(max(position), 0) FROM eventlog.events"


class TakenOver(RuntimeError):
    """A second process reads the same table under the same consumer name: only one may."""


async def next_deliveries(
    connection: Connection, cursors: dict[int, int], topics: Sequence[str], limit: int
) -> list[Delivery]:
    """The next records after `cursors` (lane -> position), in the order of their positions."""
    rows = await connection.fetch(NEXT, list(cursors), list(cursors.values()), list(topics), limit)
    return [Delivery(row["topic"], row["lane"], row["position"], row["raw"]) for row in rows]


async def move_cursors(connection: Connection, consumer: str, moved: dict[int, int]) -> None:
    """Store how far `consumer` is in each lane."""
    lanes = sorted(moved)
    await connection.execute(MOVE.format("$1", "$2", "$3"), consumer, lanes, [moved[lane] for lane in lanes])


def ends_of(batch: Sequence[Delivery]) -> dict[int, int]:
    """The last position of each lane in a batch."""
    return {delivery.lane: delivery.position for delivery in sorted(batch, key=lambda item: item.position)}


class PostgresReader:
    """A reader of all lanes for one consumer name."""

    def __init__(self, database: Database, consumer: str, topics: Sequence[str], poll_s: float = POLL_S) -> None:
        self._database = database
        self._consumer = consumer
        self._topics = tuple(topics)
        self._poll_s = poll_s
        self._ownership = Ownership(database, consumer)
        self._cursors: dict[int, int] = {}

    async def open(self) -> None:
        """Own all lanes and find the cursors."""
        await self._ownership.take(range(LANES))
        await self.rewind()

    async def fetch(self, limit: int) -> list[Delivery]:
        """The next records; waits for a wake-up or the poll interval, then returns what there is."""
        ticket = self._database.waker.ticket(self._topics)
        found = await self._read(limit)
        if not found:
            await _wait(ticket, self._poll_s)
            found = await self._read(limit)
        return found

    async def _read(self, limit: int) -> list[Delivery]:
        async with self._database.connection() as connection:
            found = await next_deliveries(connection, self._cursors, self._topics, limit)
        self._cursors.update(ends_of(found))
        return found

    async def settle_in(self, unit: UnitOfWork, batch: Sequence[Delivery]) -> None:
        """Insist on ownership and move the cursors, in the transaction of the effect."""
        ends = ends_of(batch)
        lost = TakenOver(f"another process took over {self._consumer} on this database; this one stops")
        self._ownership.prove_in(unit_of(unit), ends, ends, lost)

    async def settled(self, batch: Sequence[Delivery]) -> None:
        """The cursors moved with the commit."""

    async def rewind(self) -> None:
        """Read the cursors again; records fetched but not settled will come again."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(CURSORS, self._consumer)
        self._cursors = dict.fromkeys(range(LANES), 0) | {row["lane"]: row["position"] for row in rows}

    async def close(self) -> None:
        """Nothing is held between batches."""

    async def lag(self) -> Lag:
        """What stands in the table after what was fetched."""
        async with self._database.connection() as connection:
            return await waiting_in_table(connection, self._cursors, self._topics)

    def owned(self) -> frozenset[tuple[int, int]]:
        """All lanes, with their epochs."""
        return self._ownership.owned()


async def tail(
    database: Database, topics: Sequence[str], poll_s: float = POLL_S
) -> AsyncGenerator[list[Delivery], None]:
    """Records appended from now on, for watchers that keep no place (push, `kringmarkt run`).

    The first batch is empty: it says that the place is found and nothing after it will be missed.
    """
    async with database.connection() as connection:
        end = await connection.fetchval(ENDS)
    cursors = dict.fromkeys(range(LANES), int(end))
    yield []
    while True:
        ticket = database.waker.ticket(topics)
        async with database.connection() as connection:
            found = await next_deliveries(connection, cursors, topics, 1000)
        cursors.update(ends_of(found))
        if found:
            yield found
        else:
            await _wait(ticket, poll_s)


async def _wait(ticket: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await ticket.wait()
    except TimeoutError:
        return
