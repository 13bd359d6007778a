"""Frames: what is read, what is refused and how, and what is written."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from contracts.events.alerts import AlertKind, AlertState
from infra.push import protocol
from infra.push.protocol import (
    EXPECTED,
    MAX_NUMBER,
    Authenticate,
    BadFrame,
    ErrorCode,
    Ping,
    Problem,
    Subscribe,
    Unsubscribe,
)
from notifications.inbox import StartAgainReason
from notifications.model import Channel, InboxHead

ID = UUID("0f5b2a34-9e55-4c1e-8a3f-2f6d3a1b7c90")
CHANNEL = Channel.of_search(ID)


def problem_of(message: str | bytes) -> Problem:
    with pytest.raises(BadFrame) as refused:
        protocol.parse(message)
    return refused.value.problem


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        ('{"type":"authenticate","token":"t"}', Authenticate("t")),
        ('{"type":"subscribe","channel":"search:1","after":7}', Subscribe("search:1", 7)),
        ('{"type":"subscribe","channel":"search:1","after":null}', Subscribe("search:1", None)),
        ('{"channel":"search:1","type":"subscribe"}', Subscribe("search:1", None)),
        ('{"type":"unsubscribe","channel":"search:1"}', Unsubscribe("search:1")),
        ('{"type":"ping","id":"a"}', Ping("a")),
        ('{"type":"ping","id":3}', Ping(3)),
        ('{"type":"ping","of_a_later_version":[{}]}', Ping(None)),
    ],
)
def test_a_good_frame_is_read(message: str, frame: protocol.ClientFrame) -> None:
    assert protocol.parse(message) == frame


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b'{"type":"ping"}', ErrorCode.BINARY_FRAME),
        ("", ErrorCode.NOT_JSON),
        ("{", ErrorCode.NOT_JSON),
        ('{"type":"ping"} {"type":"ping"}', ErrorCode.NOT_JSON),
        ("[" * 60_000, ErrorCode.UNKNOWN_TYPE),
        ('{"type":"ping","x":' + "[" * 30_000 + "]" * 30_000 + "}", ErrorCode.NOT_JSON),
        ("[]", ErrorCode.UNKNOWN_TYPE),
        ("null", ErrorCode.UNKNOWN_TYPE),
        ("{}", ErrorCode.UNKNOWN_TYPE),
        ('{"type":7}', ErrorCode.UNKNOWN_TYPE),
        ('{"type":"shout"}', ErrorCode.UNKNOWN_TYPE),
        ('{"type":"' + "x" * 60_000 + '"}', ErrorCode.UNKNOWN_TYPE),
        ('{"type":"\\ud800"}', ErrorCode.NOT_JSON),
        ('{"type":"authenticate"}', ErrorCode.BAD_FIELD),
        ('{"type":"authenticate","token":""}', ErrorCode.BAD_FIELD),
        ('{"type":"authenticate","token":["a"]}', ErrorCode.BAD_FIELD),
        ('{"type":"subscribe","after":1}', ErrorCode.BAD_FIELD),
        ('{"type":"subscribe","channel":"search:1","after":-1}', ErrorCode.BAD_FIELD),
        ('{"type":"subscribe","channel":"search:1","after":1.5}', ErrorCode.BAD_FIELD),
        ('{"type":"subscribe","channel":"search:1","after":"1"}', ErrorCode.BAD_FIELD),
        ('{"type":"subscribe","channel":"search:1","after":9007199254740992}', ErrorCode.BAD_FIELD),
        ('{"type":"ping","id":{}}', ErrorCode.BAD_FIELD),
        ('{"type":"ping","id":1e999}', ErrorCode.BAD_FIELD),
    ],
)
def test_a_bad_frame_is_refused_with_what_was_got_and_what_was_expected(message: str | bytes, code: ErrorCode) -> None:
    problem = problem_of(message)
    assert problem.code is code
    assert problem.got
    assert problem.expected
    assert problem.got in problem.detail
    assert len(protocol.error(problem)) < 1000


def test_a_bad_field_names_the_field_and_shows_the_whole_frame_that_was_expected() -> None:
    problem = problem_of('{"type":"subscribe","channel":5}')
    assert problem.got is not None
    assert "$.channel" in problem.got
    assert problem.expected == EXPECTED["subscribe"]


def test_a_token_is_never_repeated() -> None:
    for message in ('{"type":"authenticate","token":"s3cret"', '{"type":"authenticate","token":["s3cret"]}'):
        assert "s3cret" not in str(problem_of(message))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["type", "channel", "after", "token", "id"]), inner)
    ),
)
NEARLY = st.fixed_dictionaries(
    {"type": st.sampled_from([*EXPECTED, "other"])},
    optional=dict.fromkeys(("channel", "after", "token", "id"), JSON),
)


@given(
    message=st.text() | st.binary() | JSON.map(lambda value: _dumps(value)) | NEARLY.map(lambda value: _dumps(value))
)
def test_whatever_comes_in_gives_a_frame_or_a_bad_frame(message: str | bytes) -> None:
    try:
        frame: protocol.ClientFrame | None = protocol.parse(message)
    except BadFrame as bad:
        frame, answer = None, protocol.error(bad.problem)
    else:
        answer = protocol.pong(frame.id) if isinstance(frame, Ping) else b"{}"
    assert isinstance(orjson.loads(answer), dict)
    if isinstance(frame, Subscribe):
        assert frame.after is None or 0 <= frame.after <= MAX_NUMBER
        frame.channel.encode()


def _dumps(value: Any) -> str:
    """With the standard library, which also writes NaN and numbers of any size, as a hostile client may."""
    return json.dumps(value)


def test_server_frames_are_what_the_guide_says() -> None:
    head = InboxHead(3, 9)
    at = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    name = f"search:{ID}"
    assert [
        orjson.loads(frame)
        for frame in (
            protocol.welcome(ID, 20),
            protocol.subscribed(CHANNEL, head, 5),
            protocol.unsubscribed(CHANNEL),
            protocol.start_again(CHANNEL, head, StartAgainReason.HISTORY_GONE),
            protocol.heartbeat(at),
            protocol.pong("x"),
            protocol.error(Problem(ErrorCode.NOT_JSON, "d", "g", "e")),
        )
    ] == [
        {"type": "welcome", "protocol": 1, "organisation_id": str(ID), "heartbeat_s": 20},
        {"type": "subscribed", "channel": name, "first": 3, "last": 9, "after": 5},
        {"type": "unsubscribed", "channel": name},
        {
            "type": "start_again",
            "channel": name,
            "first": 3,
            "last": 9,
            "reason": "history_gone",
            "read": f"/v1/alerts?channel=search%3A{ID}&after=2",
        },
        {"type": "heartbeat", "at": "2026-03-04T09:30:00+00:00"},
        {"type": "pong", "id": "x"},
        {"type": "error", "code": "not_json", "detail": "d", "got": "g", "expected": "e"},
    ]


def test_an_alert_frame_holds_the_whole_alert() -> None:
    state = AlertState(
        channel=str(CHANNEL),
        number=4,
        kind=AlertKind.LISTING_FOUND,
        raised_at=datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
        about=ID,
        body={"title": 'Één "lot"', "score": 0.5, "none": None},
    )
    frame = orjson.loads(protocol.alert(state))
    assert (frame["type"], frame["channel"], frame["number"]) == ("alert", str(CHANNEL), 4)
    assert AlertState.model_validate(frame["alert"]) == state


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_a_ready_frame_is_the_one_that_the_library_would_send(length: int) -> None:
    text = b"x" * length
    assert protocol.text_frame(text) == Frame(Opcode.TEXT, text).serialize(mask=False)
