"""The switch between the run modes, and what a house is made of."""

from pathlib import Path

import pytest

from infra.eventlog.kafka_log import Cluster, KafkaReader
from infra.eventlog.postgres_log import PostgresReader
from infra.identity.tokens import NotAuthenticated
from infra.settings import Settings, stable_id
from services.house import utc_now
from services.wiring import KafkaCarrier, PostgresCarrier, carrier_of, cluster_of, dsn_of, issuer_of, open_house
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import Office, office_at

TOPIC = "kringmarkt.listings"


async def test_without_kafka_the_table_is_read(office: Office) -> None:
    carrier = carrier_of(office.house)
    assert cluster_of(office.house.settings) is None
    assert isinstance(carrier, PostgresCarrier)
    assert isinstance(carrier.reader("matcher", [TOPIC]), PostgresReader)


async def test_with_kafka_the_cluster_is_read(new_dsn: NewDsn, tmp_path: Path) -> None:
    dsn = await new_dsn()
    async with office_at(dsn, tmp_path, kafka_bootstrap="127.0.0.1:9", kafka_prefix="test.") as office:
        cluster = cluster_of(office.house.settings)
        carrier = carrier_of(office.house)
        assert cluster is not None
        assert (cluster.bootstrap, cluster.prefix) == ("127.0.0.1:9", "test.")
        assert isinstance(cluster, Cluster)
        assert isinstance(carrier, KafkaCarrier)
        assert isinstance(carrier.reader("matcher", [TOPIC]), KafkaReader)


async def test_the_end_of_the_table_tells_what_is_appended_from_now_on(office: Office) -> None:
    await office.member("Earlier")
    tail = carrier_of(office.house).tail(["kringmarkt.organisations"])
    assert await anext(tail) == []
    later = await office.member("Later")
    (delivery,) = await anext(tail)
    assert str(later.organisation_id).encode() in delivery.raw


async def test_the_embedded_issuer_keeps_its_key_between_starts(new_dsn: NewDsn, tmp_path: Path) -> None:
    dsn = await new_dsn()
    async with office_at(dsn, tmp_path) as first:
        token = first.token(stable_id("somebody"))
    async with office_at(dsn, tmp_path) as second:
        identity = await second.house.verifier.verify(token)
    assert identity.organisation_id == stable_id("somebody")
    assert identity.expires_at > utc_now()


async def test_tokens_of_another_marketplace_are_refused(new_dsn: NewDsn, tmp_path: Path) -> None:
    dsn = await new_dsn()
    async with office_at(dsn, tmp_path / "one") as one, office_at(dsn, tmp_path / "two") as two:
        with pytest.raises(NotAuthenticated):
            await two.house.verifier.verify(one.token(stable_id("somebody")))


async def test_with_an_issuer_elsewhere_there_is_no_key_of_our_own(new_dsn: NewDsn, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, postgres_dsn=await new_dsn(), issuer="http://127.0.0.1:9/realm")
    assert issuer_of(settings) is None
    async with open_house(settings) as house:
        assert house.issuer is None
        with pytest.raises(NotAuthenticated):
            await house.verifier.verify("x.y.z")


def test_a_given_database_is_used_as_it_is_given(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, postgres_dsn="postgresql://somewhere/else")
    assert dsn_of(settings) == "postgresql://somewhere/else"
    assert list(tmp_path.iterdir()) == []
