"""Dead letters: what could not be handled, why, and how to try it again.

A replay appends the original bytes to the log once more, in their old lane. The consumer that buried the
message never marked it as handled, so it tries again; all others did, and skip it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.envelope import BadEnvelope, Event
from infra.postgres.database import Database
from infra.postgres.parts import LANE_LOCK

LIST = """
SELECT letter_id, consumer, event_id, topic, lane, position, reason, buried_at, replayed_at
FROM eventlog.dead_letters WHERE ($1 OR replayed_at IS NULL) ORDER BY letter_id LIMIT $2
"""
TAKE = """
UPDATE eventlog.dead_letters SET replayed_at = now()
WHERE letter_id = ANY($1::bigint[]) AND replayed_at IS NULL RETURNING letter_id, topic, lane, raw
"""
AGAIN = """
INSERT INTO eventlog.events (lane, topic, key, partition_key, id, type, raw) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as an operator sees it."""

    letter_id: int
    consumer: str
    event_id: UUID | None
    topic: str
    lane: int
    position: int
    reason: str
    buried_at: datetime
    replayed_at: datetime | None


async def dead_letters(database: Database, *, replayed: bool = False, limit: int = 100) -> list[Letter]:
    """The oldest letters that wait; with `replayed`, those that were tried again too."""
    async with database.connection() as connection:
        return [Letter(**dict(row)) for row in await connection.fetch(LIST, replayed, limit)]


async def replay(database: Database, letter_ids: list[int]) -> tuple[int, int]:
    """Try letters again: how many were appended, and how many can never be (they are no events at all)."""
    appended = hopeless = 0
    async with database.connection() as connection, connection.transaction():
        # An update returns rows in any order; the messages of one key must come again in the order they came.
        letters = sorted(await connection.fetch(TAKE, letter_ids), key=lambda letter: letter["letter_id"])
        for lane in sorted({letter["lane"] for letter in letters}):
            await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LANE_LOCK, lane)
        for letter in letters:
            try:
                view = Event.decode(letter["raw"]).view
            except BadEnvelope:
                hopeless += 1
                continue
            values = (view.subject, view.partitionkey, UUID(view.id), view.type, letter["raw"])
            await connection.execute(AGAIN, letter["lane"], letter["topic"], *values)
            appended += 1
    database.waker.wake()
    return appended, hopeless
