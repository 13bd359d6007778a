"""The announcer: tells other processes that something was committed, outside the committing transactions.

A NOTIFY inside each transaction would make commits wait for one another. Here one task per process sends at
most one notification at a time, after the commits, so that many commits share one.
"""

import asyncio

import asyncpg
import structlog

from infra.postgres.database import Database

log = structlog.get_logger(__name__)

CHANNEL = "kringmarkt_events"


async def announce(database: Database) -> None:
    """Run until cancelled. A lost notification only costs the listener its polling interval."""
    while True:
        await database.waker.ticket().wait()
        try:
            async with database.connection() as connection:
                await connection.execute(f"NOTIFY {CHANNEL}")
        except (OSError, asyncpg.PostgresError) as error:
            log.warning("announcement lost", reason=str(error))
            await asyncio.sleep(1)
