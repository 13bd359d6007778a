"""The websocket server: the `websockets` library without per-message deflate, one `Session` per connection.

Deflate is left out because it costs more time and memory per connection than sending the frame does, and alerts
are small.
"""

from collections.abc import Callable, Sequence
from socket import socket
from types import TracebackType
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import NegotiationError
from websockets.typing import Origin, Subprotocol

from infra.metrics import PUSH_CLOSED, PUSH_CONNECTIONS
from infra.push.ports import Limits, PushPorts
from infra.push.protocol import SUBPROTOCOL, CloseCode
from infra.push.session import Session, going_away

COME_BACK_WITHIN_S = 5


def _spoken(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Our protocol, for a client that offers it or offers none; raises NegotiationError for another one."""
    if offered and SUBPROTOCOL not in offered:
        raise NegotiationError(f"this server speaks {SUBPROTOCOL} only; offer that, or no subprotocol")
    return SUBPROTOCOL if offered else None


class PushServer:
    """Serves websockets between `start` and `stop`; also an asynchronous context manager once started.

    `origins` None: pages of any origin may connect. They need a token, and no cookie is looked at, so that another
    site cannot borrow a signed-in browser. `on_closed` is told of every connection that ended: `client_left`,
    `too_slow` and so on, for counting.
    """

    def __init__(
        self,
        ports: PushPorts,
        limits: Limits | None = None,
        origins: Sequence[str] | None = None,
        on_closed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._on_closed = on_closed
        self._ports = ports
        self._limits = limits or Limits()
        self._origins = [Origin(origin) for origin in origins] if origins is not None else None
        self._sessions: set[Session] = set()
        self._server: Server | None = None
        self._stopping = False

    @property
    def connections(self) -> int:
        """How many connections are served now."""
        return len(self._sessions)

    @property
    def port(self) -> int:
        """The TCP port that is listened on; raises RuntimeError when none is."""
        sockets = tuple(self._server.sockets) if self._server else ()
        if not sockets:
            raise RuntimeError("the push server listens to no port: start it first")
        port: int = sockets[0].getsockname()[1]
        return port

    async def start(self, host: str | None = None, port: int | None = None, sock: socket | None = None) -> Self:
        """Listen on `host` and `port` (0: any free one) or on `sock`; raises OSError when that cannot be done."""
        address = {"sock": sock} if sock is not None else {"host": host, "port": port}
        self._server = await serve(
            self._serve,
            **address,
            subprotocols=[SUBPROTOCOL],
            select_subprotocol=_spoken,
            origins=self._origins,
            compression=None,
            max_size=self._limits.frame_bytes,
            ping_interval=self._limits.ping_s,
            ping_timeout=self._limits.ping_s,
            close_timeout=self._limits.close_within_s,
        )
        return self

    async def stop(self) -> None:
        """Refuse new connections, close all others with 1001, and wait until they are closed.

        They are told to come back after different times: otherwise all would come at the same moment.
        The sessions close their own sockets: the library's own closing waits without limit for a client that
        does not read.
        """
        if self._server is None:
            return
        self._stopping = True
        self._server.close(close_connections=False)
        for number, session in enumerate(self._sessions):
            session.end(going_away(1 + number % COME_BACK_WITHIN_S))
        await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _serve(self, connection: ServerConnection) -> None:
        session = Session(connection, self._ports, self._limits)
        if self._stopping:
            session.end(going_away(COME_BACK_WITHIN_S))
        self._sessions.add(session)
        PUSH_CONNECTIONS.inc()
        ended = CloseCode.INTERNAL_ERROR.name
        try:
            code = await session.run()
            ended = code.name if code else "CLIENT_LEFT"
        finally:
            self._sessions.discard(session)
            PUSH_CONNECTIONS.dec()
            PUSH_CLOSED.labels(ended.lower()).inc()
            self._on_closed(ended.lower())
