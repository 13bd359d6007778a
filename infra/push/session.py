"""One websocket connection: who it is, what it listens to, and when it ends.

A session is a few tasks in one group: reading frames, sending the outbox, watching the identity, the heartbeat,
and one per subscription. Whatever ends the session does so by one sentence, `end(Closing)`, which the group
turns into the end of all of them; then the socket is closed, within a time limit, because a client that does not
read would otherwise keep us waiting for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from contracts.problems import Refusal
from infra.identity.tokens import Identity
from infra.push import protocol
from infra.push.hub import Frame
from infra.push.outbox import Outbox
from infra.push.ports import Limits, PushPorts
from infra.push.protocol import CloseCode, ErrorCode, Problem
from infra.push.subscription import Subscription
from notifications.errors import UnknownChannel
from notifications.inbox import start_again
from notifications.model import Channel

BEARER = "Bearer "
KEEPS_UP_BYTES = 16 * 1024
"""More than this still to be taken by the client's machine: then its frames queue, and are counted."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Why a session ends. `code` None: the client left. `flush`: what is queued is sent first."""

    code: CloseCode | None
    reason: str = ""
    flush: bool = True


LEFT = Closing(None, flush=False)
NOT_AUTHENTICATED = Closing(CloseCode.NOT_AUTHENTICATED, "not authenticated")
TOO_MANY_BAD_FRAMES = Closing(CloseCode.TOO_MANY_BAD_FRAMES, "too many bad frames")
TOKEN_EXPIRED = Closing(CloseCode.TOKEN_EXPIRED, "token expired: connect again with a new one")
TOO_SLOW = Closing(CloseCode.TOO_SLOW, "too slow: connect again and subscribe after your last number", flush=False)
INTERNAL_ERROR = Closing(CloseCode.INTERNAL_ERROR, "internal error", flush=False)


def going_away(seconds: int) -> Closing:
    """The service stops; the client is told after how many seconds to come back."""
    hint = f"the service stops: connect again in {seconds} s and subscribe after your last number"
    return Closing(CloseCode.GOING_AWAY, hint)


class _Ended(Exception):
    """Raised inside the group of tasks to end all of them."""


@dataclass(frozen=True, slots=True)
class _Listening:
    subscription: Subscription
    task: asyncio.Task[None]


