"""A push server on loopback with in-memory ports, and a client that speaks the protocol."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID, uuid4

import orjson
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from contracts.events.alerts import AlertState
from infra.identity.tokens import Identity, NotAuthenticated
from infra.push.hub import Hub
from infra.push.permissions import OwnChannels
from infra.push.ports import Limits, PushPorts
from infra.push.server import PushServer
from notifications.model import Channel, SearchCard
from tests.unit.notifications.fakes import InMemoryDirectory, InMemoryInbox
from tests.unit.notifications.promises import NOW, draft

WITHIN_S = 20
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def identity(organisation_id: UUID, expires_at: datetime = LATER) -> Identity:
    """Somebody who acts for an organisation."""
    return Identity("somebody", organisation_id, frozenset(), expires_at)


class Tokens:
    """An authenticator with a dictionary."""

    def __init__(self) -> None:
        self.identities: dict[str, Identity] = {}

    async def verify(self, token: str) -> Identity:
        if token not in self.identities:
            raise NotAuthenticated("got a token that nobody has; expected one from POST /v1/tokens")
        return self.identities[token]


class World:
    """Everything around the connections: who may come in, the inboxes, and the hub that is told of them."""

    def __init__(self, **limits: Any) -> None:
        self.limits = Limits(**limits)
        self.tokens = Tokens()
        self.inbox = InMemoryInbox()
        self.directory = InMemoryDirectory()
        self.hub = Hub()
        permissions = OwnChannels(self.directory.search)
        self.ports = PushPorts(self.tokens, permissions, self.inbox, self.hub, lambda: datetime.now(UTC))
        self.closed: asyncio.Queue[str] = asyncio.Queue()
        self.server = PushServer(self.ports, self.limits, on_closed=self.closed.put_nowait)
        self.organisation_id = uuid4()
        self.channel = Channel.of_organisation(self.organisation_id)
        self.token = self.token_for(self.organisation_id)

    def token_for(self, organisation_id: UUID, expires_at: datetime = LATER) -> str:
        token = f"token-{uuid4()}"
        self.tokens.identities[token] = identity(organisation_id, expires_at)
        return token

    async def next_closed(self) -> str:
        """Why the next connection ended, as soon as it has."""
        async with asyncio.timeout(WITHIN_S):
            return await self.closed.get()

    async def own_search(self) -> Channel:
        search = SearchCard(uuid4(), 1, self.organisation_id, "Bakstenen")
        await self.directory.put_search(search)
        return Channel.of_search(search.search_id)

    async def store(self, count: int, channel: Channel | None = None, text: str = "") -> list[AlertState]:
        """Store alerts without telling the hub."""
        drafts = [draft(channel or self.channel, str(uuid4()), text=text) for _ in range(count)]
        return list(await self.inbox.append(drafts, NOW))

    async def raise_alerts(self, count: int, channel: Channel | None = None, text: str = "") -> int:
        """Store alerts and tell the hub; returns how many frames went out."""
        return self.hub.publish(await self.store(count, channel, text))

    @asynccontextmanager
    async def client(self, token: str | None = None, **options: Any) -> AsyncIterator["Client"]:
        """A client that is let in: with the world's own token unless another is given."""
        async with self.stranger(**options) as client:
            await client.say(type="authenticate", token=token or self.token)
            assert (await client.hear())["type"] == "welcome"
            yield client

    @asynccontextmanager
    async def stranger(self, **options: Any) -> AsyncIterator["Client"]:
        """A client that has not said who it is."""
        options = {"subprotocols": [Subprotocol("kringmarkt.v1")], "compression": None, **options}
        async with connect(f"ws://127.0.0.1:{self.server.port}", **options) as connection:
            yield Client(connection)


class Client:
    """Sends and hears frames as dictionaries; heartbeats are left out unless asked for."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **frame: Any) -> None:
        await self.connection.send(orjson.dumps(frame), text=True)

    async def hear(self, *, heartbeats: bool = False) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN_S):
            while True:
                frame: dict[str, Any] = orjson.loads(await self.connection.recv())
                if heartbeats or frame["type"] != "heartbeat":
                    return frame

    async def subscribe(self, channel: Channel, after: int | None = None) -> dict[str, Any]:
        await self.say(type="subscribe", channel=str(channel), after=after)
        return await self.hear()

    async def numbers(self, count: int) -> list[int]:
        frames = [await self.hear() for _ in range(count)]
        assert {frame["type"] for frame in frames} <= {"alert"}, frames
        return [frame["number"] for frame in frames]

    async def nothing_more(self) -> Self:
        """Assert that no alert was on its way: the answer to a ping is the next frame."""
        await self.say(type="ping", id="nothing more?")
        assert await self.hear() == {"type": "pong", "id": "nothing more?"}
        return self

    async def close_code(self) -> int:
        """Read on until the server closes."""
        try:
            while True:
                await self.hear()
        except ConnectionClosed:
            assert self.connection.close_code is not None
            return self.connection.close_code


@asynccontextmanager
async def running(**limits: Any) -> AsyncIterator[World]:
    """A world whose server listens on a free port of loopback."""
    world = World(**limits)
    async with await world.server.start("127.0.0.1", 0):
        yield world
