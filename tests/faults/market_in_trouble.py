"""A marketplace of real processes that is published to while faults strike, and what must hold afterwards."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from infra.settings import stable_id
from tests.faults.drafts import HOLDERS, SEEKERS, Draft, expected_pairs
from tests.support.marketplace import SUBPROTOCOL, Listening, eventually
from tests.support.processes import Fleet, Served

AT_ONCE = 8
LINES = 25
SHARE_IN_BATCHES = 0.5
AGAIN_AFTER_S = 0.1
SETTLES_WITHIN_S = 180
NOT_AVAILABLE = 503
PAIRS = """
SELECT o.external_id AS offer, w.external_id AS want
FROM trades.proposals AS p JOIN listings.listings AS o ON o.listing_id = p.offer_id
JOIN listings.listings AS w ON w.listing_id = p.want_id WHERE p.lapse_reason IS NULL
"""
COUNTED = """
SELECT e.type, count(*) AS events, count(m.*) AS matcher, count(n.*) AS notifier, count(t.*) AS trades
FROM eventlog.events AS e
LEFT JOIN eventlog.handled AS m ON m.event_id = e.id AND m.consumer = 'matcher'
LEFT JOIN eventlog.handled AS n ON n.event_id = e.id AND n.consumer = 'notifier'
LEFT JOIN eventlog.handled AS t ON t.event_id = e.id AND t.consumer = 'trades'
GROUP BY e.type ORDER BY e.type
"""
"""How many events there are of each type, and how many of them each consumer has handled."""


def organisation(name: str) -> UUID:
    """The id of the organisation of that name."""
    return stable_id(f"faults:{name}")


@dataclass
class Publisher:
    """Clients that send each request until it is answered, under the same key: as a careful program would."""

    served: Fleet
    url: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    _tokens: dict[str, str] = field(default_factory=dict)
    _grew: asyncio.Event = field(default_factory=asyncio.Event)

    async def register(self) -> None:
        """Make the organisations known."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            for name in (*HOLDERS, *SEEKERS):
                await self._until_answered(
                    client, name, "/v1/organisations", orjson.dumps({"name": name}), name.replace(" ", "-")
                )

    async def publish(self, published: Sequence[Draft]) -> None:
        """Publish all of it, half by single requests and half in batches of one owner, some at the same time."""
        cut = int(len(published) * (1 - SHARE_IN_BATCHES))
        queue: asyncio.Queue[list[Draft]] = asyncio.Queue()
        for work in sorted([*([draft] for draft in published[:cut]), *batches(published[cut:])], key=_mixed):
            queue.put_nowait(work)
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            await asyncio.gather(*(self._work(client, queue) for _ in range(AT_ONCE)))

    async def _work(self, client: httpx.AsyncClient, queue: "asyncio.Queue[list[Draft]]") -> None:
        while not queue.empty():
            work = queue.get_nowait()
            if len(work) == 1:
                await self._one(client, work[0])
            else:
                await self._batch(client, work)
            self._grew.set()

    async def _one(self, client: httpx.AsyncClient, draft: Draft) -> None:
        body = orjson.dumps(draft.fields())
        answer = await self._until_answered(client, draft.owner, f"/v1/{draft.kind}s", body, draft.external_id)
        self.acknowledged[draft.external_id] = answer.json()["listing_id"]

    async def _batch(self, client: httpx.AsyncClient, work: list[Draft]) -> None:
        body = b"\n".join(orjson.dumps({"kind": draft.kind, **draft.fields()}) for draft in work)
        key = f"batch-{work[0].external_id}"
        answer = await self._until_answered(client, work[0].owner, "/v1/listings/batch", body, key)
        for line in map(orjson.loads, answer.content.splitlines()):
            assert line["result"] == "created", line
            self.acknowledged[line["external_id"]] = line["listing_id"]

    async def _until_answered(
        self, client: httpx.AsyncClient, owner: str, path: str, body: bytes, key: str
    ) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self._token(owner)}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        while True:
            try:
                answer = await client.post(path, content=body, headers=headers)
                if answer.status_code != NOT_AVAILABLE:
                    assert answer.is_success, answer.text
                    return answer
            except httpx.TransportError:
                pass
            self.repeated += 1
            await asyncio.sleep(AGAIN_AFTER_S)

    def _token(self, owner: str) -> str:
        if owner not in self._tokens:
            self._tokens[owner] = self.served.token(organisation(owner))
        return self._tokens[owner]

    async def until(self, number: int) -> None:
        """Return when so many listings are acknowledged."""
        while len(self.acknowledged) < number:
            self._grew.clear()
            await self._grew.wait()


def batches(published: Sequence[Draft]) -> list[list[Draft]]:
    """Batches of one owner each."""
    by_owner: dict[str, list[Draft]] = {}
    for draft in published:
        by_owner.setdefault(draft.owner, []).append(draft)
    return [mine[at : at + LINES] for mine in by_owner.values() for at in range(0, len(mine), LINES)]


def _mixed(work: list[Draft]) -> str:
    """An order in which batches and single requests alternate, the same each time."""
    return work[0].external_id[::-1]


@dataclass
class Subscriber:
    """Somebody who listens all the time, and after each break asks for what follows his last number."""

    served: Fleet
    name: str
    push_port: Callable[[], int]
    numbers: list[int] = field(default_factory=list)
    connections: int = 0

    async def listen(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._once()
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, EOFError):
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _once(self) -> None:
        who = organisation(self.name)
        async with connect(f"ws://127.0.0.1:{self.push_port()}", subprotocols=[SUBPROTOCOL]) as socket:
            self.connections += 1
            listening = Listening(socket)
            after = self.numbers[-1] if self.numbers else 0
            await listening.subscribe(self.served.token(who), f"organisation:{who}", after)
            while True:
                self.numbers += [frame["number"] for frame in listening.alerts]
                listening.alerts.clear()
                await listening.frame("alert", patience_s=None)


