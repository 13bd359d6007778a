"""Version 1 of the websocket protocol `kringmarkt.v1`: frames, error codes and close codes, without any I/O.

Every frame is one JSON object in one text frame; `type` names it. Fields that a side does not know are ignored,
so that the other may add some. docs/guides/websocket.md describes the protocol for those who write a client.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import orjson
from websockets import Subprotocol

from contracts.events.alerts import AlertState
from notifications.inbox import StartAgainReason
from notifications.model import Channel, InboxHead

SUBPROTOCOL = Subprotocol("kringmarkt.v1")
VERSION = 1
MAX_FRAME_BYTES = 64 * 1024
# The largest whole number that JavaScript and a Postgres bigint both hold exactly.
MAX_NUMBER = 2**53 - 1
_QUOTED = 120


class ErrorCode(StrEnum):
    """What was wrong, in the field `code` of an error frame."""

    NOT_JSON = "not_json"
    BINARY_FRAME = "binary_frame"
    UNKNOWN_TYPE = "unknown_type"
    BAD_FIELD = "bad_field"
    NOT_AUTHENTICATED = "not_authenticated"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - the name of an error
    OTHER_ORGANISATION = "other_organisation"
    UNKNOWN_CHANNEL = "unknown_channel"
    FORBIDDEN_CHANNEL = "forbidden_channel"
    NOT_SUBSCRIBED = "not_subscribed"
    TOO_MANY_CHANNELS = "too_many_channels"


class CloseCode(IntEnum):
    """Why the server closed; 4000 and up are ours, the others are those of RFC 6455 and its registry."""

    GOING_AWAY = 1001
    INTERNAL_ERROR = 1011
    NOT_AUTHENTICATED = 4001
    TOO_MANY_BAD_FRAMES = 4002
    TOKEN_EXPIRED = 4003
    TOO_SLOW = 4008


class Authenticate(msgspec.Struct, frozen=True, tag="authenticate"):
    """Says who is asking; again on the same connection: a fresh token."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=16_384)]


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe"):
    """Asks for the alerts of a channel with a number above `after`; None: only those from now on."""

    channel: str
    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)] | None = None


class Unsubscribe(msgspec.Struct, frozen=True, tag="unsubscribe"):
    """Asks for no more alerts of a channel."""

    channel: str


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Asks for a pong with the same id."""

    id: (
        Annotated[str, msgspec.Meta(max_length=100)]
        | Annotated[int, msgspec.Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
        | None
    ) = None


ClientFrame = Authenticate | Subscribe | Unsubscribe | Ping

EXPECTED = {
    "authenticate": '{"type":"authenticate","token":text}',
    "subscribe": '{"type":"subscribe","channel":text,"after":number from 0 or null}',
    "unsubscribe": '{"type":"unsubscribe","channel":text}',
    "ping": '{"type":"ping","id":text of at most 100 characters, number or null}',
}
_ANY_FRAME = "one JSON object in a text frame, with as type one of " + ", ".join(EXPECTED)
_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)


class _Typed(msgspec.Struct):
    type: str


_type_decoder = msgspec.json.Decoder(_Typed)


@dataclass(frozen=True, slots=True)
class Problem:
    """The contents of an error frame. `got` never repeats a token."""

    code: ErrorCode
    detail: str
    got: str | None = None
    expected: str | None = None


class BadFrame(ValueError):
    """A client frame that cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def parse(message: str | bytes) -> ClientFrame:
    """Read a client frame; raises BadFrame whatever the client sent."""
    if not isinstance(message, str):
        raise _bad(ErrorCode.BINARY_FRAME, "frames are text", f"a binary frame of {len(message)} bytes", _ANY_FRAME)
    try:
        return _decoder.decode(message)
    except msgspec.ValidationError as error:
        raise _wrong_field(message, str(error)) from None
    except (ValueError, RecursionError):  # msgspec.DecodeError is a ValueError; nesting too deep is a RecursionError
        raise _bad(
            ErrorCode.NOT_JSON, "the frame is not JSON", f"text of {len(message)} characters", _ANY_FRAME
        ) from None


def _wrong_field(message: str, reason: str) -> BadFrame:
    """What is wrong with a frame that is JSON: its type, or a field of a known type."""
    try:
        given = _type_decoder.decode(message).type
    except (ValueError, RecursionError):
        return _bad(ErrorCode.UNKNOWN_TYPE, "the frame has no type", _short(_lower(reason)), _ANY_FRAME)
    if given not in EXPECTED:
        return _bad(ErrorCode.UNKNOWN_TYPE, "there is no such type of frame", f"type {_short(given)!r}", _ANY_FRAME)
    return _bad(ErrorCode.BAD_FIELD, f"a field of {given!r} is wrong", _short(_lower(reason)), EXPECTED[given])


def _bad(code: ErrorCode, detail: str, got: str, expected: str) -> BadFrame:
    return BadFrame(Problem(code, f"{detail}: {got}. Expected: {expected}", got, expected))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "..."


def welcome(organisation_id: UUID, heartbeat_s: float) -> bytes:
    """The answer to a good token."""
    return orjson.dumps(
        {
            "type": "welcome",
            "protocol": VERSION,
            "organisation_id": str(organisation_id),
            "heartbeat_s": heartbeat_s,
        }
    )


def subscribed(channel: Channel, head: InboxHead, after: int) -> bytes:
    """Alerts of `channel` above `after` follow; the inbox holds `head`."""
    return orjson.dumps(
        {"type": "subscribed", "channel": str(channel), "first": head.first, "last": head.last, "after": after}
    )


def unsubscribed(channel: Channel) -> bytes:
    """No alert of `channel` follows."""
    return orjson.dumps({"type": "unsubscribed", "channel": str(channel)})


def start_again(channel: Channel, head: InboxHead, reason: StartAgainReason) -> bytes:
    """The client cannot go on from where it was; `read` is where it finds all that is kept."""
    query = urlencode({"channel": str(channel), "after": head.first - 1})
    return orjson.dumps(
        {
            "type": "start_again",
            "channel": str(channel),
            "first": head.first,
            "last": head.last,
            "reason": reason.value,
            "read": f"/v1/alerts?{query}",
        }
    )


def alert(state: AlertState) -> bytes:
    """One alert; the same bytes go to everybody who listens."""
    return alert_around(state.channel, state.number, state.model_dump_json().encode())


def alert_around(channel: str, number: int, alert: bytes) -> bytes:
    """The same, of an alert that is JSON already."""
    return b'{"type":"alert","channel":%b,"number":%d,"alert":%b}' % (orjson.dumps(channel), number, alert)


def text_frame(text: bytes) -> bytes:
    """The websocket frame of a whole text as a server sends it: final, unmasked, without extensions (RFC 6455, 5.2)."""
    length = len(text)
    if length < 126:
        return bytes((0x81, length)) + text
    size = b"\x7e" + length.to_bytes(2, "big") if length < 65536 else b"\x7f" + length.to_bytes(8, "big")
    return b"\x81" + size + text


def heartbeat(at: datetime) -> bytes:
    """A sign of life; `at` in UTC."""
    return orjson.dumps({"type": "heartbeat", "at": at.isoformat()})


def pong(ping_id: str | int | None) -> bytes:
    """The answer to a ping."""
    return orjson.dumps({"type": "pong", "id": ping_id})


def error(problem: Problem) -> bytes:
    """Something is wrong; the connection stays, unless a close follows."""
    return orjson.dumps(
        {
            "type": "error",
            "code": problem.code.value,
            "detail": problem.detail,
            "got": problem.got,
            "expected": problem.expected,
        }
    )
