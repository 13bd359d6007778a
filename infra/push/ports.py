"""What a websocket connection needs from outside, and the limits it keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from infra.identity.tokens import Identity
from infra.push.hub import Hub
from infra.push.protocol import MAX_FRAME_BYTES
from notifications.model import Channel
from notifications.ports import InboxReader


class Authenticator(Protocol):
    """Knows whose a token is: `infra.identity.tokens.TokenVerifier`."""

    async def verify(self, token: str) -> Identity:
        """The identity behind `token`; raises a Refusal, such as NotAuthenticated, whose detail the client reads."""
        ...


class Permissions(Protocol):
    """Knows who may hear what."""

    async def may_subscribe(self, identity: Identity, channel: Channel) -> bool:
        """Whether `identity` may hear `channel`; `notifications.routing.may_hear` has the rule."""
        ...


@dataclass(frozen=True, slots=True)
class PushPorts:
    """Everything a connection touches. `inbox` reads whatever was committed before the hub publishes it."""

    authenticator: Authenticator
    permissions: Permissions
    inbox: InboxReader
    hub: Hub
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds and sizes of one connection.

    `ping_s`: how often the websocket layer pings, and how long it waits for the answer.
    """

    authenticate_within_s: float = 10
    heartbeat_s: float = 20
    ping_s: float = 20
    close_within_s: float = 5
    queue_frames: int = 1000
    page_alerts: int = 500
    bad_frames: int = 10
    channels: int = 100
    frame_bytes: int = MAX_FRAME_BYTES