class Session:
    """Serves one connection until it ends; `run` returns the close code, None when the client left."""

    def __init__(self, connection: ServerConnection, ports: PushPorts, limits: Limits) -> None:
        self._connection = connection
        self._ports = ports
        self._limits = limits
        self._outbox = Outbox(limits.queue_frames, lambda: self.end(TOO_SLOW), self._write_at_once)
        self._identity: Identity | None = None
        self._identified = asyncio.Event()
        self._listening: dict[Channel, _Listening] = {}
        self._bad_frames = 0
        self._closing: Closing | None = None
        self._ended = asyncio.Event()

    def end(self, closing: Closing) -> None:
        """End the session soon; the first reason given counts."""
        if self._closing is None:
            self._closing = closing
            self._ended.set()

    async def run(self) -> CloseCode | None:
        """Serve the connection; an unexpected error closes it with 1011 and is raised."""
        try:
            await self._serve()
        except BaseException:
            self._closing = INTERNAL_ERROR
            raise
        finally:
            self._leave_all()
            await self._close(self._closing or LEFT)
        return self._closing.code if self._closing else None

    async def _serve(self) -> None:
        works = (self._until_ended, self._receive, self._send, self._watch_identity, self._heartbeat)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                for work in works:
                    self._tasks.create_task(work())
        except* _Ended:
            pass

    async def _until_ended(self) -> None:
        await self._ended.wait()
        raise _Ended

    async def _receive(self) -> None:
        """Handle the frames of the client, one after the other."""
        await self._authenticate_by_header()
        with suppress(ConnectionClosed):
            while self._closing is None:
                await self._handle(await self._connection.recv())
        self.end(LEFT)

    async def _send(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                await self._send_one(await self._outbox.take())
        self.end(LEFT)

    async def _send_one(self, data: bytes) -> None:
        """Write at once when the socket has taken everything before (a quarter cheaper); else wait for room."""
        if self._connection.transport.get_write_buffer_size() == 0:
            broadcast((self._connection,), data, text=True)
        else:
            await self._connection.send(data, text=True)

    def _write_at_once(self, frame: Frame) -> bool:
        """Hand the ready frame to the socket, when the connection is open and the client keeps up.

        It stands in the order of sending: whatever was sent before lies in the buffer of the same socket.
        """
        connection = self._connection
        transport = connection.transport
        if not frame.wire or connection.state is not State.OPEN or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > KEEPS_UP_BYTES:
            return False
        transport.write(frame.wire)
        return True

    async def _handle(self, message: str | bytes) -> None:
        try:
            frame = protocol.parse(message)
        except protocol.BadFrame as bad:
            self._complain(bad.problem)
            self._bad_frames += 1
            if self._bad_frames >= self._limits.bad_frames:
                self.end(TOO_MANY_BAD_FRAMES)
            return
        if self._identity is None and type(frame) in NEEDS_IDENTITY:
            self._refuse_identity("got a request; expected an authenticate frame with a token first")
            return
        await HANDLERS[type(frame)](self, frame)

    def _complain(self, problem: Problem) -> None:
        self._outbox.put(protocol.error(problem))

    # --- who is asking ---

    async def _authenticate_by_header(self) -> None:
        request = self._connection.request
        header = request.headers.get("Authorization") if request else None
        if header is None:
            return
        if header.startswith(BEARER):
            await self._identify(header.removeprefix(BEARER).strip())
        else:
            self._refuse_identity("got another scheme than Bearer; expected `Authorization: Bearer <token>`")

    async def _authenticate(self, frame: protocol.Authenticate) -> None:
        await self._identify(frame.token)

    async def _identify(self, token: str) -> None:
        """Take the identity behind `token`; a later token may renew it, for the same organisation."""
        try:
            identity = await self._ports.authenticator.verify(token)
        except Refusal as refusal:
            self._refuse_identity(refusal.detail)
            return
        known = self._identity
        if known is not None and known.organisation_id != identity.organisation_id:
            detail = "got a token of another organisation; expected a fresh one of the same, or connect again"
            self._complain(Problem(ErrorCode.OTHER_ORGANISATION, detail))
            return
        self._identity = identity
        self._identified.set()
        self._outbox.put(protocol.welcome(identity.organisation_id, self._limits.heartbeat_s))

    def _refuse_identity(self, detail: str) -> None:
        self._complain(Problem(ErrorCode.NOT_AUTHENTICATED, detail))
        self.end(NOT_AUTHENTICATED)

    async def _watch_identity(self) -> None:
        """End the session when nobody says who it is, and when what was said no longer holds."""
        seconds: float | None = self._limits.authenticate_within_s
        try:
            while True:
                async with asyncio.timeout(seconds):
                    await self._identified.wait()
                self._identified.clear()
                seconds = self._seconds_left()
        except TimeoutError:
            if self._identity is None:
                limit = self._limits.authenticate_within_s
                self._refuse_identity(f"got no token within {limit:g} s; expected an authenticate frame")
            else:
                detail = "the token expired; connect again, or send a fresh one before that"
                self._complain(Problem(ErrorCode.TOKEN_EXPIRED, detail))
                self.end(TOKEN_EXPIRED)

    def _seconds_left(self) -> float | None:
        return (self._identity.expires_at - self._ports.now()).total_seconds() if self._identity else None

    # --- what it listens to ---

    async def _subscribe(self, frame: protocol.Subscribe) -> None:
        channel = await self._permitted(frame.channel)
        if channel is None:
            return
        self._leave(channel)
        if len(self._listening) >= self._limits.channels:
            limit = self._limits.channels
            detail = f"got one channel too many; expected at most {limit} on one connection: unsubscribe from some"
            self._complain(Problem(ErrorCode.TOO_MANY_CHANNELS, detail, str(channel), f"at most {limit}"))
            return
        await self._listen(channel, frame.after)

    async def _permitted(self, name: str) -> Channel | None:
        """The channel when this identity may hear it; otherwise the client is told."""
        try:
            channel = Channel.parse(name)
        except UnknownChannel as unknown:
            got, expected = unknown.more["got"], unknown.more["expected"]
            self._complain(Problem(ErrorCode.UNKNOWN_CHANNEL, unknown.detail, got, expected))
            return None
        if self._identity and await self._ports.permissions.may_subscribe(self._identity, channel):
            return channel
        detail = f"got {name}; expected your own organisation's channel or one of its saved searches"
        self._complain(Problem(ErrorCode.FORBIDDEN_CHANNEL, detail, name, "a channel of your own"))
        return None

    async def _listen(self, channel: Channel, after: int | None) -> None:
        """Subscribe, or tell the client to start again. The hub is joined before the inbox is read."""
        inbox = self._ports.inbox
        subscription = Subscription(channel, self._ports.hub, inbox, self._outbox, self._limits.page_alerts)
        try:
            head = await inbox.head(channel)
            reason = start_again(head, after) if after is not None else None
        except BaseException:
            subscription.leave()
            raise
        if reason is not None:
            subscription.leave()
            self._outbox.put(protocol.start_again(channel, head, reason))
            return
        begin = head.last if after is None else after
        self._outbox.put(protocol.subscribed(channel, head, begin))
        task = self._tasks.create_task(self._follow(subscription, begin))
        self._listening[channel] = _Listening(subscription, task)

    async def _follow(self, subscription: Subscription, after: int) -> None:
        """Keep a subscription going; when it cannot go on, the client starts again."""
        reason = await subscription.run(after)
        head = await self._ports.inbox.head(subscription.channel)
        del self._listening[subscription.channel]
        subscription.leave()
        self._outbox.put(protocol.start_again(subscription.channel, head, reason))

    async def _unsubscribe(self, frame: protocol.Unsubscribe) -> None:
        for channel in self._listening:
            if str(channel) == frame.channel:
                self._leave(channel)
                self._outbox.put(protocol.unsubscribed(channel))
                return
        got = frame.channel[:80]
        detail = f"got {got!r}; expected one of the {len(self._listening)} channels you are subscribed to"
        self._complain(Problem(ErrorCode.NOT_SUBSCRIBED, detail, got, "a channel you are subscribed to"))

    async def _ping(self, frame: protocol.Ping) -> None:
        self._outbox.put(protocol.pong(frame.id))

    def _leave(self, channel: Channel) -> None:
        listening = self._listening.pop(channel, None)
        if listening is not None:
            listening.subscription.leave()
            listening.task.cancel()

    def _leave_all(self) -> None:
        for channel in list(self._listening):
            self._leave(channel)

    # --- how it goes on and ends ---

    async def _heartbeat(self) -> None:
        """A sign of life; and the end of a client that took nothing at all since the last one."""
        taken = -1
        while True:
            await asyncio.sleep(self._limits.heartbeat_s)
            if len(self._outbox) and self._outbox.taken == taken:
                self.end(TOO_SLOW)
                return
            taken = self._outbox.taken
            self._outbox.put(protocol.heartbeat(self._ports.now()))

    async def _close(self, closing: Closing) -> None:
        """Close the socket politely, and cut it off when that takes too long."""
        try:
            async with asyncio.timeout(self._limits.close_within_s):
                await self._say_goodbye(closing)
        except TimeoutError:
            self._connection.transport.abort()

    async def _say_goodbye(self, closing: Closing) -> None:
        if closing.code is None:
            return
        with suppress(ConnectionClosed):
            for data in self._outbox.rest() if closing.flush else ():
                await self._connection.send(data, text=True)
            await self._connection.close(closing.code, closing.reason)


Handler = Callable[[Session, Any], Awaitable[None]]

HANDLERS: dict[type[protocol.ClientFrame], Handler] = {
    protocol.Authenticate: Session._authenticate,
    protocol.Subscribe: Session._subscribe,
    protocol.Unsubscribe: Session._unsubscribe,
    protocol.Ping: Session._ping,
}
NEEDS_IDENTITY = frozenset({protocol.Subscribe, protocol.Unsubscribe})
