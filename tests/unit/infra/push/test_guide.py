"""The guide shows frames that exist, and names every code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.events.alerts import AlertKind, AlertState
from infra.push import protocol
from infra.push.protocol import EXPECTED, CloseCode, ErrorCode
from notifications.inbox import StartAgainReason

GUIDE = (Path(__file__).parents[4] / "docs" / "guides" / "websocket.md").read_text(encoding="utf-8")
FRAMES: list[dict[str, Any]] = [
    json.loads(line)
    for block in re.findall(r"```json\n(.*?)```", GUIDE, flags=re.DOTALL)
    for line in block.splitlines()
]
FROM_SERVER = {"welcome", "subscribed", "unsubscribed", "alert", "start_again", "heartbeat", "pong", "error"}


def test_the_guide_shows_every_frame() -> None:
    assert {frame["type"] for frame in FRAMES} == set(EXPECTED) | FROM_SERVER


@pytest.mark.parametrize("kind", EXPECTED)
def test_what_the_guide_sends_can_be_read(kind: str) -> None:
    for frame in FRAMES:
        if frame["type"] == kind:
            protocol.parse(json.dumps(frame))


def test_the_alert_in_the_guide_is_an_alert() -> None:
    (frame,) = (frame for frame in FRAMES if frame["type"] == "alert")
    assert json.loads(protocol.alert(AlertState.model_validate(frame["alert"]))) == frame


def test_the_error_in_the_guide_is_what_the_parser_says() -> None:
    (shown,) = (frame for frame in FRAMES if frame["type"] == "error")
    with pytest.raises(protocol.BadFrame) as refused:
        protocol.parse('{"type":"subscribe","channel":5}')
    assert json.loads(protocol.error(refused.value.problem)) == shown


@pytest.mark.parametrize("word", [*ErrorCode, *StartAgainReason, *AlertKind])
def test_the_guide_names_every_word(word: str) -> None:
    assert f"`{word}`" in GUIDE


@pytest.mark.parametrize("code", CloseCode)
def test_the_guide_explains_every_close_code(code: CloseCode) -> None:
    assert f"| {code.value} |" in GUIDE
