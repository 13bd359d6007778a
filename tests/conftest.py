"""Fixtures that every test may ask for."""

from tests.support.kafka_broker import kafka_bootstrap, local_broker_possible, own_broker
from tests.support.postgres import database, embedded_postgres, new_dsn, postgres_server

__all__ = [
    "database",
    "embedded_postgres",
    "kafka_bootstrap",
    "local_broker_possible",
    "new_dsn",
    "own_broker",
    "postgres_server",
]
