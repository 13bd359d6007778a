"""The chores of an operator: settings, migrations, topics."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg
import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DBAPIError

from infra.eventlog.kafka_topics import WrongTopics, ensure_topics
from infra.postgres.migrate import migrate as bring_up_to_date
from infra.settings import PREFIX, Settings, load_settings
from services.cli.ending import Ending, masked
from services.wiring import cluster_of, dsn_of

Result = TypeVar("Result")

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError)


def with_database(work: Coroutine[Any, Any, Result]) -> Result:
    """Run work on the database; raises Ending with what to check when it cannot be reached."""
    try:
        return asyncio.run(work)
    except UNREACHABLE as error:
        reason = str(error) or type(error).__name__
        raise Ending(f"the database cannot be used: {reason}; check KRINGMARKT_POSTGRES_DSN") from error


def migrate() -> None:
    """Bring the database to the newest schema. Safe to repeat, and safe beside another one doing the same."""
    with_database(bring_up_to_date(dsn_of(load_settings())))
    typer.echo("the database is up to date")


def topics() -> None:
    """Make the Kafka topics that are missing, and check those that are there."""
    settings = load_settings()
    cluster = cluster_of(settings)
    if cluster is None:
        raise Ending("KRINGMARKT_KAFKA_BOOTSTRAP is not set, so there is no Kafka to make topics on; set host:port")
    try:
        asyncio.run(ensure_topics(cluster, settings.kafka_replication))
    except WrongTopics as error:
        raise Ending(str(error)) from error
    except (OSError, KafkaError) as error:
        raise Ending(f"Kafka at {settings.kafka_bootstrap} cannot be used: {error}; check the address") from error
    typer.echo("all topics are there")


def settings() -> None:
    """Show every setting: its variable, its value (passwords masked) and what it is for."""
    console = Console(highlight=False, soft_wrap=True)
    for line in described(load_settings()):
        console.print(escape(line))


def described(current: Settings) -> list[str]:
    """Two lines per setting; a value that is not the usual one is marked."""
    lines = []
    for name, field in Settings.model_fields.items():
        value = getattr(current, name)
        mark = "" if value == field.default else "  (set)"
        lines.append(f"{PREFIX}{name.upper()}={'' if value is None else masked(str(value))}{mark}")
        lines.append(f"    {field.description}")
    return lines
