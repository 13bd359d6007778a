"""The only switch between the run modes: is the log read from PostgreSQL, or carried to Kafka and read there.

Everything else is the same in both.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import Protocol

import httpx

from infra.eventlog import kafka_log, postgres_log
from infra.eventlog.consumer import Between, Consumer, Handler
from infra.eventlog.delivery import Delivery, Reader
from infra.eventlog.kafka_log import Cluster, KafkaReader
from infra.eventlog.postgres_log import PostgresReader
from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.identity.oidc_client import ClientAt, OidcClient
from infra.identity.remote_keys import RemoteKeys
from infra.identity.tokens import Claims, KeySource, TokenVerifier
from infra.postgres.database import Database
from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.reading import reading_engine
from infra.postgres.transaction import one_statement, transaction
from infra.settings import EMBEDDED, Settings
from services.house import House

OIDC_TIMEOUT_S = 10.0


class Carrier(Protocol):
    """How events travel between services."""

    def reader(self, consumer: str, topics: Sequence[str]) -> Reader:
        """A reader for the consumer of that name."""

    def tail(self, topics: Sequence[str]) -> AsyncGenerator[list[Delivery], None]:
        """Events from now on, for watchers that keep no place."""


class PostgresCarrier:
    """One process: the table itself is read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reader(self, consumer: str, topics: Sequence[str]) -> Reader:
        """A reader of the table."""
        return PostgresReader(self._database, consumer, topics)

    def tail(self, topics: Sequence[str]) -> AsyncGenerator[list[Delivery], None]:
        """The end of the table."""
        return postgres_log.tail(self._database, topics)


class KafkaCarrier:
    """One process per service: the relay ships the table to Kafka."""

    def __init__(self, database: Database, cluster: Cluster) -> None:
        self._database = database
        self._cluster = cluster

    def reader(self, consumer: str, topics: Sequence[str]) -> Reader:
        """A member of the consumer group."""
        return KafkaReader(self._database, self._cluster, consumer, topics)

    def tail(self, topics: Sequence[str]) -> AsyncGenerator[list[Delivery], None]:
        """The ends of the partitions."""
        return kafka_log.tail(self._cluster, topics)


def cluster_of(settings: Settings) -> Cluster | None:
    """The Kafka cluster of the settings; None in the one-process mode."""
    return Cluster(settings.kafka_bootstrap, settings.kafka_prefix) if settings.kafka_bootstrap else None


def carrier_of(house: House) -> Carrier:
    """How events travel in this house."""
    cluster = cluster_of(house.settings)
    return KafkaCarrier(house.database, cluster) if cluster else PostgresCarrier(house.database)


class Effects(StrEnum):
    """What a consumer changes, which decides how its batches are committed.

    DERIVED: nothing leaves the house before somebody else's durable commit, and everything can be had again from the
    log. TOLD_AT_ONCE: people are told as soon as it is committed; nothing needs to be locked or read back.
    """

    DERIVED = "derived"
    TOLD_AT_ONCE = "told at once"


def consumer_of(
    house: House,
    name: str,
    topics: Sequence[str],
    handler: Handler,
    effects: Effects,
    between: Between | None = None,
) -> Consumer:
    """A consumer named `name` in this house; `between` is work that it does when no message asks for anything.

    Only a cursor in the database is lost together with an effect that did not reach the disk: with the offset in Kafka
    every commit waits.
    """
    reader = carrier_of(house).reader(name, topics)
    durable = effects is Effects.TOLD_AT_ONCE or cluster_of(house.settings) is not None
    locking = partial(transaction, house.database, durable=durable)
    at_once = partial(one_statement, house.database, durable=durable)
    open_unit = locking if effects is Effects.DERIVED else at_once
    return Consumer(name, reader, open_unit, handler, house.now, open_again=locking, between=between)


def dsn_of(settings: Settings) -> str:
    """The address of the database; starts the embedded server when that is what is set."""
    if settings.postgres_dsn != EMBEDDED:
        return settings.postgres_dsn
    return EmbeddedPostgres(settings.data_dir).dsn()


def issuer_of(settings: Settings) -> EmbeddedIssuer | None:
    """The embedded issuer, when it is the one that is set."""
    if settings.issuer != EMBEDDED:
        return None
    return EmbeddedIssuer(settings.data_dir / "issuer", settings.issuer_address, settings.audience)


def verifier_of(settings: Settings, keys: KeySource) -> TokenVerifier:
    """Who checks tokens."""
    claims = Claims(settings.claim_organisation, settings.claim_roles)
    return TokenVerifier(keys, settings.issuer_address, settings.audience, claims)


def client_at(settings: Settings) -> ClientAt:
    """Who the site is at the issuer."""
    return ClientAt(
        issuer=settings.issuer_address,
        client_id=settings.oidc_client,
        scope=settings.oidc_scope,
        secret=settings.oidc_secret,
        reached_at=settings.issuer_reached_at,
    )


@asynccontextmanager
async def open_house(settings: Settings, dsn: str | None = None) -> AsyncIterator[House]:
    """Connect everything that services share, and let go of it at the end."""
    database = await Database.connect(dsn or dsn_of(settings), size=settings.postgres_pool)
    reading = reading_engine(database.dsn)
    issuer = issuer_of(settings)
    remote = None if issuer else RemoteKeys(settings.issuer, time.monotonic, reached_at=settings.issuer_reached_at)
    keys: KeySource | None = issuer or remote
    assert keys is not None
    http = httpx.AsyncClient(timeout=OIDC_TIMEOUT_S, follow_redirects=False)
    sign_in = OidcClient(client_at(settings), keys, http)
    try:
        yield House(settings, database, verifier_of(settings, keys), reading, issuer, sign_in)
    finally:
        await http.aclose()
        if remote:
            await remote.close()
        await reading.dispose()
        await database.close()
