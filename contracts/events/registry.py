"""Every event type of the marketplace in one table, found by its CloudEvents type."""

from types import ModuleType

from contracts.events import (
    alerts,
    capabilities,
    joint_trades,
    listings,
    near_misses,
    organisations,
    preferences,
    trades,
)
from contracts.events.base import EventData


def _events_of(module: ModuleType) -> list[type[EventData]]:
    found = [item for item in vars(module).values() if isinstance(item, type) and issubclass(item, EventData)]
    return [item for item in found if item.__module__ == module.__name__ and "name" in vars(item)]


MODULES = (organisations, listings, capabilities, trades, joint_trades, preferences, near_misses, alerts)

EVENT_TYPES: dict[str, type[EventData]] = {
    event.event_type(): event for module in MODULES for event in _events_of(module)
}


class UnknownEventType(ValueError):
    """An event type that this version of the marketplace does not have."""


def event_class(event_type: str) -> type[EventData]:
    """The class of `event_type`; raises UnknownEventType."""
    try:
        return EVENT_TYPES[event_type]
    except KeyError:
        raise UnknownEventType(
            f"{event_type!r} is not an event type of this version; expected one of {len(EVENT_TYPES)} types "
            "listed in contracts/asyncapi.yaml"
        ) from None
