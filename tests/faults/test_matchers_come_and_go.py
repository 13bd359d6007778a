"""A second matcher joins and leaves, in order and by force, while listings are published: lanes change hands."""

import asyncio
import random
from pathlib import Path
from uuid import uuid4

import pytest

from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import ensure_topics
from tests.faults.drafts import drafts
from tests.faults.market_in_trouble import Afterwards, Publisher
from tests.support.postgres import NewDsn
from tests.support.processes import Fleet, fleet

pytestmark = pytest.mark.timeout(600)

LISTINGS = 500


async def come_and_go(served: Fleet, publisher: Publisher, chance: random.Random) -> None:
    """A matcher joins; the first one leaves in order; a third joins, and the second is killed."""
    moments = sorted(chance.sample(range(20, LISTINGS - 50), 3))
    (first,) = (one for one in served.served if one.name == "serve-matcher")
    await publisher.until(moments[0])
    (second,) = await served.start("matcher")
    await publisher.until(moments[1])
    assert await first.terminate() == 0
    await publisher.until(moments[2])
    await served.start("matcher")
    await second.kill()


async def test_lanes_change_hands_while_listings_are_published(
    chance: random.Random, tmp_path: Path, new_dsn: NewDsn, kafka_bootstrap: str
) -> None:
    cluster = Cluster(kafka_bootstrap, f"rebalance-{uuid4().hex[:8]}.")
    await ensure_topics(cluster)
    published = drafts(chance, LISTINGS)
    async with fleet(tmp_path, await new_dsn(), cluster) as served:
        api, _matcher, _relay, _trades, notifier = await served.start(
            "api", "matcher", "relay", "trades_api", "notifier"
        )
        publisher = Publisher(served, api.url)
        await publisher.register()
        await asyncio.gather(publisher.publish(published), come_and_go(served, publisher, chance))
        await Afterwards(served, api.url, notifier.push_port, published, publisher.acknowledged).check()
