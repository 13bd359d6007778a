"""Forgetting what no longer serves: marks of messages that cannot come again, and old idempotency keys."""

from datetime import datetime, timedelta

from infra.postgres.database import Connection, Database
from infra.postgres.transaction import transaction

KEEP_MARKS = timedelta(days=120)
"""Longer than any topic keeps a message that could come again (see `contracts.topics`)."""

KEEP_KEYS = timedelta(days=30)

# A dead letter that waits may be replayed at any time: its marks stay, so that no other consumer handles it again.
FORGET_MARKS = """
DELETE FROM eventlog.handled AS h WHERE h.handled_at < $1 AND NOT EXISTS (
    SELECT 1 FROM eventlog.dead_letters AS d WHERE d.event_id = h.event_id AND d.replayed_at IS NULL
)
"""
FORGET_KEYS = "DELETE FROM eventlog.idempotency WHERE created_at < $1"


LETTERS_WAITING = "SELECT count(*) FROM eventlog.dead_letters WHERE replayed_at IS NULL"


async def letters_waiting(connection: Connection) -> int:
    """How many dead letters nobody has tried again yet."""
    return int(await connection.fetchval(LETTERS_WAITING))


async def forget_marks(database: Database, now: datetime) -> None:
    """Remove handled marks and idempotency keys that are too old to matter."""
    async with transaction(database) as unit:
        await unit.connection.execute(FORGET_MARKS, now - KEEP_MARKS)
        await unit.connection.execute(FORGET_KEYS, now - KEEP_KEYS)
