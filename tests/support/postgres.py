"""A real PostgreSQL for the tests that need one: one server a session, one database a test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from infra.postgres.database import Database
from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.migrate import migrate

GIVEN = "KRINGMARKT_TEST_POSTGRES"
_numbers = count(1)

NewDsn = Callable[[], Awaitable[str]]


def _with_database(dsn: str, name: str) -> str:
    head, _, tail = dsn.partition("?")
    base = head.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{tail}" if tail else "")


@contextmanager
def _server(*, durable: bool) -> Iterator[EmbeddedPostgres]:
    # A folder of its own: the server runs as another user, who may not enter pytest's private folders.
    folder = Path(tempfile.mkdtemp(prefix="kringmarkt-"))
    server = EmbeddedPostgres(folder, durable=durable)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server: the one named in KRINGMARKT_TEST_POSTGRES, else the embedded one."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    with _server(durable=False) as server:
        yield server.dsn("postgres")


@pytest.fixture(scope="session")
async def new_dsn(postgres_server: str) -> NewDsn:
    """Makes migrated, empty databases."""
    prefix = f"km_{os.getpid()}"
    template = f"{prefix}_template"
    await _create(postgres_server, template, "template0")
    await migrate(_with_database(postgres_server, template))

    async def make() -> str:
        name = f"{prefix}_{next(_numbers)}"
        await _create(postgres_server, name, template)
        return _with_database(postgres_server, name)

    return make


async def _create(server: str, name: str, template: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
    await connection.close()


@pytest.fixture
async def database(new_dsn: NewDsn) -> AsyncIterator[Database]:
    """A migrated database of this test's own."""
    async with AsyncExitStack() as stack:
        database = await Database.connect(await new_dsn())
        stack.push_async_callback(database.close)
        yield database


@pytest.fixture
def embedded_postgres() -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, which that test may stop and restart."""
    with _server(durable=True) as server:
        yield server
