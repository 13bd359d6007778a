"""The chores of an operator: settings, migrations, topics."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, TypeVar

import asyncpg
import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DBAPIError

from infra.eventlog.kafka_topics import WrongTopics, ensure_topics
from infra.metrics import documented
from infra.postgres.database import Database
from infra.postgres.migrate import LOCK_TIMEOUT, LockedOut, schema_at
from infra.postgres.migrate import migrate as bring_up_to_date
from infra.postgres.schema import SchemaState, WrongSchema
from infra.settings import PREFIX, Settings, load_settings
from services.cli.ending import Ending, masked
from services.wiring import cluster_of, dsn_of

Result = TypeVar("Result")

DURATION = re.compile(r"[1-9]\d{0,6} ?(ms|s|min)")

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError)


def with_database(work: Coroutine[Any, Any, Result]) -> Result:
    """Run work on the database; raises Ending with what to check when it cannot be reached."""
    try:
        return asyncio.run(work)
    except UNREACHABLE as error:
        reason = str(error) or type(error).__name__
        raise Ending(f"the database cannot be used: {reason}; check KRINGMARKT_POSTGRES_DSN") from error


def on_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run work on a connected database; raises Ending with what to check when it cannot be reached."""
    dsn = dsn_of(load_settings())

    async def connected() -> Result:
        database = await Database.connect(dsn, size=2, application="kringmarkt cli")
        try:
            return await work(database)
        finally:
            await database.close()

    return with_database(connected())


PENDING = 1

LockTimeout = Annotated[
    str, typer.Option(help="How long to wait for a table that somebody uses, such as 500ms, 10s or 1min")
]
Check = Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when there are steps to run")]


def migrate(check: Check = False, lock_timeout: LockTimeout = LOCK_TIMEOUT) -> None:
    """Bring the database to the newest schema. Safe to repeat, and safe beside another one doing the same."""
    if not DURATION.fullmatch(lock_timeout):
        raise typer.BadParameter(f"got --lock-timeout {lock_timeout!r}; expected a number with ms, s or min: 10s")
    dsn = dsn_of(load_settings())
    if check:
        schema = with_database(schema_at(dsn))
        if schema.state is SchemaState.CURRENT:
            typer.echo(schema.complaint())
            return
        steps = f"; steps to run: {', '.join(schema.pending)}" if schema.pending else ""
        raise Ending(schema.complaint() + steps, PENDING)
    try:
        before = with_database(bring_up_to_date(dsn, lock_timeout=lock_timeout))
    except (LockedOut, WrongSchema) as error:
        raise Ending(str(error)) from error
    done = f"steps run: {', '.join(before.pending)}" if before.pending else "nothing had to be done"
    typer.echo(f"the database is up to date: schema {before.needed}, {done}")


def metrics() -> None:
    """Show every metric that /metrics gives, as a table in Markdown."""
    typer.echo(documented(), nl=False)


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
