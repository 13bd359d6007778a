"""The one place that commits: state, already-handled marks and event rows in a single transaction.

Why lanes and locks. A tailing reader that remembers the highest position it saw would skip a row whose
transaction took a lower position but committed later. So a position is taken only while holding the
advisory lock of the event's lane, and that lock is kept until the commit: within a lane, positions become
visible in their own order, and a reader with one cursor per lane can miss nothing. Transactions that
append to different lanes do not wait for each other, and the lock is taken in the last statement before
the commit, so it is held for that commit only. Lanes are locked in ascending order: no deadlock.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from contracts.envelope import Context, EncodedEvent, NewEvent
from contracts.topics import lane_of
from infra.eventlog.delivery import DeadLetter, UnitOfWork
from infra.metrics import EVENTS_APPENDED, type_label
from infra.postgres.database import Connection, Database

LANE_LOCK = 4242

# PostgreSQL ended the transaction for the good of another one; the same work again can only succeed or wait.
TRANSIENT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

APPEND = """
WITH locks AS MATERIALIZED (
    SELECT pg_advisory_xact_lock($1, lane) FROM (SELECT DISTINCT unnest($2::int[]) AS lane ORDER BY 1) AS lanes
), locked AS MATERIALIZED (SELECT count(*) AS n FROM locks)
INSERT INTO eventlog.events (lane, topic, key, partition_key, id, type, raw)
SELECT new.lane, new.topic, new.key, new.partition_key, new.id, new.type, new.raw
FROM locked, unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::bytea[])
    WITH ORDINALITY AS new (lane, topic, key, partition_key, id, type, raw, ordinal)
WHERE locked.n >= 0
ORDER BY new.ordinal
"""

MARK = """
INSERT INTO eventlog.handled (consumer, event_id) SELECT $1, unnest($2::uuid[])
ON CONFLICT DO NOTHING RETURNING event_id
"""


BURY = """
INSERT INTO eventlog.dead_letters (consumer, event_id, topic, lane, position, reason, raw)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


class Transaction:
    """One open transaction: a connection for the stores, and the events that will be appended at its end."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._events: list[EncodedEvent] = []

    def append(self, events: Iterable[NewEvent], context: Context) -> None:
        """Add events; they become visible with the commit, in this order."""
        for event in events:
            self._events.extend(event.encode(context))

    def append_encoded(self, events: Iterable[EncodedEvent]) -> None:
        """Add events that are encoded already (bulk routes, replays)."""
        self._events.extend(events)

    async def first_seen(self, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """Mark the ids as handled by `consumer` and return those that were not marked before."""
        rows = await self.connection.fetch(MARK, consumer, list(event_ids))
        return {row["event_id"] for row in rows}

    async def bury(self, letter: DeadLetter) -> None:
        """Store a message that cannot be handled, with its reason."""
        came = letter.delivery
        values = (came.topic, came.lane, came.position, letter.reason, came.raw)
        await self.connection.execute(BURY, letter.consumer, letter.event_id, *values)

    async def write_events(self) -> bool:
        """Append the collected events under the locks of their lanes; True when there were any."""
        if not self._events:
            return False
        await append_events(self.connection, self._events)
        return True

    def count(self) -> None:
        """Tell the metrics of what was committed."""
        for event_type, times in Counter(event.type for event in self._events).items():
            EVENTS_APPENDED.labels(type_label(event_type)).inc(times)


async def append_events(connection: Connection, events: Sequence[EncodedEvent]) -> None:
    """Insert event rows; must be the last statement of its transaction (see the module text)."""
    await connection.execute(APPEND, LANE_LOCK, *columns_of(events))


def columns_of(events: Sequence[EncodedEvent]) -> tuple[list[object], ...]:
    """The events as the arrays that an appending statement unpacks: lane, topic, key, partition key, id, type, raw."""
    return (
        [lane_of(event.partition_key) for event in events],
        [event.topic for event in events],
        [event.key for event in events],
        [event.partition_key for event in events],
        [event.id for event in events],
        [event.type for event in events],
        [event.raw for event in events],
    )


@asynccontextmanager
async def transaction(database: Database) -> AsyncIterator[Transaction]:
    """Open a transaction; commits at the end, rolls back on any error, then wakes the readers."""
    async with database.connection() as connection:
        async with connection.transaction():
            unit = Transaction(connection)
            yield unit
            appended = await unit.write_events()
        if appended:
            database.waker.wake()
            unit.count()


async def in_one_statement(database: Database, statement: str, *values: object) -> list[asyncpg.Record]:
    """Run a statement that changes state and appends events by itself: a transaction of one round trip.

    It must take the locks of the lanes as APPEND does, after every row that it changes. Readers are woken when it gives
    any row.
    """
    async with database.connection() as connection:
        rows = await connection.fetch(statement, *values)
    if rows:
        database.waker.wake()
    return list(rows)


def connection_of(unit: UnitOfWork) -> Connection:
    """The connection of a unit of work that was opened on PostgreSQL; TypeError for any other."""
    if not isinstance(unit, Transaction):
        raise TypeError(f"a unit of work on PostgreSQL was expected; got {type(unit).__name__}")
    return unit.connection
