"""A proxy that loses requests, or worse: their answers."""

import asyncio
from collections.abc import Container
from typing import Self
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"


class CuttingProxy:
    """Passes HTTP requests on to `upstream`, one per connection, and cuts those whose number is in `cuts`.

    `lost="request"`: the marketplace never hears of it. `lost="answer"`: it is carried out, and the caller cannot know.
    """

    def __init__(self, upstream: str, *, lost: str, cuts: Container[int]) -> None:
        self._upstream = urlsplit(upstream)
        self._lost = lost
        self._cuts = cuts
        self.requests = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _message(reader)
        self.requests += 1
        cut = self.requests in self._cuts
        if not (cut and self._lost == "request"):
            answer = await self._ask(request)
            if not cut:
                writer.write(answer)
                await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        head, end, body = request.partition(HEAD_END)
        writer.write(head + b"\r\nConnection: close" + end + body)
        await writer.drain()
        answer = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        return answer


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(HEAD_END)
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    return head + await reader.readexactly(length)
