"""What waking costs the writers: commits per second with the announcer at work, and without.

Run with `python -m tests.bench.bench_wakeup`; writes results/wakeup.json. Beside it a NOTIFY inside each transaction,
which is what the announcer replaces.
"""

import asyncio
from contextlib import suppress
from time import perf_counter
from uuid import uuid4

import asyncpg
import uvloop

from contracts.envelope import EncodedEvent
from contracts.events.listings import LISTINGS
from infra.eventlog.announce import CHANNEL, announce
from infra.postgres.database import Database
from infra.postgres.transaction import transaction
from tests.bench.bench_publish import event_of_usual_size
from tests.bench.figures import Figure, in_turns, write
from tests.bench.ground import durable_postgres, fresh_database

WRITERS = 10
COMMITS = 1500
RAW = event_of_usual_size()[1]


async def commits(database: Database, *, notify: bool = False) -> float:
    """Commits per second of several writers."""
    left = iter(range(COMMITS))

    async def write_some(writer: int) -> None:
        for _ in left:
            async with transaction(database) as unit:
                key = f"family {writer}"
                unit.append_encoded([EncodedEvent(uuid4(), "bench", LISTINGS, key, key, RAW)])
                if notify:
                    await unit.connection.execute(f"NOTIFY {CHANNEL}")

    start = perf_counter()
    await asyncio.gather(*(write_some(writer) for writer in range(WRITERS)))
    return COMMITS / (perf_counter() - start)


async def announced(database: Database) -> float:
    """The same while the announcer works."""
    announcing = asyncio.create_task(announce(database))
    await asyncio.sleep(0)
    try:
        return await commits(database)
    finally:
        announcing.cancel()
        with suppress(asyncio.CancelledError):
            await announcing


async def run() -> list[Figure]:
    """All rows."""
    with durable_postgres() as server:
        dsn = await fresh_database(server, "wakeup")
        database = await Database.connect(dsn, size=WRITERS + 2)
        listener = await asyncpg.connect(dsn)
        await listener.add_listener(CHANNEL, lambda *_: None)
        found = await in_turns(
            {
                "without": lambda: commits(database),
                "with": lambda: announced(database),
                "notify": lambda: commits(database, notify=True),
            }
        )
        await listener.close()
        await database.close()
    with_it, without = found["with"], found["without"]
    note = f"bound by the disk and the round trips; a NOTIFY in each transaction: {found['notify'] / without:.2f}x"
    return [
        Figure("commit rate, waking other processes", with_it, "commits/s", "without", without, 0.9, False, note),
    ]


def main() -> None:
    """Measure, print and write."""
    write("wakeup", uvloop.run(run()))


if __name__ == "__main__":
    main()
