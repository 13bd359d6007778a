"""An OpenID Connect issuer on loopback, which can rotate its keys, answer nonsense, hang and go away."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.ports import free_ports
from tests.unit.infra.identity.signing import public_jwk


@dataclass
class Issuer:
    """What it answers, and how often it was asked."""

    port: int
    keys: dict[str, EllipticCurvePrivateKey] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    instead: dict[str, Response] = field(default_factory=dict)
    """Answers to give instead of the right ones, by path."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody asks."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers wait for it."""

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def address(self) -> str:
        """How it names itself."""
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Starlette:
        """Discovery and keys."""
        paths = ("/.well-known/openid-configuration", "/keys")
        return Starlette(routes=[Route(path, self._answer) for path in paths])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        self.arrived.set()
        await self.gate.wait()
        if request.url.path in self.instead:
            return self.instead[request.url.path]
        return as_json(self._jwks() if request.url.path == "/keys" else self._discovery())

    def _discovery(self) -> dict[str, Any]:
        return {"issuer": self.address, "jwks_uri": f"{self.address}/keys"}

    def _jwks(self) -> dict[str, Any]:
        return {"keys": [public_jwk(key, name) for name, key in self.keys.items()]}


def as_json(value: Any) -> Response:
    """A JSON answer."""
    return Response(json.dumps(value), media_type="application/json")


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
async def served(issuer: Issuer) -> AsyncIterator[Issuer]:
    """The issuer, listening."""
    config = uvicorn.Config(issuer.app(), "127.0.0.1", issuer.port, log_config=None, lifespan="off", ws="none")
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        await server.listening.wait()
    try:
        yield issuer
    finally:
        server.should_exit = server.force_exit = True
        await running


def new_issuer() -> Issuer:
    """An issuer on a free port, not listening yet."""
    return Issuer(free_ports(1)[0])
