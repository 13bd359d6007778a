"""2,690 real stream names as offers and 1,500 wants through the API: exactly the expected pairs stand.

In both run modes, also after withdrawals, revisions and acceptances; and each subscriber's inbox holds exactly its
alerts, in order, across a forced reconnect in the middle.
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
from tests.e2e.standing import every_pair_that_fits, those_that_are_shown, those_that_stand
from tests.support.marketplace import Listening, Marketplace, Member, marketplace
from tests.support.postgres import NewDsn

LINES = 40
AT_ONCE = 4
BEST_K = 5
"""Small enough that better ones push out many."""

MODES = ["one process", "kafka"]

PENDING = """
SELECT count(*) FROM eventlog.events AS e JOIN (VALUES
    ('matcher', 'kringmarkt.listings', 'nl.kringmarkt.%'),
    ('trades', 'kringmarkt.listings', 'nl.kringmarkt.offer.%'),
    ('trades', 'kringmarkt.listings', 'nl.kringmarkt.want.%'),
    ('trades', 'kringmarkt.trades', 'nl.kringmarkt.trades.%'),
    ('listings', 'kringmarkt.listings', 'nl.kringmarkt.listing.%'),
    ('notifier', 'kringmarkt.trades', 'nl.kringmarkt.trade.%'),
    ('notifier', 'kringmarkt.trades', 'nl.kringmarkt.trades.proposed.%'),
    ('notifier', 'kringmarkt.trades', 'nl.kringmarkt.trades.lapsed.%')
) AS hears (consumer, topic, type) ON e.topic = hears.topic AND e.type LIKE hears.type
WHERE NOT EXISTS (SELECT 1 FROM eventlog.handled AS h WHERE h.consumer = hears.consumer AND h.event_id = e.id)
"""
"""Events that somebody who listens has not handled yet."""

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


Named = set[tuple[str, str]]
"""Pairs by the external ids of offer and want."""


@dataclass
class Outcome:
    """What came of publishing everything, and of the churn after it: expected and shown, and wrong inboxes."""

    fitting: Named
    expected: Named
    shown: Named
    displaced: int
    churned_expected: Named
    churned_shown: Named
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


async def _count(market: Marketplace, sql: str) -> int:
    async with market.house.database.connection() as connection:
        return int(await connection.fetchval(sql))


async def _quiet(market: Marketplace) -> None:
    """Return when everybody who listens has handled everything, twice in a row: handling leads to new events."""
    calm = 0
    async with asyncio.timeout(600):
        while calm < 2:
            calm = 0 if await _count(market, PENDING) else calm + 1
            await asyncio.sleep(0.5)


async def _compared(market: Marketplace, ids: dict[UUID, str]) -> tuple[Named, Named, Named]:
    """Which pairs fit, which should stand, and which are shown to stand."""
    fitting = await every_pair_that_fits(market, market.house.today())
    expected = those_that_stand(fitting, market.house.settings.best_k)
    shown = await those_that_are_shown(market)
    return _named({one.pair for one in fitting}, ids), _named(expected, ids), _named(shown, ids)


def _named(pairs: set[tuple[UUID, UUID]], ids: dict[UUID, str]) -> Named:
    return {(ids[offer], ids[want]) for offer, want in pairs}


async def _churn(streams: Streams, members: dict[str, Member], ids: dict[UUID, str]) -> None:
    """Some offers are withdrawn, some cost another price, and of some proposals one side accepts."""
    listing_ids = {external: listing for listing, external in ids.items()}
    for name, drafts in streams.offers.items():
        client = members[name].client
        for number, draft in enumerate(drafts):
            path = f"/v1/offers/{listing_ids[draft['external_id']]}"
            if number % 10 == 0:
                assert (await client.post(f"{path}/withdraw")).status_code == 200
            elif number % 10 == 1:
                terms = {field: value for field, value in draft.items() if field != "kind"}
                dearer = {**terms, "price_eur_per_tonne": "19.50"}
                answer = await client.put(path, json=dearer, headers={"If-Match": '"1"'})
                assert answer.status_code == 200, answer.text


async def _accept_some(members: dict[str, Member], streams: Streams) -> None:
    """Each holder accepts the first proposal of which the quantity is known."""
    for name in streams.offers:
        answer = await members[name].client.get("/v1/trades", params={"limit": 20})
        known = [trade for trade in answer.json()["items"] if trade["quantity"] is not None]
        for trade in known[:1]:
            answer = await members[name].client.post(f"/v1/trades/{trade['trade_id']}/accept")
            assert answer.status_code == 200, answer.text


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


async def _everything(market: Marketplace, streams: Streams) -> Outcome:
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
        await _quiet(market)
        fitting, expected, shown = await _compared(market, ids)
        displaced = await _count(market, "SELECT count(*) FROM trades.proposals WHERE displaced")
        await _churn(streams, members, ids)
        await _quiet(market)
        await _accept_some(members, streams)
        await _quiet(market)
        _, churned_expected, churned_shown = await _compared(market, ids)
        await _caught_up(subscribers)
        wrong = await _wrong_inboxes(subscribers)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Outcome(fitting, expected, shown, displaced, churned_expected, churned_shown, wrong)


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
    new_dsn: NewDsn,
    kafka_bootstrap: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Outcome]:
    """The same input through both run modes."""
    clusters: dict[str, Any] = {"one process": None, "kafka": Cluster(kafka_bootstrap, f"real-{uuid4().hex[:8]}.")}
    found: dict[str, Outcome] = {}
    for mode in MODES:
        folder: Path = tmp_path_factory.mktemp("real")
        async with marketplace(folder, await new_dsn(), clusters[mode], best_k=BEST_K) as market:
            found[mode] = await _everything(market, streams)
    return found


@pytest.mark.parametrize("mode", MODES)
def test_the_pairs_that_fit_are_those_of_a_plain_reading_of_the_drafts(
    outcomes: dict[str, Outcome], expected: Named, mode: str
) -> None:
    assert len(expected) > 10_000
    assert _difference(outcomes[mode].fitting, expected) == ([], [])


@pytest.mark.parametrize("mode", MODES)
def test_exactly_the_best_of_either_side_stand(outcomes: dict[str, Outcome], mode: str) -> None:
    outcome = outcomes[mode]
    assert _difference(outcome.shown, outcome.expected) == ([], [])
    assert len(outcome.expected) < len(outcome.fitting)
    assert outcome.displaced > 100


@pytest.mark.parametrize("mode", MODES)
def test_and_so_it_is_after_withdrawals_revisions_and_acceptances(outcomes: dict[str, Outcome], mode: str) -> None:
    outcome = outcomes[mode]
    assert _difference(outcome.churned_shown, outcome.churned_expected) == ([], [])
    assert len(outcome.expected - outcome.churned_expected) > 500


def _difference(found: Named, wanted: Named) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is missing and what is too much, the first few."""
    return sorted(wanted - found)[:5], sorted(found - wanted)[:5]


@pytest.mark.parametrize("mode", MODES)
def test_each_inbox_holds_exactly_its_alerts_in_order_across_a_reconnect(
    outcomes: dict[str, Outcome], mode: str
) -> None:
    assert outcomes[mode].problems == []


def test_both_run_modes_give_the_identical_set_of_standing_pairs(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["one process"].shown == outcomes["kafka"].shown
