"""The broker is stopped and started, PostgreSQL is restarted, while listings are published."""

import asyncio
import random
from pathlib import Path
from uuid import uuid4

import pytest

from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import ensure_topics
from infra.eventlog.local_broker import LocalBroker
from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.migrate import migrate
from tests.faults.drafts import HOLDERS, SEEKERS, drafts
from tests.faults.market_in_trouble import Afterwards, Publisher, listening
from tests.support.processes import fleet

pytestmark = pytest.mark.timeout(600)

SERVICES = ("api", "matcher", "relay", "trades_api", "notifier")
LISTINGS = 500


async def test_the_broker_and_then_the_database_restart_while_listings_are_published(
    chance: random.Random, tmp_path: Path, own_broker: LocalBroker, embedded_postgres: EmbeddedPostgres
) -> None:
    """One marketplace for both: starting its five processes is most of what such a test costs."""
    cluster = Cluster(own_broker.bootstrap, f"restarts-{uuid4().hex[:8]}.")
    await ensure_topics(cluster)
    dsn = embedded_postgres.dsn()
    await migrate(dsn)
    published = drafts(chance, LISTINGS)
    broker_at, database_at = sorted(chance.sample(range(20, LISTINGS - 50), 2))

    async def restart_both(publisher: Publisher) -> None:
        await publisher.until(broker_at)
        await own_broker.kill()
        # Publishing goes on without a broker.
        await publisher.until(min(broker_at + 20, LISTINGS))
        await own_broker.start()
        await publisher.until(database_at)
        await asyncio.to_thread(embedded_postgres.restart)

    async with fleet(tmp_path, dsn, cluster) as served:
        started = await served.start(*SERVICES)
        api, notifier = started[0], started[-1]
        publisher = Publisher(served, api.url)
        await publisher.register()
        async with listening(served, [HOLDERS[0], SEEKERS[0]], notifier) as subscribers:
            await asyncio.gather(publisher.publish(published), restart_both(publisher))
            await asyncio.gather(*(one.ready() for one in started))
            afterwards = Afterwards(served, api.url, notifier.push_port, published, publisher.acknowledged)
            await afterwards.check(subscribers)
        assert all(one.running for one in started), "nobody had to be started again"
