"""Old event data lifted to the newest version, one step at a time.

A consumer knows only the newest version of an event. An older one is turned into it by the steps below;
fields that no version knows are carried along.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from contracts.envelope import BadEnvelope, Event
from contracts.events.base import TYPE_PREFIX, EventData
from contracts.events.registry import EVENT_TYPES, UnknownEventType, event_class
from contracts.vocabulary.terms import Weighting

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


def _default_weighting(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 lets a want or a saved search choose its order; before, there was only what is near by first."""
    part = "search" if "search" in data else "want"
    return {**data, part: {"weighting": Weighting.AREA_FIRST.value, **data[part]}}


def _only_new_fields(data: dict[str, Any]) -> dict[str, Any]:
    """The new version only has more fields, and what they say was unknown."""
    return data


WITH_WEIGHTING = (
    *("want.published", "want.revised", "want.withdrawn", "want.expired", "want.reserved", "want.reopened"),
    *("want.closed", "want.evidence.added", "want.evidence.removed", "search.published"),
)

# (event name, version it starts from) -> the step to the next version.
UPCASTS: dict[tuple[str, int], Upcast] = {
    **{(name, 1): _default_weighting for name in WITH_WEIGHTING},
    ("trades.proposed", 1): _only_new_fields,
}


@dataclass(frozen=True, slots=True)
class TypeName:
    """An event type taken apart: `nl.kringmarkt.offer.published.v1` is `offer.published`, 1."""

    name: str
    version: int

    @classmethod
    def parse(cls, event_type: str) -> "TypeName":
        """Take `event_type` apart; raises UnknownEventType (a ValueError) when it is not written like ours."""
        name, separator, version = event_type.removeprefix(f"{TYPE_PREFIX}.").rpartition(".v")
        if not separator or not version.isdecimal() or str(cls(name, int(version))) != event_type:
            raise UnknownEventType(f"got event type {event_type[:120]!r}; expected {TYPE_PREFIX}.<name>.v<number>")
        return cls(name, int(version))

    def __str__(self) -> str:
        return f"{TYPE_PREFIX}.{self.name}.v{self.version}"


def upcast(
    event_type: str, data: dict[str, Any], steps: Mapping[tuple[str, int], Upcast] = UPCASTS
) -> tuple[str, dict[str, Any]]:
    """The type and data after all steps that apply."""
    known = TypeName.parse(event_type)
    while (known.name, known.version) in steps:
        data = steps[known.name, known.version](data)
        known = TypeName(known.name, known.version + 1)
    return str(known), data


def needs_upcast(event_type: str) -> bool:
    """Whether data of `event_type` must be lifted before a consumer can read it."""
    known = TypeName.parse(event_type)
    return (known.name, known.version) in UPCASTS


def read(event: Event) -> EventData:
    """The event's data as its newest class; raises UnknownEventType, BadEnvelope or pydantic's ValidationError.

    Lifted data are validated as JSON too, so that a number written as text becomes the same value either way.
    """
    if event.type in EVENT_TYPES and not needs_upcast(event.type):
        return event_class(event.type).model_validate_json(event.data)

    event_type, data = upcast(event.type, _fields(event))
    return event_class(event_type).model_validate_json(orjson.dumps(data))


def _fields(event: Event) -> dict[str, Any]:
    """The data as a dictionary; the envelope's reader skips over them, so that they may still be no JSON at all."""
    try:
        data = orjson.loads(event.data)
    except orjson.JSONDecodeError as error:
        raise BadEnvelope(f"the data of {event.type} are not JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadEnvelope(f"the data of {event.type} are a {type(data).__name__}; expected an object")
    return data
