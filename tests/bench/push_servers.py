"""The three push servers that are compared, each in a process of its own: ours, raw asyncio, FastAPI with deflate.

Run by `bench_push` as `python -m tests.bench.push_servers ours|raw|fastapi`. A line `cast N` on standard input pushes N
frames to every connection and answers with the processor seconds that it took once all of them are written.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any
from uuid import UUID

import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket

from contracts.events.alerts import AlertKind, AlertState
from infra.identity.tokens import Identity
from infra.push.hub import Frame, Hub
from infra.push.ports import PushPorts
from infra.push.server import PushServer
from notifications.model import Channel, InboxHead
from tests.bench.floors import RawPush, frame_of

READER = UUID(int=1)
CHANNEL = Channel.of_organisation(READER)
BODY = {"trade_id": str(READER), "listing": {"title": "Partij sloophout, gesorteerd en droog", "note": "x" * 560}}
Cast = Callable[[int], Any]


def alert(number: int) -> AlertState:
    """An alert whose frame has about 813 bytes."""
    return AlertState(
        channel=str(CHANNEL),
        number=number,
        kind=AlertKind.TRADE_PROPOSED,
        raised_at=datetime(2026, 11, 24, tzinfo=UTC),
        about=READER,
        body=BODY,
    )


class Everybody:
    """Lets anybody in and keeps an inbox of which nothing needs to be read."""

    def __init__(self) -> None:
        self.last = 0

    async def verify(self, _token: str) -> Identity:
        return Identity("bench", READER, frozenset(), datetime.now(UTC) + timedelta(hours=9))

    async def may_subscribe(self, _identity: Identity, _channel: Channel) -> bool:
        return True

    async def read(self, _channel: Channel, _after: int, _limit: int) -> Sequence[AlertState]:
        return ()

    async def head(self, _channel: Channel) -> InboxHead:
        return InboxHead(1, self.last)


async def ours(port: int) -> Cast:
    """The push server as it is deployed."""
    hub, everybody = Hub(), Everybody()
    ports = PushPorts(everybody, everybody, everybody, hub, lambda: datetime.now(UTC))
    await PushServer(ports).start("127.0.0.1", port)

    async def cast(frames: int) -> None:
        for _ in range(frames):
            everybody.last += 1
            hub.publish([Frame.of(alert(everybody.last))])
            await asyncio.sleep(0)

    return cast


async def raw(port: int) -> Cast:
    """Ready bytes into every socket."""
    served: list[asyncio.Transport] = []
    await asyncio.get_running_loop().create_server(lambda: RawPush(served), "127.0.0.1", port)
    frame = frame_of(Frame.of(alert(1)).data)

    async def cast(frames: int) -> None:
        for _ in range(frames):
            for transport in served:
                transport.write(frame)
            await asyncio.sleep(0)

    return cast


async def fastapi(port: int) -> Cast:
    """FastAPI on uvicorn with the deflate that is usual."""
    app, sockets = FastAPI(), list[WebSocket]()

    @app.websocket("/")
    async def listen(socket: WebSocket) -> None:
        await socket.accept()
        sockets.append(socket)
        async for _text in socket.iter_text():
            pass

    config = uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    asyncio.get_running_loop().kept = asyncio.create_task(server.serve())  # type: ignore[attr-defined]
    text = Frame.of(alert(1)).data.decode()

    async def cast(frames: int) -> None:
        for _ in range(frames):
            await asyncio.gather(*(socket.send_text(text) for socket in sockets))

    return cast


async def serve(kind: str) -> None:
    """Serve, and cast when told."""
    cast = await {"ours": ours, "raw": raw, "fastapi": fastapi}[kind](int(os.environ["KRINGMARKT_PORT"]))
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        start = process_time()
        await cast(int(line.split()[1]))
        for _ in range(20):
            await asyncio.sleep(0.01)
        sys.stdout.write(f"{process_time() - start}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
