"""`kill -9` of the API, matcher, relay, trades service and notifier while 2,000 listings are published over Kafka."""

import asyncio
import random
from pathlib import Path
from uuid import uuid4

import pytest

from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import ensure_topics
from tests.faults.drafts import HOLDERS, SEEKERS, drafts
from tests.faults.market_in_trouble import Afterwards, Publisher, listening
from tests.support.postgres import NewDsn
from tests.support.processes import Served, fleet

pytestmark = pytest.mark.timeout(600)

SERVICES = ("api", "matcher", "relay", "trades_api", "notifier")
LISTINGS = 2000


async def kill_at_random(publisher: Publisher, victims: list[Served], chance: random.Random) -> None:
    """Kill each of them, in an order and at moments of chance, while listings are being published."""
    moments = sorted(chance.sample(range(50, LISTINGS - 100), len(victims)))
    for moment, victim in zip(moments, chance.sample(victims, len(victims)), strict=True):
        await publisher.until(moment)
        await victim.kill()
        await victim.start()


async def test_every_service_is_killed_while_listings_are_published(
    chance: random.Random, tmp_path: Path, new_dsn: NewDsn, kafka_bootstrap: str
) -> None:
    cluster = Cluster(kafka_bootstrap, f"killed-{uuid4().hex[:8]}.")
    await ensure_topics(cluster)
    published = drafts(chance, LISTINGS)
    async with fleet(tmp_path, await new_dsn(), cluster) as served:
        started = await served.start(*SERVICES)
        api, notifier = started[0], started[-1]
        publisher = Publisher(served, api.url)
        await publisher.register()
        async with listening(served, [HOLDERS[0], SEEKERS[0]], notifier) as subscribers:
            await asyncio.gather(publisher.publish(published), kill_at_random(publisher, started, chance))
            await asyncio.gather(*(one.ready() for one in started))
            afterwards = Afterwards(served, api.url, notifier.push_port, published, publisher.acknowledged)
            await afterwards.check(subscribers)
        assert publisher.repeated > 0, "no client ever noticed that the API was killed"
        assert all(one.connections > 1 for one in subscribers)
