"""The pool, its JSON, and the waker."""

import asyncio

import asyncpg
import pytest

from infra.postgres.database import Database, Waker
from tests.support.postgres import NewDsn

MINE = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True], "é": "ß 木"},
        [],
        "text",
        0,
        None,
        {"deep": {"deeper": {"deepest": ["'", '"', "\\", "$1", "\n"]}}},
        2**53,
        -0.1,
    ],
    ids=str,
)
async def test_json_goes_in_and_out_as_it_is(database: Database, value: object) -> None:
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT $1::jsonb", value) == value
        assert await connection.fetchval("SELECT $1::jsonb[]", [{"v": value}] * 2) == [{"v": value}] * 2


async def test_json_null_is_not_a_missing_value(database: Database) -> None:
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT $1::jsonb IS NULL", None) is True
        assert await connection.fetchval("SELECT 'null'::jsonb") is None


async def test_no_more_connections_are_opened_than_allowed(new_dsn: NewDsn) -> None:
    database = await Database.connect(await new_dsn(), size=3, application="three at most")
    reached = 0

    async def look() -> None:
        nonlocal reached
        async with database.connection() as connection:
            reached = max(reached, await connection.fetchval(MINE, "three at most"))

    async with asyncio.timeout(30):
        await asyncio.gather(*(look() for _ in range(30)))
    await database.close()
    assert 1 <= reached <= 3


async def test_a_connection_that_the_server_ended_is_replaced(database: Database) -> None:
    async with database.connection() as connection:
        number = connection.get_server_pid()
    other = await database.dedicated()
    await other.execute("SELECT pg_terminate_backend($1)", number)
    await other.close()
    async with asyncio.timeout(30):
        while True:
            try:
                async with database.connection() as connection:
                    assert await connection.fetchval("SELECT 1") == 1
                    break
            except (
                OSError,
                asyncpg.PostgresConnectionError,
                asyncpg.AdminShutdownError,
                asyncpg.InternalClientError,
            ):
                continue  # the news of the end may come in between; a request would be answered 503 and sent again


async def test_a_dedicated_connection_is_outside_the_pool(new_dsn: NewDsn) -> None:
    database = await Database.connect(await new_dsn(), size=1)
    lone = await database.dedicated()
    async with asyncio.timeout(30), database.connection() as connection:
        assert await lone.fetchval("SELECT pg_backend_pid()") != await connection.fetchval("SELECT pg_backend_pid()")
    await lone.close()
    await database.close()


async def test_closing_lets_go_of_every_connection(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    database = await Database.connect(dsn, application="closing")
    async with database.connection() as connection:
        assert await connection.fetchval(MINE, "closing") >= 1
    await database.close()
    other = await asyncpg.connect(dsn)
    async with asyncio.timeout(30):
        while await other.fetchval(MINE, "closing"):
            await other.execute("SELECT pg_sleep(0.02)")
    await other.close()


async def test_nobody_there_is_an_error_and_not_a_wait() -> None:
    async with asyncio.timeout(30):
        with pytest.raises(ConnectionRefusedError):
            await Database.connect("postgresql://nobody@127.0.0.1:9/nothing")


async def test_a_database_that_does_not_exist_is_named(new_dsn: NewDsn) -> None:
    dsn = (await new_dsn()).replace("/km_", "/no_such_km_")
    with pytest.raises(asyncpg.InvalidCatalogNameError, match="no_such_km_"):
        await Database.connect(dsn)


async def test_waking_wakes_all_who_wait_and_nobody_later() -> None:
    waker = Waker()
    early, also_early = waker.ticket(), waker.ticket()
    waker.wake()
    async with asyncio.timeout(5):
        await asyncio.gather(early.wait(), also_early.wait())
    assert not waker.ticket().is_set()


async def test_a_wake_up_between_looking_and_waiting_is_not_missed() -> None:
    waker = Waker()
    ticket = waker.ticket()
    waker.wake()  # after the ticket was taken, before anybody waits
    async with asyncio.timeout(5):
        await ticket.wait()


def test_a_reader_is_woken_for_its_own_topics_and_for_those_that_nobody_names() -> None:
    waker = Waker()
    wood, both, any_topic = waker.ticket(["wood"]), waker.ticket(["wood", "glass"]), waker.ticket()
    waker.wake(["glass"])
    assert (wood.is_set(), both.is_set(), any_topic.is_set()) == (False, True, True)
    waker.wake()
    assert wood.is_set()
    assert not waker.ticket(["wood"]).is_set()
