"""The table at the end of the domain names every message."""

import inspect

from contracts.events.registry import EVENT_TYPES
from contracts.topics import TOPICS
from listings import handlers


def test_every_handler_is_async_and_in_a_table() -> None:
    listed = {*handlers.COMMANDS.values(), *handlers.EVENTS.values()}
    named = {getattr(handlers, name) for name in handlers.__all__ if name.islower()}
    assert listed == named
    assert all(inspect.iscoroutinefunction(handler) for handler in listed)


def test_events_that_are_handled_exist_and_travel_on_a_topic_that_listings_reads() -> None:
    for event in handlers.EVENTS:
        assert EVENT_TYPES[event.event_type()] is event
        assert "listings_api" in TOPICS[event.topic].consumers
