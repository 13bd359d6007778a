"""A marketplace without a server: its application is called in process, its consumers work when they are asked to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI

from contracts.envelope import BadEnvelope, EncodedEvent, Event
from contracts.vocabulary.terms import Role
from infra.postgres.transaction import transaction
from infra.settings import Settings, stable_id
from services.deployables import ALL_IN_ONE, Deployable, MakeConsumer
from services.house import House, utc_now
from services.http_app import create_app
from services.wiring import open_house
from tests.support.marketplace import Marketplace, Member

PATIENCE_S = 60
READS = {
    "listings": ["kringmarkt.listings"],
    "matcher": ["kringmarkt.listings", "kringmarkt.trades"],
    "trades": ["kringmarkt.organisations", "kringmarkt.listings", "kringmarkt.trades"],
    "notifier": ["kringmarkt.organisations", "kringmarkt.listings", "kringmarkt.trades"],
}
LEFT = """
SELECT count(*) FROM unnest($1::text[], $2::text[]) AS reads (consumer, topic)
JOIN eventlog.events AS e USING (topic)
LEFT JOIN eventlog.positions AS p ON p.consumer = reads.consumer AND p.lane = e.lane
WHERE e.position > coalesce(p.position, 0)
"""


@dataclass
class Clock:
    """The real time, shifted."""

    shift: timedelta = timedelta()

    def now(self) -> datetime:
        """Later than it is by `shift`."""
        return utc_now() + self.shift


@dataclass
class Office:
    """A house with its application and a clock that can be moved."""

    house: House
    app: FastAPI
    clock: Clock

    def client(
        self, organisation_id: UUID | None = None, roles: Sequence[Role] = (), *, loud: bool = True
    ) -> httpx.AsyncClient:
        """A client signed in for an organisation, or a visitor; not `loud`: crashes are answers, not exceptions."""
        headers = {"Authorization": f"Bearer {self.token(organisation_id, roles)}"} if organisation_id else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=loud)
        return httpx.AsyncClient(transport=transport, base_url="http://kringmarkt.test", headers=headers)

    def token(self, organisation_id: UUID, roles: Sequence[Role] = (), lifetime: timedelta = timedelta(hours=1)) -> str:
        """A token for an organisation."""
        assert self.house.issuer is not None
        return self.house.issuer.token(organisation_id, roles, utc_now(), lifetime)

    async def member(self, name: str, roles: Sequence[Role] = (), **fields: Any) -> Member:
        """A registered organisation of that name; `roles` are those of its token."""
        organisation_id = stable_id(f"test:{name}")
        client = self.client(organisation_id, roles)
        answer = await client.post("/v1/organisations", json={"name": name, **fields})
        assert answer.status_code in (201, 409), answer.text
        return Member(cast("Marketplace", self), organisation_id, client)

    async def settle(self, makes: Sequence[MakeConsumer] = ALL_IN_ONE.consumers) -> None:
        """Let these consumers work until nothing is left to do; raises what they raise."""
        consumers = [make(self.house) for make in makes]
        names = {consumer.name for consumer in consumers}
        work = asyncio.gather(*(consumer.run() for consumer in consumers))
        async with asyncio.timeout(PATIENCE_S):
            while not work.done() and await self._left(names):  # noqa: ASYNC110 - what is awaited happens in the database
                await asyncio.sleep(0.01)
        for consumer in consumers:
            consumer.stop()
        self.house.database.waker.wake()
        await work

    async def _left(self, names: set[str]) -> int:
        pairs = [(name, topic) for name in sorted(names) for topic in READS[name]]
        return int(await self.value(LEFT, [name for name, _ in pairs], [topic for _, topic in pairs]))

    async def value(self, sql: str, *values: Any) -> Any:
        """One value from the database."""
        async with self.house.database.connection() as connection:
            return await connection.fetchval(sql, *values)

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows from the database."""
        async with self.house.database.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *values)]

    async def events(self) -> list[Event]:
        """Every event, in the order of the log; what is none is left out."""
        raws = [row["raw"] for row in await self.rows("SELECT raw FROM eventlog.events ORDER BY position")]
        return [event for raw in raws if (event := _event_of(raw))]

    async def append(self, *events: EncodedEvent) -> None:
        """Append events as they are."""
        async with transaction(self.house.database) as unit:
            unit.append_encoded(events)

    async def told(self) -> list[str]:
        """The names of every event without prefix and version, in the order of the log."""
        return [event.type.removeprefix("nl.kringmarkt.").rpartition(".v")[0] for event in await self.events()]


def _event_of(raw: bytes) -> Event | None:
    try:
        return Event.decode(raw)
    except BadEnvelope:
        return None


EMPTY = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT schemaname, tablename FROM pg_tables
        WHERE schemaname IN ('eventlog', 'listings', 'matching', 'trades', 'notifications', 'identity', 'site')
    LOOP EXECUTE format('DELETE FROM %I.%I', found.schemaname, found.tablename); END LOOP;
END $$
"""


async def empty(dsn: str) -> None:
    """Delete every row: much cheaper than a database for each test."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(EMPTY)
    await connection.close()


@asynccontextmanager
async def office_at(
    dsn: str, folder: Path, deployable: Deployable = ALL_IN_ONE, **settings: Any
) -> AsyncIterator[Office]:
    """An office on this database."""
    chosen = Settings(data_dir=folder, postgres_dsn=dsn, **settings)
    clock = Clock()
    async with open_house(chosen, dsn) as opened:
        house = replace(opened, now=clock.now)
        yield Office(house, create_app(house, "Kringmarkt", deployable.routers), clock)