@asynccontextmanager
async def listening(served: Fleet, names: Sequence[str], push: Served) -> AsyncIterator[list[Subscriber]]:
    """Subscribers who listen inside the context."""
    subscribers = [Subscriber(served, name, lambda: push.push_port) for name in names]
    tasks = [asyncio.create_task(one.listen()) for one in subscribers]
    try:
        yield subscribers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def value(dsn: str, sql: str, *arguments: Any) -> Any:
    """One value from the database, on a connection of its own."""
    rows = await rows_of(dsn, sql, *arguments)
    return rows[0][0] if rows else None


async def rows_of(dsn: str, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    """Rows from the database, on a connection of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


@dataclass
class Afterwards:
    """What must hold once the faults are over."""

    served: Fleet
    url: str
    push_port: int
    published: list[Draft]
    acknowledged: dict[str, str]

    async def check(self, subscribers: Sequence[Subscriber] = ()) -> None:
        """Nothing acknowledged is lost, no trade exists twice, every pair is there, every inbox is whole."""
        expected = expected_pairs(self.published)
        await self._settled(expected)
        await self._nothing_lost()
        await self._pairs_are(expected)
        names = (*HOLDERS, *SEEKERS)
        told = {name: await self._alerts(name) for name in names}
        await self._inboxes_are(told, expected)
        for name in names:
            assert await self._replayed(name, len(told[name])) == told[name], f"{name}: replay differs from REST"
        for one in subscribers:
            whole = list(range(1, len(told[one.name]) + 1))
            await eventually(lambda one=one: _numbers(one), lambda seen, whole=whole: seen == whole)  # type: ignore[misc]

    async def _settled(self, expected: set[tuple[str, str]]) -> None:
        """Return when both sides of every expected pair were told and the trades service has heard of it."""
        sql = "SELECT (SELECT count(*) FROM trades.proposals), (SELECT count(*) FROM notifications.inbox)"

        async def seen() -> tuple[int, int]:
            (row,) = await rows_of(self.served.dsn, sql)
            return row[0], row[1]

        wanted = (len(expected), 2 * len(expected))
        try:
            await eventually(seen, lambda found: found >= wanted, seconds=SETTLES_WITHIN_S)
        except AssertionError as error:
            states = [f"{one.name}: {await one.state()}\n{one.said()[-1500:]}" for one in self.served.served]
            counted = [dict(row) for row in await rows_of(self.served.dsn, COUNTED)]
            raise AssertionError("\n".join((f"{error}; wanted {wanted}", str(counted), *states))) from None

    async def _nothing_lost(self) -> None:
        rows = await rows_of(self.served.dsn, "SELECT external_id, listing_id::text AS id FROM listings.listings")
        stored = {row["external_id"]: row["id"] for row in rows}
        assert len(rows) == len(stored) == len(self.published), "a listing is missing or there twice"
        assert stored == self.acknowledged, "what was acknowledged is not what is stored"
        letters = await rows_of(self.served.dsn, "SELECT consumer, reason FROM eventlog.dead_letters")
        assert letters == [], letters

    async def _pairs_are(self, expected: set[tuple[str, str]]) -> None:
        found = Counter((row["offer"], row["want"]) for row in await rows_of(self.served.dsn, PAIRS))
        twice = [pair for pair, times in found.items() if times > 1]
        assert twice == [], f"proposed twice: {twice[:5]}"
        missing, more = expected - found.keys(), found.keys() - expected
        assert (missing, more) == (set(), set()), f"{len(missing)} missing, {len(more)} too much: {sorted(missing)[:5]}"

    async def _alerts(self, name: str) -> list[dict[str, Any]]:
        """The whole inbox, over REST."""
        headers = {"Authorization": f"Bearer {self.served.token(organisation(name))}"}
        found: list[dict[str, Any]] = []
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30) as client:
            while True:
                answer = await client.get("/v1/alerts", params={"after": len(found), "limit": 500})
                assert answer.status_code == 200, answer.text
                if not answer.json()["items"]:
                    return found
                found += answer.json()["items"]

    async def _inboxes_are(self, told: dict[str, list[dict[str, Any]]], expected: set[tuple[str, str]]) -> None:
        owners = {draft.external_id: draft.owner for draft in self.published}
        due = Counter(owners[one] for pair in expected for one in pair)
        for name, alerts in told.items():
            assert [alert["number"] for alert in alerts] == list(range(1, len(alerts) + 1)), f"{name}: a gap"
            trades = [alert["about"] for alert in alerts]
            assert len(set(trades)) == len(trades) == due[name], f"{name}: {len(trades)} alerts, {due[name]} due"

    async def _replayed(self, name: str, number: int) -> list[dict[str, Any]]:
        """The whole inbox, over the websocket."""
        who = organisation(name)
        async with connect(f"ws://127.0.0.1:{self.push_port}", subprotocols=[SUBPROTOCOL]) as socket:
            heard = await Listening(socket).subscribe(self.served.token(who), f"organisation:{who}", 0)
            while len(heard.alerts) < number:
                await heard.frame("alert")
            return [frame["alert"] for frame in heard.alerts]


async def _numbers(one: Subscriber) -> list[int]:
    return list(one.numbers)
