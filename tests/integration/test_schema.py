"""Which schema a database has, which one is needed, and what to do when they differ."""

import asyncpg
import pytest

from infra.postgres.database import Database
from infra.postgres.schema import Schema, SchemaState, WrongSchema, compared, needed_schema, require, schema_of, steps


def test_steps_are_known_from_the_first_to_the_one_that_is_needed() -> None:
    assert steps()[0] == "0001"
    assert steps()[-1] == needed_schema()
    assert list(steps()) == sorted(steps())


async def test_a_migrated_database_is_current(database: Database) -> None:
    async with database.connection() as connection:
        schema = await schema_of(connection)
    assert (schema.state, schema.pending) == (SchemaState.CURRENT, ())
    require(schema)


async def test_a_database_without_any_table_of_ours_has_none(postgres_server: str) -> None:
    connection = await asyncpg.connect(postgres_server)
    schema = await schema_of(connection)
    await connection.close()
    assert (schema.state, schema.pending) == (SchemaState.NONE, steps())
    with pytest.raises(WrongSchema, match="run `kringmarkt migrate` once"):
        require(schema, accept_newer=True)


def test_an_older_one_is_refused_with_the_command_to_run() -> None:
    schema = Schema("0001", "0003", ("0002", "0003"))
    assert schema.state is SchemaState.OLDER
    with pytest.raises(WrongSchema, match=r"schema 0001, but this release needs 0003; run `kringmarkt migrate`"):
        require(schema, accept_newer=True)


def test_a_newer_one_is_refused_unless_the_operator_goes_back_on_purpose() -> None:
    schema = compared("9999")
    assert schema.state is SchemaState.NEWER
    with pytest.raises(WrongSchema, match="KRINGMARKT_ACCEPT_NEWER_SCHEMA"):
        require(schema)
    require(schema, accept_newer=True)
