"""Old events are lifted step by step, and nothing that no version knows is lost on the way."""

from typing import Any

import orjson
import pytest

from contracts.envelope import BadEnvelope, Event
from contracts.events.listings import OfferPublished
from contracts.events.registry import EVENT_TYPES, UnknownEventType
from contracts.upcasts import UPCASTS, TypeName, Upcast, needs_upcast, read, upcast
from tests.contracts.example_events import changed, example_bytes, example_event

LOT_V1 = "nl.kringmarkt.lot.weighed.v1"
OFFER_V0 = "nl.kringmarkt.offer.published.v0"


def _kg_to_tonnes(data: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in data.items() if key != "kg"}
    return {**kept, "tonnes": data["kg"] / 1000}


def _name_the_scale(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "scale": "unknown"}


STEPS: dict[tuple[str, int], Upcast] = {("lot.weighed", 1): _kg_to_tonnes, ("lot.weighed", 2): _name_the_scale}


def _lot_to_offer(data: dict[str, Any]) -> dict[str, Any]:
    return {"offer": data["lot"]}


def test_a_chain_lifts_to_the_newest_version() -> None:
    assert upcast(LOT_V1, {"kg": 1500}, STEPS) == ("nl.kringmarkt.lot.weighed.v3", {"tonnes": 1.5, "scale": "unknown"})


def test_a_chain_starts_at_the_version_of_the_event() -> None:
    lifted = upcast("nl.kringmarkt.lot.weighed.v2", {"tonnes": 3}, STEPS)

    assert lifted == ("nl.kringmarkt.lot.weighed.v3", {"tonnes": 3, "scale": "unknown"})


def test_the_newest_version_is_left_as_it_is() -> None:
    newest = ("nl.kringmarkt.lot.weighed.v3", {"tonnes": 3})

    assert upcast(*newest, STEPS) == newest


def test_fields_that_no_version_knows_are_carried() -> None:
    _type, data = upcast(LOT_V1, {"kg": 1, "driver": "Sanne"}, STEPS)

    assert data["driver"] == "Sanne"


def test_an_old_event_is_read_as_the_newest_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTS, ("offer.published", 0), _lot_to_offer)
    today = orjson.loads(example_bytes("offer.published.v1"))["data"]

    old = Event.decode(changed("offer.published.v1", type=OFFER_V0, data={"lot": {**today["offer"], "novel": 1}}))
    data = read(old)

    assert needs_upcast(OFFER_V0)
    assert isinstance(data, OfferPublished)
    assert data.offer.model_extra == {"novel": 1}
    assert data.offer.properties == _properties_of_today()


def _properties_of_today() -> object:
    data = read(example_event("offer.published.v1"))
    assert isinstance(data, OfferPublished)
    return data.offer.properties


@pytest.mark.parametrize("data", [5, None, [], "text"])
def test_an_old_event_whose_data_are_no_object_is_refused(monkeypatch: pytest.MonkeyPatch, data: object) -> None:
    monkeypatch.setitem(UPCASTS, ("offer.published", 0), _lot_to_offer)
    raw = changed("offer.published.v1", type=OFFER_V0, data=0)

    with pytest.raises(BadEnvelope, match="expected an object"):
        read(Event.decode(raw.replace(b'"data":0', b'"data":' + orjson.dumps(data))))


def test_an_old_event_whose_data_are_no_json_is_refused() -> None:
    raw = changed("offer.published.v1", type=OFFER_V0, data={"lot": "?"})

    with pytest.raises(BadEnvelope, match="are not JSON"):
        read(Event.decode(raw.replace(b'"?"', b'"\xff"')))


@pytest.mark.parametrize("version", [2, 99])
def test_a_version_newer_than_ours_is_unknown(version: int) -> None:
    newer = Event.decode(changed("offer.published.v1", type=f"nl.kringmarkt.offer.published.v{version}"))

    with pytest.raises(UnknownEventType, match=f"v{version}"):
        read(newer)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_type_name_is_taken_apart_and_put_together(event_type: str) -> None:
    parsed = TypeName.parse(event_type)

    assert str(parsed) == event_type
    assert (parsed.name, parsed.version) == (EVENT_TYPES[event_type].name, EVENT_TYPES[event_type].version)


@pytest.mark.parametrize(
    "event_type",
    [
        *("", "v1", ".v1", "nl.kringmarkt.offer", "nl.kringmarkt.offer.vx", "offer.published.v1", "nl.other.offer.v1"),
        *("nl.kringmarkt.offer.v01", "nl.kringmarkt.offer.v-1", "nl.kringmarkt.offer.v٣"),
    ],
)
def test_a_type_that_is_not_written_like_ours_is_refused(event_type: str) -> None:
    with pytest.raises(UnknownEventType, match=r"expected nl\.kringmarkt\.<name>\.v<number>"):
        TypeName.parse(event_type)


def test_every_step_ends_at_a_version_that_exists() -> None:
    ends = {upcast(f"nl.kringmarkt.{name}.v{version}", {}, _empty_steps())[0] for name, version in UPCASTS}

    assert ends <= EVENT_TYPES.keys()


def _empty_steps() -> dict[tuple[str, int], Upcast]:
    """The chains without what they do."""
    return dict.fromkeys(UPCASTS, lambda data: data)
