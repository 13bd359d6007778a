"""The server beside the process: it starts, keeps what was committed, and stops."""

import asyncpg

from infra.postgres.embedded import POSTGRES_VERSION, EmbeddedPostgres


async def ask(dsn: str, sql: str) -> object:
    """One value."""
    connection = await asyncpg.connect(dsn)
    found = await connection.fetchval(sql)
    await connection.close()
    return found


async def test_a_server_from_first_start_to_end(embedded_postgres: EmbeddedPostgres) -> None:
    server = embedded_postgres
    dsn = server.dsn()
    assert str(await ask(dsn, "SHOW server_version")).startswith(f"{POSTGRES_VERSION}.")
    assert (
        await ask(dsn, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'kringmarkt'") == "UTF8"
    )
    assert (await ask(dsn, "SHOW max_connections"), await ask(dsn, "SHOW jit")) == ("200", "off")
    assert await ask(dsn, "SHOW fsync") == "on", "what was committed must survive a power cut"

    await ask(dsn, "CREATE TABLE kept AS SELECT 'Sloophout, €, 木' AS title")
    assert server.dsn() == dsn, "a database that is there is not made again"
    assert await ask(server.dsn("another"), "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'") == 0

    before = await ask(dsn, "SELECT pg_postmaster_start_time()::text")
    server.restart()
    assert await ask(dsn, "SELECT pg_postmaster_start_time()::text") != before
    assert await ask(dsn, "SELECT title FROM kept") == "Sloophout, €, 木"

    second = EmbeddedPostgres(server._data.parent)
    assert await ask(second.dsn(), "SELECT title FROM kept") == "Sloophout, €, 木"
    config = (server._data / "postgresql.conf").read_text()
    assert config.count("# kringmarkt") == 1, "settings are written once"


async def test_the_server_listens_to_nobody_outside_this_machine(embedded_postgres: EmbeddedPostgres) -> None:
    listens = await ask(embedded_postgres.dsn("postgres"), "SHOW listen_addresses")
    assert listens in ("", "127.0.0.1", "localhost")
