"""The same stories in both run modes."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from infra.eventlog.kafka_log import Cluster
from matching.kd.warming import warm
from tests.support.marketplace import Marketplace, marketplace
from tests.support.postgres import NewDsn

# Here and not in a test, which would run into its time limit on a new machine.
warm()


@pytest.fixture(params=["one process", "kafka"])
async def market(
    request: pytest.FixtureRequest, tmp_path: Path, new_dsn: NewDsn, kafka_bootstrap: str
) -> AsyncIterator[Marketplace]:
    """A marketplace of this test's own."""
    over_kafka = request.param == "kafka"
    cluster = Cluster(kafka_bootstrap, f"e2e-{uuid4().hex[:10]}.") if over_kafka else None
    async with marketplace(tmp_path, await new_dsn(), cluster) as market:
        yield market
