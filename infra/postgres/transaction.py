"""The one place that commits: state, already-handled marks and event rows in a single transaction.

Why lanes and locks. A tailing reader that remembers the highest position it saw would skip a row whose
transaction took a lower position but committed later. So a position is taken only while holding the
advisory lock of the event's lane, and that lock is kept until the commit: within a lane, positions become
visible in their own order, and a reader with one cursor per lane can miss nothing. Transactions that
append to different lanes do not wait for each other, and the lock is taken in the last statement before
the commit, so it is held for that commit only. Lanes are locked in ascending order: no deadlock.

Two kinds of unit of work. A `Transaction` is begun before anything else, so that rows can be locked and read
back. A `OneStatement` only reads until its end; then all of its changes go in one statement, which is a
transaction by itself. What it had read may have changed by then: its parts say on what they insist, and
`ReadAgain` asks for the same work again.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from contracts.envelope import Context, EncodedEvent, NewEvent
from infra.eventlog.delivery import DeadLetter, ReadAgain, UnitOfWork
from infra.metrics import EVENTS_APPENDED, type_label
from infra.postgres.database import Connection, Database
from infra.postgres.parts import MARK, MOVE, NOT_OURS, READ_AGAIN, Part, Proof, composed

# PostgreSQL ended the transaction for the good of another one; the same work again can only succeed or wait.
TRANSIENT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

MARK_UNSEEN = f"{MARK.format('$1', '$2').rstrip()} ON CONFLICT DO NOTHING RETURNING event_id"
SEEN = "SELECT event_id FROM eventlog.handled WHERE consumer = $1 AND event_id = ANY($2::uuid[])"
BURY = """
INSERT INTO eventlog.dead_letters (consumer, event_id, topic, lane, position, reason, raw)
VALUES ({0}, {1}, {2}, {3}, {4}, {5}, {6})
"""


class PostgresUnit:
    """What both kinds share: changes and events that are kept until the end."""

    def __init__(self, *, durable: bool = True) -> None:
        self._durable = durable
        self._events: list[EncodedEvent] = []
        self._parts: dict[str, Part] = {}
        self._proof: Proof | None = None
        self._lost: Exception | None = None
        self._carried: tuple[EncodedEvent, ...] = ()

    def append(self, events: Iterable[NewEvent], context: Context) -> None:
        """Add events; they become visible with the commit, in this order."""
        for event in events:
            self._events.extend(event.encode(context))

    def append_encoded(self, events: Iterable[EncodedEvent]) -> None:
        """Add events that are encoded already (bulk routes, replays)."""
        self._events.extend(events)

    def write(self, part: Part) -> None:
        """Change rows at the end of the unit; raises ValueError for a second part of the same name."""
        if part.name in self._parts:
            raise ValueError(
                f"got two parts named {part.name!r} in one unit of work; expected one: put their rows in it"
            )
        self._parts[part.name] = part

    def settle(self, proof: Proof, ends: Mapping[int, int] | None, lost: Exception) -> None:
        """Insist at the end on the lanes that `proof` names, and move the consumer's cursors to `ends`.

        When another process took one of them, `lost` is raised and nothing is written. `ends` None: the place is kept
        elsewhere.
        """
        self._proof, self._lost = proof, lost
        if ends:
            lanes = sorted(ends)
            self.write(Part("moved", MOVE, (proof.consumer, lanes, [ends[lane] for lane in lanes])))

    async def bury(self, letter: DeadLetter) -> None:
        """Store a message that cannot be handled, with its reason."""
        came = letter.delivery
        values = (letter.consumer, letter.event_id, came.topic, came.lane, came.position, letter.reason, came.raw)
        self.write(Part(f"buried_{len(self._parts)}", BURY, values))

    async def carry_out(self, connection: Connection) -> None:
        """Make the changes and append the events, once."""
        parts, events, proof = tuple(self._parts.values()), tuple(self._events), self._proof
        if not (parts or events or proof):
            return
        text, values = composed(parts, events, proof, durable=self._durable)
        self._parts, self._events, self._proof, self._carried = {}, [], None, self._carried + events
        try:
            await connection.fetch(text, *values)
        except asyncpg.PostgresError as error:
            if error.sqlstate == NOT_OURS and self._lost is not None:
                raise self._lost from error
            if error.sqlstate == READ_AGAIN:
                raise ReadAgain(str(error)) from error
            raise

    def committed(self, database: Database) -> None:
        """After the commit: wake the readers of what was appended, and tell the metrics."""
        if self._carried:
            database.waker.wake({event.topic for event in self._carried})
            count(self._carried)


class Transaction(PostgresUnit):
    """One open transaction: a connection for the stores, and what will be written at its end."""

    def __init__(self, connection: Connection, *, durable: bool = True) -> None:
        super().__init__(durable=durable)
        self.connection = connection

    async def first_seen(self, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """Mark the ids as handled by `consumer` and return those that were not marked before."""
        rows = await self.connection.fetch(MARK_UNSEEN, consumer, list(event_ids)) if event_ids else []
        return {row["event_id"] for row in rows}


class OneStatement(PostgresUnit):
    """Reads, and one statement at the end that changes everything at once. It locks nothing before that."""

    def __init__(self, reading: Connection, *, durable: bool = True) -> None:
        super().__init__(durable=durable)
        self.reading = reading

    async def first_seen(self, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """The ids that `consumer` has not handled; they are marked at the end, or ReadAgain says that others were."""
        rows = await self.reading.fetch(SEEN, consumer, list(event_ids)) if event_ids else []
        new = set(event_ids) - {row["event_id"] for row in rows}
        if new:
            self.write(Part("marked", MARK, (consumer, sorted(new))))
        return new


def count(events: Iterable[EncodedEvent]) -> None:
    """Tell the metrics of events that were committed."""
    for event_type, times in Counter(event.type for event in events).items():
        EVENTS_APPENDED.labels(type_label(event_type)).inc(times)


async def append_events(connection: Connection, events: Sequence[EncodedEvent]) -> None:
    """Insert event rows; must be the last statement of its transaction (see the module text)."""
    text, values = composed((), events)
    await connection.fetch(text, *values)


@asynccontextmanager
async def transaction(database: Database, *, durable: bool = True) -> AsyncIterator[Transaction]:
    """Open a transaction; commits at the end, rolls back on any error, then wakes the readers.

    Not `durable` is for effects that can be had again from the log, together with the cursor that would be lost with
    them (docs/decisions: derived effects do not wait for the disk).
    """
    async with database.connection() as connection:
        async with connection.transaction():
            unit = Transaction(connection, durable=durable)
            yield unit
            await unit.carry_out(connection)
        unit.committed(database)


@asynccontextmanager
async def one_statement(database: Database, *, durable: bool = True) -> AsyncIterator[OneStatement]:
    """Open a unit that writes in one statement at its end; nothing is written on any error. `durable` as above.

    Raises ReadAgain when somebody else wrote meanwhile what this unit was going to write.
    """
    async with database.connection() as connection:
        unit = OneStatement(connection, durable=durable)
        yield unit
        try:
            await unit.carry_out(connection)
        except asyncpg.UniqueViolationError as error:
            raise ReadAgain(str(error)) from error
        unit.committed(database)


async def in_one_statement(
    database: Database, topics: Iterable[str], statement: str, *values: object
) -> list[asyncpg.Record]:
    """Run a statement that changes state and appends events by itself: a transaction of one round trip.

    It must take the locks of the lanes as `append_events` does, after every row that it changes. The readers of
    `topics` are woken when it gives any row.
    """
    async with database.connection() as connection:
        rows = await connection.fetch(statement, *values)
    if rows:
        database.waker.wake(topics)
    return list(rows)


def connection_of(unit: UnitOfWork) -> Connection:
    """The connection of a transaction that was begun on PostgreSQL; TypeError for any other unit of work."""
    if not isinstance(unit, Transaction):
        raise TypeError(f"a unit of work on PostgreSQL was expected; got {type(unit).__name__}")
    return unit.connection


def unit_of(unit: UnitOfWork) -> PostgresUnit:
    """A unit of work on PostgreSQL, of either kind; TypeError for any other."""
    if not isinstance(unit, PostgresUnit):
        raise TypeError(f"a unit of work on PostgreSQL was expected; got {type(unit).__name__}")
    return unit
