"""The floors: the least that each unavoidable part costs on the machine at hand, as bare as it can be written."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, cast
from uuid import uuid4

import asyncpg
import uvicorn
import uvloop

TABLES = """
CREATE SCHEMA IF NOT EXISTS floor;
CREATE TABLE IF NOT EXISTS floor.listings (listing_id uuid PRIMARY KEY, record jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS floor.outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, listing_id uuid NOT NULL, raw bytea NOT NULL
);
"""
ONE_CTE = """
WITH listing AS (INSERT INTO floor.listings (listing_id, record) VALUES ($1, $2) RETURNING listing_id)
INSERT INTO floor.outbox (listing_id, raw) SELECT listing_id, $3 FROM listing
"""
RAW_FRAME_HEAD = 4


class CommitFloor:
    """A listing and its event in one statement on one connection: one round trip, one durable commit."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", record: str, raw: bytes) -> None:
        self._connection = connection
        self._record = record
        self._raw = raw

    @classmethod
    async def on(cls, dsn: str, record: str, raw: bytes) -> "CommitFloor":
        """Connect and make the two bare tables."""
        connection = await asyncpg.connect(dsn, server_settings={"jit": "off"})
        await connection.execute(TABLES)
        return cls(connection, record, raw)

    async def times(self, number: int) -> list[float]:
        """Seconds of so many commits, one after the other."""
        found = []
        for _ in range(number):
            start = perf_counter()
            await self._connection.execute(ONE_CTE, uuid4(), self._record, self._raw)
            found.append(perf_counter() - start)
        return found

    async def close(self) -> None:
        """Hang up."""
        await self._connection.close()


async def bare_asgi(scope: Any, receive: Any, send: Any) -> None:
    """Reads a body and answers 201: what no HTTP server in this process can do without."""
    while (await receive()).get("more_body"):
        pass
    head = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 201, "headers": head})
    await send({"type": "http.response.body", "body": b"{}"})


def frame_of(payload: bytes) -> bytes:
    """An unmasked websocket text frame of 126 to 65,535 bytes, ready for the socket."""
    return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload


class RawPush(asyncio.Protocol):
    """A server that writes ready frames to every connection: what any push costs at the least."""

    connections: list[asyncio.Transport]

    def __init__(self, connections: list[asyncio.Transport]) -> None:
        self.connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop has a class of its own
        self.connections.append(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.remove(self.transport)


class Counting(asyncio.Protocol):
    """A client that only counts bytes and tells when it has as many as it waits for."""

    def __init__(self) -> None:
        self.received = 0
        self._wanted = 0
        self._enough = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self.received >= self._wanted:
            self._enough.set()

    async def until(self, received: int) -> None:
        """Return when so many bytes came in all."""
        self._wanted = received
        self._enough.clear()
        if self.received < received:
            await self._enough.wait()


@asynccontextmanager
async def raw_pair() -> AsyncIterator[tuple[asyncio.Transport, Counting]]:
    """One raw push server and one counting client in this process."""
    loop = asyncio.get_running_loop()
    served: list[asyncio.Transport] = []
    server = await loop.create_server(lambda: RawPush(served), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport, client = await loop.create_connection(Counting, "127.0.0.1", port)
    while not served:
        await asyncio.sleep(0)
    yield served[0], client
    transport.close()
    server.close()


async def raw_push_times(number: int, payload: bytes) -> list[float]:
    """Seconds from the write of one frame until a client on loopback has it."""
    frame, found = frame_of(payload), []
    async with raw_pair() as (server, client):
        for _ in range(number):
            start = perf_counter()
            server.write(frame)
            await client.until(client.received + len(frame))
            found.append(perf_counter() - start)
    return found


def main() -> None:
    """Serve the bare ASGI application on KRINGMARKT_PORT."""
    config = uvicorn.Config(
        bare_asgi, port=int(os.environ["KRINGMARKT_PORT"]), log_config=None, access_log=False, lifespan="off"
    )
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
