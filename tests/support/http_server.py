"""A real HTTP server in the test's own event loop, on a free port of the loopback address."""

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    """Tells when it listens, and leaves the signals to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The base address of `app`, such as http://127.0.0.1:40123, for as long as the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        # No websockets here: uvicorn's own support for them would be loaded only to warn that it is old.
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=5)
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        ready = asyncio.create_task(server.listening.wait())
        try:
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
                raise RuntimeError("the server ended before it listened; its log says why")
            yield f"http://127.0.0.1:{port}"
        finally:
            ready.cancel()
            server.should_exit = True
            await task
