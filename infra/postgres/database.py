"""The connection pool of one PostgreSQL database, and the waker that tells tailing readers of new events."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self, cast

import asyncpg
import orjson

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection


PLANS = {"jit": "off", "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
"""Statements of this pool find rows by keys, whatever the values are: they are planned once per connection, which for
the larger ones took longer than running them. Such a plan must not remember that a table was small when it was made:
reading it through would stay the plan until the next ANALYZE, however fast the table grows."""


class Waker:
    """Wakes readers in this process after a commit. Waking is a courtesy: polling guarantees."""

    def __init__(self) -> None:
        self._waiting: dict[frozenset[str], asyncio.Event] = {}

    def wake(self, topics: Iterable[str] = ()) -> None:
        """Wake all who wait for one of these topics, or everybody: a reader woken for nothing asks the database."""
        told = frozenset(topics)
        for wanted in [one for one in self._waiting if not told or not one or one & told]:
            self._waiting.pop(wanted).set()

    def ticket(self, topics: Iterable[str] = ()) -> asyncio.Event:
        """What to wait on for news of these topics, or any; taken before looking for work, so that none is missed."""
        return self._waiting.setdefault(frozenset(topics), asyncio.Event())


async def _prepare(connection: Connection) -> None:
    """JSON goes and comes as Python values; bytes are JSON already."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + (value if isinstance(value, bytes) else orjson.dumps(value)),
        decoder=lambda value: orjson.loads(value[1:]),
    )


async def _leave_as_it_is(_connection: Connection) -> None:
    """Nothing here changes its session, so nothing has to be put right: that would cost a round trip at each use.

    A transaction that was left open is rolled back by the pool itself.
    """


class Database:
    """A pool of connections to one database."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", dsn: str) -> None:
        self.dsn = dsn
        self.waker = Waker()
        self._pool = pool

    @classmethod
    async def connect(cls, dsn: str, *, size: int = 10, application: str = "kringmarkt") -> Self:
        """Open the pool; raises OSError or asyncpg.PostgresError when the database cannot be reached."""
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            init=_prepare,
            reset=_leave_as_it_is,
            command_timeout=60,
            server_settings={"application_name": application, **PLANS},
        )
        return cls(pool, dsn)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reading; changes belong in `infra.postgres.transaction`."""
        async with self._pool.acquire() as connection:
            yield cast("Connection", connection)

    def pool_counts(self) -> dict[str, int]:
        """Connections of the pool: `used` and `idle` now, and the `most` that it may open."""
        idle = self._pool.get_idle_size()
        return {"used": self._pool.get_size() - idle, "idle": idle, "most": self._pool.get_max_size()}

    async def dedicated(self) -> Connection:
        """A connection of its own, outside the pool, for session locks; the caller closes it."""
        return await asyncpg.connect(self.dsn, server_settings={"application_name": "kringmarkt lock"})

    async def close(self) -> None:
        """Close the pool; waits for connections in use, then ends them."""
        try:
            async with asyncio.timeout(10):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()
