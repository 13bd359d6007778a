"""Running a deployable: its HTTP server, websocket and tasks, until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import structlog
import uvicorn

from infra.metrics import BUILD
from infra.postgres.schema import needed_schema
from services.deployables import Deployable, start_tasks
from services.health import Health
from services.house import House
from services.http_app import create_app
from services.supervisor import Supervisor

log = structlog.get_logger(__name__)

DRAIN_S = 8
"""How long requests that are being answered may take when the process stops."""
KEEP_ALIVE_S = 75
"""Longer than usual clients and proxies keep an idle connection: else one is closed just when a request comes."""
BACKLOG = 2048


class HttpServer(uvicorn.Server):
    """A uvicorn server that leaves signals to us: there is one place that decides to stop."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Nothing is captured here."""
        yield


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises CannotListen with the way to mend it.

    uvicorn, left to itself, ends the whole process when a port is taken. The protocol is named, because asyncio sends
    small packets at once only on sockets that are known to be TCP: without it each answer waits 40 ms.
    """
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, socket.IPPROTO_TCP)
    except OSError as error:
        raise _unusable(host, port, error) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise _unusable(host, port, error) from error
    return listening


class CannotListen(RuntimeError):
    """A port cannot be used; the text says what to do."""


def _unusable(host: str, port: int, error: OSError) -> CannotListen:
    return CannotListen(f"port {port} on {host} cannot be used ({error}); set KRINGMARKT_PORT to a free one")


@asynccontextmanager
async def http_server(house: House, deployable: Deployable, health: Health) -> AsyncIterator[None]:
    """The HTTP server of a deployable, answering inside the context."""
    app = create_app(house, f"Kringmarkt {deployable.name}", deployable.routers, health)
    settings = house.settings
    server = HttpServer(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=DRAIN_S,
            timeout_keep_alive=KEEP_ALIVE_S,
            ws="none",
            lifespan="off",
            server_header=False,
        )
    )
    listening = listening_socket(settings.host, settings.port)
    task = asyncio.create_task(server.serve([listening]))
    while not server.started:
        if task.done():
            raise RuntimeError(f"the HTTP server did not start: {task.exception()}; the log says more")
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def serving(house: House, deployable: Deployable) -> AsyncIterator[Supervisor]:
    """Everything of a deployable at work inside the context."""
    supervisor = Supervisor()
    async with AsyncExitStack() as stack:
        # First, so that nothing is left at work when the start itself is broken off.
        stack.push_async_callback(supervisor.stop)
        await start_tasks(house, deployable, supervisor, stack)
        health = Health(house, supervisor, answers=bool(deployable.routers))
        await stack.enter_async_context(http_server(house, deployable, health))
        # Last, so first at the end: batches are finished while requests are.
        stack.callback(supervisor.ask_to_stop)
        BUILD.labels(deployable.name, needed_schema()).set(1)
        yield supervisor


async def until_told(on_ready: Callable[[], None] = lambda: None) -> None:
    """Return at SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    on_ready()
    await told.wait()
    log.info("stopping")
