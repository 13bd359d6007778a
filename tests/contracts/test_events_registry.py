"""The table of event types has every event class, each once, under a type of its own."""

import inspect
import pkgutil
from importlib import import_module

import pytest

from contracts import events
from contracts.events.base import TYPE_PREFIX, EventData
from contracts.events.registry import EVENT_TYPES, UnknownEventType, event_class

every_event = pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES.keys())


def _all_event_classes() -> set[type[EventData]]:
    modules = [import_module(f"contracts.events.{found.name}") for found in pkgutil.iter_modules(events.__path__)]
    classes = [item for module in modules for _name, item in inspect.getmembers(module, inspect.isclass)]
    return {item for item in classes if issubclass(item, EventData) and "name" in vars(item)}


def test_every_event_class_is_in_the_table_once() -> None:
    assert set(EVENT_TYPES.values()) == _all_event_classes()
    assert len(set(EVENT_TYPES.values())) == len(EVENT_TYPES)


@every_event
def test_an_event_is_found_by_its_type(event: type[EventData]) -> None:
    assert event_class(event.event_type()) is event


@every_event
def test_an_event_type_reads_as_what_happened(event: type[EventData]) -> None:
    assert event.event_type() == f"{TYPE_PREFIX}.{event.name}.v{event.version}"
    assert event.name.replace(".", "").isalpha()
    assert event.name.islower()
    assert event.name.split(".")[-1].endswith(("ed", "withdrawn"))


@every_event
def test_an_event_says_what_it_means(event: type[EventData]) -> None:
    assert event.__doc__
    assert event.__doc__ != EventData.__doc__


def test_an_unknown_type_is_refused_with_where_to_look() -> None:
    with pytest.raises(UnknownEventType, match=r"'nl\.kringmarkt\.lot\.lost\.v1' .* contracts/asyncapi\.yaml"):
        event_class("nl.kringmarkt.lot.lost.v1")
