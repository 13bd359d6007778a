"""Starting one service: wait for what it needs, run it, stop when told, also in the middle of the waiting."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from infra.eventlog.kafka_topics import WrongTopics, ensure_topics
from infra.postgres.migrate import LockedOut
from infra.postgres.schema import WrongSchema, require, schema_of
from infra.settings import Settings
from services.deployables import Deployable
from services.house import House
from services.serving import CannotListen, serving, until_told
from services.wiring import cluster_of, open_house

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

ASK_AGAIN_AFTER_S = 2.0


class CannotStart(RuntimeError):
    """A service cannot start as things are; the text says what was found and what to do."""


HOPELESS: dict[type[Exception], str] = {
    asyncpg.InvalidAuthorizationSpecificationError: "the database refuses the name or password: {}; "
    "check KRINGMARKT_POSTGRES_DSN",
    asyncpg.InvalidCatalogNameError: "the database is not there: {}; make it, or check KRINGMARKT_POSTGRES_DSN",
    LockedOut: "{}",
    WrongSchema: "{}",
    WrongTopics: "{}",
    KafkaError: "Kafka refuses: {}; check KRINGMARKT_KAFKA_BOOTSTRAP and what this user may do there",
    PermissionError: "a file cannot be used: {}; check who owns KRINGMARKT_DATA_DIR",
    CannotListen: "{}",
}
"""What does not mend itself, and what to say of it."""


@contextmanager
def explained() -> Iterator[None]:
    """Raise what does not mend itself as CannotStart."""
    try:
        yield
    except tuple(HOPELESS) as error:
        said = next(text for kind, text in HOPELESS.items() if isinstance(error, kind))
        raise CannotStart(said.format(str(error) or type(error).__name__)) from error


async def serve(settings: Settings, deployable: Deployable) -> None:
    """Run a deployable until it is told to stop; waits for Kafka and PostgreSQL as long as they are not there."""
    cluster = cluster_of(settings)
    if cluster is not None:
        await once_there("Kafka", lambda: ensure_topics(cluster, settings.kafka_replication))
    async with AsyncExitStack() as stack:
        opening = lambda: stack.enter_async_context(open_house(settings))  # noqa: E731
        house = await once_there("PostgreSQL", opening)
        await require_schema(house)
        await stack.enter_async_context(serving(house, deployable))
        await until_told()


async def require_schema(house: House) -> None:
    """Raise WrongSchema unless the database has the schema that this code needs."""
    async with house.database.connection() as connection:
        require(await schema_of(connection), accept_newer=house.settings.accept_newer_schema)


async def once_there(what: str, attempt: Callable[[], Awaitable[Result]]) -> Result:
    """What `attempt` gives, tried again as long as PostgreSQL or Kafka cannot be reached; raises all other errors."""
    while True:
        try:
            return await attempt()
        except (OSError, KafkaError, asyncpg.CannotConnectNowError) as error:
            # A wrong password or a wrong topic does not mend itself: it ends the process.
            if isinstance(error, PermissionError) or (isinstance(error, KafkaError) and not error.retriable):
                raise
            log.warning("cannot be reached yet", what=what, reason=str(error) or type(error).__name__)
        await asyncio.sleep(ASK_AGAIN_AFTER_S)


async def unless_told(work: Coroutine[Any, Any, None]) -> None:
    """Do the work, or break it off at SIGINT or SIGTERM when it does not listen by `until_told` yet.

    The first process of a container gets no signal that it has no handler for: it would only end by being killed.
    """
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if task.cancelled():
        log.info("stopped before the start was complete")
    else:
        task.result()
