"""Events travel as CloudEvents: what is needed is checked, what is unknown is carried, hostile bytes are refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import SPEC_VERSION, BadEnvelope, Context, Event, NewEvent
from contracts.events.base import UndeclaredField
from contracts.events.listings import OfferPublished, PlaceState
from contracts.upcasts import read
from tests.contracts.example_events import changed, example_bytes, example_event

OFFER = "offer.published.v1"
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
CONTEXT = Context(now=NOON, source="/listings_api")
NEEDED = ("specversion", "id", "source", "type", "subject", "time", "partitionkey", "data")

ATTRIBUTES = st.dictionaries(st.sampled_from([*NEEDED, "dataschema", "traceparent", "novel"]), st.text() | st.none())
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), lambda inner: st.lists(inner) | ATTRIBUTES
)


def _offer() -> OfferPublished:
    data = read(example_event(OFFER))
    assert isinstance(data, OfferPublished)
    return data


def _new(data: OfferPublished | None = None, keys: tuple[str, ...] = ("wood",)) -> NewEvent:
    return NewEvent(data or _offer(), subject="lot-7", partition_keys=keys, id=UUID(int=7))


def test_an_encoded_event_is_decoded_to_the_same_attributes_and_data() -> None:
    context = Context(NOON, "/matcher", str(uuid4()), str(uuid4()), "00-" + "a" * 32 + "-" + "b" * 16 + "-01")

    [encoded] = _new().encode(context)
    event = Event.decode(encoded.raw)

    assert (event.id, event.type, event.view.subject) == (UUID(int=7), "nl.kringmarkt.offer.published.v1", "lot-7")
    assert (event.view.time, event.view.source, event.view.partitionkey) == (NOON, "/matcher", "wood")
    assert event.view.causationid == context.causation_id
    assert event.view.correlationid == context.correlation_id
    assert event.view.traceparent == context.traceparent
    assert read(event) == _offer()


def test_the_log_coordinates_say_the_same_as_the_bytes() -> None:
    [encoded] = _new().encode(CONTEXT)
    view = Event.decode(encoded.raw).view

    assert (str(encoded.id), encoded.type, encoded.partition_key) == (view.id, view.type, view.partitionkey)
    assert (encoded.topic, encoded.key) == ("kringmarkt.listings", "lot-7:wood")


def test_time_is_written_in_utc() -> None:
    amsterdam = NOON.astimezone(timezone(timedelta(hours=1)))

    [encoded] = _new().encode(Context(now=amsterdam, source="/listings_api"))

    assert orjson.loads(encoded.raw)["time"] == "2026-11-16T12:00:00+00:00"


def test_an_event_of_several_families_is_copied_once_per_family_with_ids_of_their_own() -> None:
    wood, metal = _new(keys=("wood", "metal")).encode(CONTEXT)
    again = _new(keys=("wood", "metal")).encode(CONTEXT)

    assert [wood.partition_key, metal.partition_key] == ["wood", "metal"]
    assert [wood.key, metal.key] == ["lot-7:wood", "lot-7:metal"]
    assert len({wood.id, metal.id, UUID(int=7)}) == 3
    assert [wood.id, metal.id] == [copy.id for copy in again]
    assert Event.decode(wood.raw).data == Event.decode(metal.raw).data


@pytest.mark.parametrize("keys", [(), ("",), ("wood", "wood")])
def test_an_event_that_would_get_lost_or_collide_is_not_made(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected one or more, each once"):
        _new(keys=keys)


def test_what_nothing_caused_starts_a_correlation() -> None:
    [encoded] = _new().encode(CONTEXT)
    event = orjson.loads(encoded.raw)

    assert event["correlationid"] == event["id"]
    assert "causationid" not in event
    assert "traceparent" not in event


def test_what_follows_from_an_event_names_its_cause_and_keeps_its_trace() -> None:
    first = Event.decode(changed(OFFER, correlationid="one-command", traceparent="00-trace"))

    context = CONTEXT.caused_by(first)

    assert (context.causation_id, context.correlation_id) == (first.view.id, "one-command")
    assert (context.traceparent, context.now, context.source) == ("00-trace", NOON, "/listings_api")


def test_an_event_without_correlation_becomes_the_start_of_one() -> None:
    foreign = Event.decode(changed(OFFER, correlationid=None))

    assert CONTEXT.caused_by(foreign).correlation_id == foreign.view.id


def test_unknown_attributes_and_fields_are_carried_in_the_bytes() -> None:
    data = orjson.loads(example_bytes(OFFER))["data"]
    data["offer"]["place"]["altitude_m"] = 14
    raw = changed(OFFER, sampledrate=5, data=data)

    event = Event.decode(raw)

    assert event.raw == raw
    assert orjson.loads(event.data)["offer"]["place"]["altitude_m"] == 14
    assert orjson.loads(event.raw)["sampledrate"] == 5


def test_a_field_that_the_schema_does_not_declare_is_not_published() -> None:
    novel = OfferPublished.model_validate({**_offer().model_dump(), "colour": "blue"})

    with pytest.raises(UndeclaredField, match="colour"):
        _new(novel).encode(CONTEXT)


def test_an_undeclared_field_deep_inside_is_not_published_either() -> None:
    offer = _offer().offer
    place = PlaceState.model_validate({**offer.place.model_dump(), "street": "Ringbaan"})

    with pytest.raises(UndeclaredField, match=r"offer\.place\.street"):
        _new(OfferPublished(offer=offer.model_copy(update={"place": place}))).encode(CONTEXT)


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_attribute_that_is_absent_is_named(name: str) -> None:
    with pytest.raises(BadEnvelope, match=name):
        Event.decode(changed(OFFER, **{name: None}))


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("specversion", "0.3"),
        ("id", "not-a-uuid"),
        ("id", 7),
        ("time", "yesterday"),
        ("time", "2026-11-16T12:00:00"),  # whose noon?
        ("partitionkey", ["wood"]),
        ("traceparent", 1),
    ],
)
def test_a_wrong_attribute_is_refused(attribute: str, value: Any) -> None:
    with pytest.raises(BadEnvelope, match=r"expected|Expected|badly formed|Invalid"):
        Event.decode(changed(OFFER, **{attribute: value}))


def test_the_specversion_is_that_of_cloudevents_1() -> None:
    assert orjson.loads(_new().encode(CONTEXT)[0].raw)["specversion"] == SPEC_VERSION == "1.0"


@pytest.mark.parametrize("place", [b'"data":', b'"novel":'])
def test_data_nested_too_deep_is_refused_and_does_not_break_the_consumer(place: bytes) -> None:
    deep = place + b"[" * 100_000 + b"]" * 100_000

    with pytest.raises(BadEnvelope):
        Event.decode(changed(OFFER).replace(b'"data":', deep + b',"data":', 1))


@given(st.binary())
def test_random_bytes_are_refused_as_a_bad_envelope(raw: bytes) -> None:
    with pytest.raises(BadEnvelope):
        Event.decode(raw)


@given(st.text())
def test_random_text_is_refused_as_a_bad_envelope(text: str) -> None:
    with pytest.raises(BadEnvelope):
        Event.decode(text.encode())


@given(ANY_JSON)
def test_random_json_is_refused_as_a_bad_envelope(value: Any) -> None:
    with pytest.raises(BadEnvelope):
        Event.decode(orjson.dumps(value))


@given(ATTRIBUTES)
def test_an_event_with_random_attributes_is_read_whole_or_refused(attributes: dict[str, Any]) -> None:
    raw = orjson.dumps(orjson.loads(example_bytes(OFFER)) | attributes)
    try:
        event = Event.decode(raw)
    except BadEnvelope:
        return
    assert event.raw == raw
    assert event.view.subject == orjson.loads(raw)["subject"]


@given(st.data())
def test_a_truncated_or_damaged_event_is_read_whole_or_refused(data: st.DataObject) -> None:
    raw = example_bytes(OFFER)
    at = data.draw(st.integers(0, len(raw) - 1))
    damaged = raw[:at] + data.draw(st.binary(max_size=3)) + raw[at + data.draw(st.integers(0, 3)) :]
    try:
        assert Event.decode(damaged).raw == damaged
    except BadEnvelope:
        with pytest.raises(BadEnvelope):
            Event.decode(raw[:at])
