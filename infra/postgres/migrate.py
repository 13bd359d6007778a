"""Bring a database to the newest schema, one process at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import sqlalchemy.exc
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from infra.postgres.schema import SCRIPTS, Schema, SchemaState, WrongSchema, compared

LOCK_TIMEOUT = "10s"
MIGRATION_LOCK = 4243


def engine_of(dsn: str, **options: Any) -> AsyncEngine:
    """A SQLAlchemy engine for `dsn`, which asyncpg reads: SQLAlchemy's own reading knows no sslmode, for one."""
    return create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), **options)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


class LockedOut(RuntimeError):
    """Somebody held a table for too long; nothing was changed. The text says who."""


HOLDERS = """
SELECT string_agg(DISTINCT format('%s (%s, %s since %s)', a.pid, a.application_name, a.state, a.xact_start), ', ')
FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'relation' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
"""


async def migrate(dsn: str, revision: str = "head", lock_timeout: str | None = None) -> Schema:
    """Run all steps up to `revision`; the schema that there was before.

    Waits for another migrating process. Raises LockedOut when a table stays locked for `lock_timeout` (as PostgreSQL
    writes it: `10s`), and WrongSchema when a later release has migrated this database.
    """
    engine = engine_of(dsn)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.execute(text(f"SET lock_timeout = '{lock_timeout or LOCK_TIMEOUT}'"))
            await connection.commit()
            async with _telling_who_locks(connection, lock_timeout or LOCK_TIMEOUT):
                before = await _schema(connection)
                if before.state is SchemaState.NEWER:
                    raise WrongSchema(before.complaint())
                await connection.run_sync(_upgrade, revision)
            await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.commit()
            return before
    finally:
        await engine.dispose()


async def schema_at(dsn: str) -> Schema:
    """The schema of the database at `dsn`, beside the one that is needed."""
    engine = engine_of(dsn)
    try:
        async with engine.connect() as connection:
            return await _schema(connection)
    finally:
        await engine.dispose()


async def _schema(connection: AsyncConnection) -> Schema:
    there = await connection.scalar(text("SELECT to_regclass('public.alembic_version')::text"))
    found = await connection.scalar(text("SELECT version_num FROM public.alembic_version")) if there else None
    await connection.rollback()
    return compared(found)


@asynccontextmanager
async def _telling_who_locks(connection: AsyncConnection, lock_timeout: str) -> AsyncIterator[None]:
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        if "lock timeout" not in str(error):
            raise
        await connection.rollback()
        holders = await connection.scalar(text(HOLDERS))
        raise LockedOut(
            f"a table stayed locked for {lock_timeout}, so nothing was changed; by: {holders or 'nobody any more'}. "
            "Try again at a quieter moment, end that transaction, or wait longer with --lock-timeout"
        ) from error
