"""Starting a service whose database or cluster is not there yet, and stopping it at any moment."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx
import pytest
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from infra.eventlog.kafka_topics import WrongTopics
from infra.postgres.migrate import LockedOut
from infra.postgres.schema import WrongSchema, needed_schema
from infra.settings import Settings
from services import starting
from services.deployables import Deployable
from services.serving import CannotListen
from services.starting import CannotStart, explained, once_there, require_schema, serve, unless_told
from tests.support.marketplace import eventually
from tests.support.ports import free_ports
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import Office

QUIET = Deployable("quiet")


@pytest.fixture(autouse=True)
async def handlers_are_removed() -> AsyncIterator[None]:
    """Later tests get their signals as always."""
    yield
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("nobody listens"),
        KafkaConnectionError("no broker"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
    ],
)
async def test_what_is_not_there_yet_is_asked_again(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "ASK_AGAIN_AFTER_S", 0)
    refusals = [error, error]

    async def attempt() -> str:
        if refusals:
            raise refusals.pop()
        return "there"

    assert await once_there("it", attempt) == "there"


@pytest.mark.parametrize(
    "error", [TopicAuthorizationFailedError("not yours"), asyncpg.InvalidPasswordError("wrong"), ValueError("broken")]
)
async def test_what_does_not_mend_itself_ends_the_start(error: Exception) -> None:
    async def attempt() -> None:
        raise error

    with pytest.raises(type(error)):
        await once_there("it", attempt)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_start_is_broken_off_when_told(number: signal.Signals) -> None:
    began, let_go = asyncio.Event(), asyncio.Event()

    async def start() -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            let_go.set()

    told = asyncio.create_task(unless_told(start()))
    await began.wait()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(10):
        await told
    assert let_go.is_set()


async def test_an_error_of_the_start_is_not_hidden() -> None:
    async def start() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await unless_told(start())


async def test_a_service_without_its_cluster_waits_and_can_be_stopped(tmp_path: Path) -> None:
    (nobody,) = free_ports(1)
    settings = Settings(data_dir=tmp_path, kafka_bootstrap=f"127.0.0.1:{nobody}")
    task = asyncio.create_task(unless_told(serve(settings, QUIET)))
    # Long enough for a first refusal; nothing can be awaited, because nothing may happen.
    done, _ = await asyncio.wait([task], timeout=0.5)
    assert not done
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await task


async def test_a_service_serves_until_it_is_told_to_stop(new_dsn: NewDsn, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    settings = Settings(data_dir=tmp_path, postgres_dsn=await new_dsn(), port=port)
    task = asyncio.create_task(unless_told(serve(settings, QUIET)))

    async def answers() -> bool:
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
        except httpx.ConnectError:
            return False

    await eventually(answers)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        await task
    assert not await answers()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (asyncpg.InvalidPasswordError("password authentication failed"), "KRINGMARKT_POSTGRES_DSN"),
        (asyncpg.InvalidCatalogNameError('database "x" does not exist'), "make it, or check"),
        (WrongSchema("run `kringmarkt migrate`"), "run `kringmarkt migrate`"),
        (LockedOut("a table stayed locked"), "a table stayed locked"),
        (WrongTopics("topic x has 3 partitions"), "topic x has 3 partitions"),
        (TopicAuthorizationFailedError(), "KRINGMARKT_KAFKA_BOOTSTRAP"),
        (PermissionError(13, "Permission denied", "/data"), "KRINGMARKT_DATA_DIR"),
        (CannotListen("port 1 cannot be used; set KRINGMARKT_PORT"), "KRINGMARKT_PORT"),
    ],
)
def test_what_does_not_mend_itself_is_told_with_what_to_do(error: Exception, told: str) -> None:
    with pytest.raises(CannotStart, match=re.escape(told)), explained():
        raise error


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), explained():
        raise ZeroDivisionError


async def test_a_newer_schema_is_accepted_only_when_that_is_set(office: Office) -> None:
    await office.value("UPDATE public.alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(WrongSchema, match="9999"):
            await require_schema(office.house)
        settings = office.house.settings.model_copy(update={"accept_newer_schema": True})
        await require_schema(replace(office.house, settings=settings))
    finally:
        await office.value("UPDATE public.alembic_version SET version_num = $1", needed_schema())
    await require_schema(office.house)
