"""Our events are CloudEvents to others: the official SDK reads what we write, and we read what it writes."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts.envelope import CONTENT_TYPE, Event
from contracts.upcasts import read
from tests.contracts.example_events import PATHS, changed, example_bytes, example_event

EXTENSIONS = {
    "partitionkey": "wood",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "causationid": "6f1c9d7e-4a52-5b0f-9a57-0c4d0f1a2b3c",
    "correlationid": "6f1c9d7e-4a52-5b0f-9a57-0c4d0f1a2b3c",
}


def _plain(raw: bytes) -> dict[str, Any]:
    """The event as values, with `time` as a moment, since +00:00 and Z are the same."""
    event: dict[str, Any] = orjson.loads(raw)
    return event | {"time": datetime.fromisoformat(event["time"])}


@pytest.mark.parametrize("name", PATHS)
def test_the_sdk_reads_and_writes_our_event_without_loss(name: str) -> None:
    ours = example_bytes(name)

    written = JSONFormat().write(JSONFormat().read(CloudEvent, ours))

    assert _plain(written) == _plain(ours)
    assert read(Event.decode(written)) == read(example_event(name))


@pytest.mark.parametrize("name", EXTENSIONS)
def test_the_sdk_keeps_our_extensions(name: str) -> None:
    ours = changed("offer.published.v1", **EXTENSIONS)

    event = JSONFormat().read(CloudEvent, ours)
    back = Event.decode(JSONFormat().write(event))

    assert event.get_extension(name) == EXTENSIONS[name]
    assert getattr(back.view, name) == EXTENSIONS[name]


def test_the_sdk_reads_the_attributes_we_meant() -> None:
    ours = example_event("offer.published.v1")

    event = JSONFormat().read(CloudEvent, ours.raw)

    assert (event.get_id(), event.get_source()) == (ours.view.id, ours.view.source)
    assert (event.get_type(), event.get_subject()) == (ours.view.type, ours.view.subject)
    assert (event.get_dataschema(), event.get_time()) == (ours.view.dataschema, ours.view.time)
    assert event.get_datacontenttype() == "application/json"


def test_we_read_an_event_that_the_sdk_made() -> None:
    now = datetime(2026, 11, 16, 12, tzinfo=UTC)
    data = orjson.loads(example_bytes("organisation.registered.v1"))["data"]
    made = CloudEvent(
        attributes={
            "source": "https://example.org/register",
            "type": "nl.kringmarkt.organisation.registered.v1",
            "subject": "68750110",
            "time": now,
            **EXTENSIONS,
        },
        data=data,
    )

    event = Event.decode(JSONFormat().write(made))

    assert str(event.id) == made.get_id()
    assert (event.view.time, event.view.source) == (now, "https://example.org/register")
    assert (event.view.partitionkey, event.view.traceparent) == ("wood", EXTENSIONS["traceparent"])
    assert read(event) == read(example_event("organisation.registered.v1"))


def test_the_sdk_reads_our_bytes_from_a_kafka_record() -> None:
    """The record as the relay writes it: structured mode, one header."""
    ours = example_event("trade.agreed.v1")
    record = KafkaMessage({"content-type": CONTENT_TYPE.encode()}, ours.view.subject.encode(), ours.raw)

    event = from_kafka_event(record)

    assert (event.get_id(), event.get_data()) == (ours.view.id, orjson.loads(ours.data))


def test_we_read_a_kafka_record_that_the_sdk_made() -> None:
    ours = example_event("trade.agreed.v1")

    record = to_structured(JSONFormat().read(CloudEvent, ours.raw), JSONFormat())

    assert record.headers["content-type"].startswith(CONTENT_TYPE.encode())
    assert read(Event.decode(record.value)) == read(ours)
