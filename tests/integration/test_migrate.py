"""Migrating: from nothing to the newest schema, twice, by two processes at once, and past locked tables."""

import asyncio
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy.exc

from infra.postgres import migrate as migrating
from infra.postgres.migrate import MIGRATION_LOCK, LockedOut, migrate, schema_at
from infra.postgres.schema import SchemaState, WrongSchema, needed_schema
from tests.support.postgres import NewDsn

SCHEMAS = {"eventlog", "listings", "matching", "trades", "notifications"}
TABLES = """
SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
WHERE table_schema = ANY($1) ORDER BY 1
"""
LOCKS = """
SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.objid = $1 AND d.datname = current_database()
"""


@pytest.fixture
async def empty(postgres_server: str) -> str:
    """A database without anything in it."""
    name = f"km_empty_{uuid4().hex}"
    connection = await asyncpg.connect(postgres_server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    await connection.close()
    return with_database(postgres_server, name)


def with_database(dsn: str, name: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(dsn)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


async def tables(dsn: str) -> list[str]:
    """The tables of ours."""
    connection = await asyncpg.connect(dsn)
    found = [row["name"] for row in await connection.fetch(TABLES, list(SCHEMAS))]
    await connection.close()
    return found


async def version(dsn: str) -> str:
    """The step that the database is at."""
    connection = await asyncpg.connect(dsn)
    found: str = await connection.fetchval("SELECT string_agg(version_num, ',') FROM public.alembic_version")
    assert await connection.fetchval(LOCKS, MIGRATION_LOCK) == 0, "the lock is still held"
    await connection.close()
    return found


async def test_two_processes_at_once_and_once_more_afterwards_make_it_once(empty: str) -> None:
    assert await tables(empty) == []
    await asyncio.gather(*(migrate(empty) for _ in range(4)))
    made = await tables(empty)
    assert {name.partition(".")[0] for name in made} == SCHEMAS
    at = await version(empty)
    await migrate(empty)
    assert (await tables(empty), await version(empty)) == (made, at)


async def test_a_process_that_starts_while_another_migrates_waits_for_it(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    waiting = asyncio.create_task(migrate(dsn))
    await asyncio.wait([waiting], timeout=0.5)
    assert not waiting.done()
    await connection.close()
    async with asyncio.timeout(30):
        await waiting


async def test_a_locked_table_ends_the_attempt_with_nothing_half_done(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "200ms")
    await migrate(empty)
    connection = await asyncpg.connect(empty)
    # Undone by hand, so that the step has to run again while somebody holds a lock that it needs.
    await connection.execute("DELETE FROM public.alembic_version")
    await connection.execute("DROP SCHEMA notifications CASCADE")
    holding = connection.transaction()
    await holding.start()
    await connection.execute("LOCK TABLE public.alembic_version IN ACCESS EXCLUSIVE MODE")
    async with asyncio.timeout(20):
        with pytest.raises(LockedOut, match=r"stayed locked for 200ms.*by: \d+ .*--lock-timeout"):
            await migrate(empty)
    await holding.rollback()
    assert await connection.fetchval(LOCKS, MIGRATION_LOCK) == 0, "the lock is still held"
    assert await connection.fetchval("SELECT to_regnamespace('notifications')") is None
    await connection.close()


async def test_a_failing_step_is_taken_back_whole(empty: str) -> None:
    connection = await asyncpg.connect(empty)
    await connection.execute("CREATE SCHEMA notifications")  # in the way of the last part of the first step
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="already exists"):
        await migrate(empty)
    assert await tables(empty) == []
    await connection.execute("DROP SCHEMA notifications")
    await migrate(empty)
    assert len(await tables(empty)) > 15
    await connection.close()


async def test_an_unreachable_database_is_an_error_at_once() -> None:
    with pytest.raises(ConnectionRefusedError):
        await migrate("postgresql://nobody@127.0.0.1:9/nothing")


async def test_an_address_with_ssl_and_other_options_is_understood(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    separator = "&" if "?" in dsn else "?"
    await migrate(f"{dsn}{separator}sslmode=prefer&application_name=region")


async def test_a_database_that_a_later_release_migrated_is_left_alone(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("UPDATE public.alembic_version SET version_num = '9999'")
    with pytest.raises(WrongSchema, match="9999, which this release does not know"):
        await migrate(dsn)
    assert await version(dsn) == "9999"
    assert (await schema_at(dsn)).state is SchemaState.NEWER
    await connection.close()


async def test_what_is_there_and_what_is_missing_can_be_asked_without_changing_anything(empty: str) -> None:
    before = await schema_at(empty)
    assert (before.state, before.pending[-1]) == (SchemaState.NONE, needed_schema())
    assert await tables(empty) == []
    assert (await migrate(empty)).pending == before.pending
    assert (await schema_at(empty)).state is SchemaState.CURRENT
