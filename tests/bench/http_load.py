"""A load generator that costs little: prepared requests on connections that stay open, one answer at a time.

A client library would take more of the machine than the server that is measured.
"""

import asyncio
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import cast


class Connection(asyncio.Protocol):
    """One open connection; `ask` sends a prepared request and gives status and body."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, port: int) -> "Connection":
        """Connect to that port of the loopback address."""
        _transport, protocol = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop has a class of its own

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send and wait for the answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or self._answer is None or self._answer.done():
            return
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        if len(body) >= length:
            self._buffer = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def post(path: str, body: bytes, token: str = "", media_type: str = "application/json") -> bytes:
    """A prepared POST."""
    who = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\n{who}Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def one_client(port: int, requests: Sequence[bytes], expected: int) -> list[float]:
    """Seconds of each request, one after the other."""
    connection = await Connection.to(port)
    times = []
    for request in requests:
        start = perf_counter()
        status, body = await connection.ask(request)
        times.append(perf_counter() - start)
        assert status == expected, (status, body[:300])
    connection.close()
    return times


async def many_clients(port: int, requests: Sequence[bytes], expected: int, clients: int) -> float:
    """Requests per second of so many clients, each of which waits for its answer before it asks again."""
    connections = await asyncio.gather(*(Connection.to(port) for _ in range(clients)))
    waiting = iter(requests)

    async def work(connection: Connection, mine: Iterator[bytes]) -> None:
        for request in mine:
            status, body = await connection.ask(request)
            assert status == expected, (status, body[:300])

    start = perf_counter()
    await asyncio.gather(*(work(connection, waiting) for connection in connections))
    seconds = perf_counter() - start
    for connection in connections:
        connection.close()
    return len(requests) / seconds
