"""An alert is numbered in the inbox of one channel, and its body is free for what that reader may see."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from contracts.events.alerts import AlertKind, AlertRaised, AlertState
from contracts.upcasts import read
from tests.contracts.example_events import example_bytes, example_event

ALERT: dict[str, Any] = orjson.loads(example_bytes("alert.raised.v1"))["data"]["alert"]


def test_an_alert_is_in_the_lane_of_its_channel() -> None:
    event = example_event("alert.raised.v1")
    data = read(event)

    assert isinstance(data, AlertRaised)
    assert event.view.partitionkey == event.view.subject == data.alert.channel


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_of_alert_can_be_told(kind: AlertKind) -> None:
    alert = AlertState.model_validate(ALERT | {"kind": kind.value})

    assert AlertState.model_validate_json(alert.model_dump_json()).kind is kind


@pytest.mark.parametrize("body", [{}, {"title_nl": "Hout"}, {"parts": [{"name": "place", "value": 0.4}], "n": None}])
def test_a_body_is_carried_as_it_is(body: dict[str, Any]) -> None:
    alert = AlertState.model_validate(ALERT | {"body": body})

    AlertRaised(alert=alert).refuse_undeclared()
    assert AlertState.model_validate_json(alert.model_dump_json()).body == body


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "gossip"), ("number", "x"), ("raised_at", "2026-11-16T08:30:00")]
)
def test_a_wrong_alert_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError, match=field):
        AlertState.model_validate(ALERT | {field: value})
