"""Bring a database to the newest schema, one process at a time."""

from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

LOCK_TIMEOUT = "10s"
MIGRATION_LOCK = 4243


def engine_of(dsn: str, **options: Any) -> AsyncEngine:
    """A SQLAlchemy engine for `dsn`, which asyncpg reads: SQLAlchemy's own reading knows no sslmode, for one."""
    return create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), **options)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "infra.postgres:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def migrate(dsn: str, revision: str = "head") -> None:
    """Run all steps up to `revision`; waits for another migrating process, gives up on locked tables after 10 s."""
    engine = engine_of(dsn)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.commit()
            await connection.run_sync(_upgrade, revision)
            await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.commit()
    finally:
        await engine.dispose()
