"""Websocket clients that cost little: they answer nothing, keep nothing, and count alerts as they come in."""

import asyncio
from typing import cast

import orjson

ALERT = b'{"type":"alert"'
HANDSHAKE = (
    b"GET %b HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%b\r\n"
)
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
NO_MASK = b"\x00\x00\x00\x00"


def client_frame(text: bytes) -> bytes:
    """A text frame of a client, masked with zeros: the rules want a mask, and zeros leave the text as it is."""
    length = len(text)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return b"\x81" + size + NO_MASK + text


class Subscriber(asyncio.Protocol):
    """One connection; `alerts` counts the alert frames, `texts` all of them."""

    def __init__(self) -> None:
        self.alerts = 0
        self.texts = 0
        self._buffer = bytearray()
        self._upgraded = False
        self._wanted = 0
        self._enough = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, port: int, path: str = "/", *, deflate: bool = False) -> "Subscriber":
        """Connect and shake hands."""
        _transport, made = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        made.send_raw(HANDSHAKE % (path.encode(), DEFLATE if deflate else b""))
        while not made._upgraded:
            made._enough.clear()
            await made._enough.wait()
        return made

    async def listen(self, token: str, channel: str) -> None:
        """Authenticate and subscribe to what comes from now on."""
        self.send({"type": "authenticate", "token": token})
        self.send({"type": "subscribe", "channel": channel})
        await self.until_texts(2)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send_raw(self, data: bytes) -> None:
        """Write bytes."""
        assert self._transport is not None
        self._transport.write(data)

    def send(self, frame: dict[str, str]) -> None:
        """Send a frame."""
        self.send_raw(client_frame(orjson.dumps(frame)))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head, head
            self._upgraded, self._buffer = True, bytearray(rest)
            self._enough.set()
        self._count()

    def _count(self) -> None:
        start, buffer = 0, self._buffer
        while len(buffer) - start >= 2:
            size, head = buffer[start + 1], 2
            if size >= 126:
                head = 4 if size == 126 else 10
                size = int.from_bytes(buffer[start + 2 : start + head], "big")
            if len(buffer) - start < head + size:
                break
            if buffer[start] & 0x0F == 1:
                self._text(buffer, start + head)
            start += head + size
        del buffer[:start]

    def _text(self, buffer: bytearray, at: int) -> None:
        self.texts += 1
        compressed = buffer[at : at + 1] != b"{"
        if compressed or buffer.startswith(ALERT, at):
            self.alerts += 1
        if max(self.alerts, 0) >= self._wanted:
            self._enough.set()

    async def until_alerts(self, number: int) -> None:
        """Return when so many alerts came in all."""
        self._wanted = number
        while self.alerts < number:
            self._enough.clear()
            await self._enough.wait()

    async def until_texts(self, number: int) -> None:
        """Return when so many frames came in all."""
        self._wanted = 0
        while self.texts < number:
            self._enough.clear()
            await self._enough.wait()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()
