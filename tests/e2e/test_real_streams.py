"""2,690 real stream names as offers and 1,500 wants through the API: every expected pair is proposed, no other is.

Both run modes give the identical set of trades, and each subscriber's inbox holds exactly its alerts, in order,
across a forced reconnect in the middle.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from infra.eventlog.kafka_log import Cluster
from tests.e2e.real_streams import SEED, Streams, expected_pairs, real_streams
from tests.support.marketplace import Listening, Marketplace, Member, marketplace
from tests.support.postgres import NewDsn

LINES = 40
AT_ONCE = 4
MODES = ["one process", "kafka"]

pytestmark = pytest.mark.timeout(900)


@dataclass
class Subscriber:
    """An organisation that listens to its inbox and remembers every number it was sent."""

    member: Member
    numbers: list[int] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    connections: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for(self, last: int) -> None:
        """Return when alert number `last` has come."""
        while not self.numbers or self.numbers[-1] < last:
            self.heard.clear()
            await self.heard.wait()

    async def listen(self, lost: asyncio.Event) -> None:
        """Listen until cancelled; when `lost` is set the connection is torn, once, and resumed."""
        while True:
            try:
                async with self.member.listening(after=len(self.numbers)) as connection:
                    self.connections += 1
                    self._keep(connection)
                    await self._hear(connection, lost)
            except ConnectionClosed:
                continue

    async def _hear(self, connection: Listening, lost: asyncio.Event) -> None:
        tear = asyncio.create_task(self._tear(connection, lost)) if self.connections == 1 else None
        try:
            while True:
                await connection.frame("alert", patience_s=None)
                self._keep(connection)
        finally:
            if tear:
                tear.cancel()

    async def _tear(self, connection: Listening, lost: asyncio.Event) -> None:
        await lost.wait()
        connection.socket.transport.abort()

    def _keep(self, connection: Listening) -> None:
        for frame in connection.alerts:
            self.numbers.append(frame["number"])
            if frame["alert"]["kind"] == "trade_proposed":
                self.proposed.append(frame["alert"]["about"])
        connection.alerts.clear()
        self.heard.set()


@dataclass
class Outcome:
    """What came of publishing everything: (offer, want) external ids with the score, and what each inbox held."""

    pairs: dict[tuple[str, str], float]
    problems: list[str]


def _batches(streams: Streams) -> list[tuple[str, bytes]]:
    batches = [
        (name, b"\n".join(orjson.dumps(draft) for draft in drafts[start : start + LINES]))
        for group in (streams.offers, streams.wants)
        for name, drafts in group.items()
        for start in range(0, len(drafts), LINES)
    ]
    random.Random(SEED).shuffle(batches)
    return batches


async def _publish(batches: list[tuple[str, bytes]], members: dict[str, Member], ids: dict[UUID, str]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def send(name: str, body: bytes) -> None:
        async with gate:
            answer = await members[name].client.post("/v1/listings/batch", content=body)
        assert answer.status_code == 200, answer.text
        for line in map(orjson.loads, answer.content.splitlines()):
            assert line["result"] == "created", line
            ids[UUID(line["listing_id"])] = line["external_id"]

    await asyncio.gather(*(send(name, body) for name, body in batches))


async def _quiet(market: Marketplace, alerts: int) -> None:
    """Return when that many alerts are stored, and no more come for a second."""
    seen, since = -1, 0.0
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(600):
        while seen < alerts or clock() - since < 1.0:
            async with market.house.database.connection() as connection:
                now = await connection.fetchval("SELECT count(*) FROM notifications.inbox")
            if now != seen:
                seen, since = now, clock()
            await asyncio.sleep(0.2)


async def _pairs(market: Marketplace, ids: dict[UUID, str]) -> dict[tuple[str, str], float]:
    async with market.house.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT p.offer_id, p.want_id, (s.proposals -> p.ordinal ->> 'score')::float AS score "
            "FROM trades.proposals AS p JOIN trades.proposal_sets AS s USING (event_id) WHERE lapse_reason IS NULL"
        )
    assert len({(row["offer_id"], row["want_id"]) for row in rows}) == len(rows)
    return {(ids[row["offer_id"]], ids[row["want_id"]]): row["score"] for row in rows}


async def _wrong_inboxes(subscribers: list[Subscriber]) -> list[str]:
    """What is wrong with an inbox: numbers with gaps, repeats or out of order, or another content than over REST."""
    wrong: list[str] = []
    for subscriber in subscribers:
        stored = await subscriber.member.alerts()
        proposed = [alert["about"] for alert in stored if alert["kind"] == "trade_proposed"]
        name = str(subscriber.member.organisation_id)
        if subscriber.numbers != list(range(1, len(stored) + 1)):
            wrong.append(f"{name}: numbers {subscriber.numbers[:5]}... ({len(subscriber.numbers)}) of {len(stored)}")
        if subscriber.proposed != proposed or len(set(proposed)) != len(proposed):
            wrong.append(f"{name}: pushed and stored proposals differ")
        if subscriber.connections < 2:
            wrong.append(f"{name}: was never reconnected")
    return wrong


async def _everything(market: Marketplace, streams: Streams, alerts: int) -> Outcome:
    ids: dict[UUID, str] = {}
    lost = asyncio.Event()
    async with AsyncExitStack() as stack:
        names = [*streams.offers, *streams.wants]
        members = {name: await stack.enter_async_context(market.member(name)) for name in names}
        subscribers = [Subscriber(member) for member in members.values()]
        tasks = [asyncio.create_task(subscriber.listen(lost)) for subscriber in subscribers]
        batches = _batches(streams)
        half = len(batches) // 2
        await _publish(batches[:half], members, ids)
        lost.set()
        await _publish(batches[half:], members, ids)
        await _quiet(market, alerts)
        await _caught_up(subscribers)
        wrong = await _wrong_inboxes(subscribers)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Outcome(await _pairs(market, ids), wrong)


async def _caught_up(subscribers: list[Subscriber]) -> None:
    async with asyncio.timeout(120):
        for subscriber in subscribers:
            answer = await subscriber.member.client.get("/v1/alerts", params={"limit": 1})
            await subscriber.wait_for(answer.json()["last"])


@pytest.fixture(scope="module")
def streams() -> Streams:
    return real_streams(datetime.now(UTC).date())


@pytest.fixture(scope="module")
def expected(streams: Streams) -> set[tuple[str, str]]:
    return expected_pairs(streams)


@pytest.fixture(scope="module")
async def outcomes(
    streams: Streams,
    expected: set[tuple[str, str]],
    new_dsn: NewDsn,
    kafka_bootstrap: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Outcome]:
    """The same input through both run modes."""
    clusters: dict[str, Any] = {"one process": None, "kafka": Cluster(kafka_bootstrap, f"real-{uuid4().hex[:8]}.")}
    found: dict[str, Outcome] = {}
    for mode in MODES:
        folder: Path = tmp_path_factory.mktemp("real")
        async with marketplace(folder, await new_dsn(), clusters[mode]) as market:
            found[mode] = await _everything(market, streams, 2 * len(expected))
    return found


@pytest.mark.parametrize("mode", MODES)
def test_every_expected_pair_is_proposed_and_no_other(
    outcomes: dict[str, Outcome], expected: set[tuple[str, str]], mode: str
) -> None:
    assert len(expected) > 10_000
    pairs = set(outcomes[mode].pairs)
    assert (len(expected - pairs), len(pairs - expected)) == (0, 0), (
        sorted(expected - pairs)[:5],
        sorted(pairs - expected)[:5],
    )


@pytest.mark.parametrize("mode", MODES)
def test_each_inbox_holds_exactly_its_alerts_in_order_across_a_reconnect(
    outcomes: dict[str, Outcome], mode: str
) -> None:
    assert outcomes[mode].problems == []


def test_both_run_modes_give_the_identical_set_of_trades(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["one process"].pairs == outcomes["kafka"].pairs
