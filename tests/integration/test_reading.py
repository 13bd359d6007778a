"""The table that queries are composed from is the table that stands in the database."""

from typing import Any

import pytest
from sqlalchemy import MetaData, Table, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.reading import LISTINGS, metadata, reading_engine
from tests.support.postgres import NewDsn


def reflected(connection: Connection) -> Table:
    """The table as the database knows it."""
    return Table("listings", MetaData(), schema="listings", autoload_with=connection)


async def one(engine: AsyncEngine, statement: str) -> Any:
    """The only value of a query."""
    async with engine.connect() as connection:
        return (await connection.execute(text(statement))).scalar_one()


async def test_every_column_stands_in_the_database_with_its_type(new_dsn: NewDsn) -> None:
    engine = reading_engine(await new_dsn())
    async with engine.connect() as connection:
        found = await connection.run_sync(reflected)
    await engine.dispose()
    assert set(metadata.tables) == {"listings.listings"}
    ours = {column.name: column.type for column in LISTINGS.columns}
    assert set(ours) <= set(found.columns.keys())
    for name, wanted in ours.items():
        actual = found.columns[name].type
        assert type(actual).__name__.upper() in names_of(wanted), f"{name}: {actual!r} in the database, {wanted!r} here"
    assert [column.name for column in found.primary_key] == [column.name for column in LISTINGS.primary_key]


def names_of(wanted: Any) -> set[str]:
    """How reflection may call this type."""
    other = {"DateTime": "TIMESTAMP", "Double": "DOUBLE_PRECISION"}
    name = type(wanted).__name__
    return {name.upper(), other.get(name, name)}


async def test_arrays_and_moments_are_of_the_same_kind(new_dsn: NewDsn) -> None:
    engine = reading_engine(await new_dsn())
    async with engine.connect() as connection:
        found = await connection.run_sync(reflected)
    await engine.dispose()
    for name in ("partners", "concepts", "families"):
        arrays: list[Any] = [table.columns[name].type for table in (LISTINGS, found)]
        assert len({type(array.item_type).__name__.upper() for array in arrays}) == 1
    moments: list[Any] = [table.columns["changed_at"].type for table in (LISTINGS, found)]
    assert [moment.timezone for moment in moments] == [True, True]


async def test_the_engine_understands_whatever_address_the_database_understands(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    separator = "&" if "?" in dsn else "?"
    engine = reading_engine(f"{dsn}{separator}sslmode=prefer&application_name=region")
    try:
        assert await one(engine, "SELECT current_setting('application_name')") == "region"
    finally:
        await engine.dispose()


async def test_connections_are_bounded(new_dsn: NewDsn) -> None:
    engine = reading_engine(await new_dsn(), size=2)
    async with engine.connect() as first, engine.connect() as second:
        assert [(await item.execute(text("SELECT 1"))).scalar_one() for item in (first, second)] == [1, 1]
        assert engine.pool.checkedout() == 2  # type: ignore[attr-defined]
        assert engine.pool._max_overflow == 0  # type: ignore[attr-defined]
    await engine.dispose()


async def test_reading_goes_on_after_the_server_was_started_again(embedded_postgres: EmbeddedPostgres) -> None:
    engine = reading_engine(embedded_postgres.dsn("reading"))
    assert await one(engine, "SELECT 1") == 1
    embedded_postgres.restart()
    assert await one(engine, "SELECT 2") == 2
    await engine.dispose()


async def test_a_wrong_query_is_an_error_and_leaves_the_connection_usable(new_dsn: NewDsn) -> None:
    engine = reading_engine(await new_dsn(), size=1)
    with pytest.raises(SQLAlchemyError):
        await one(engine, "SELECT nothing FROM nowhere")
    assert await one(engine, "SELECT 1") == 1
    await engine.dispose()
