"""Random states in few words: a failing example is read by people, and hypothesis warns of one above 30 kB."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from contracts.events.listings import ListingState, OfferState, SavedSearchState, WantState
from tests.unit.matching.makers import offer_state, search_state, uid, want_state


class Drawn(list[Any]):
    """A list of drawn values that hypothesis prints in few words."""

    def __repr__(self) -> str:
        return brief(self)


def brief(value: Any) -> str:
    """What a value says; of a listing or saved search only what differs from that of its maker."""
    if isinstance(value, OfferState | WantState | SavedSearchState):
        return _brief_state(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(brief, value))}]"
    if isinstance(value, Mapping):
        return " ".join(f"{name}={brief(said)}" for name, said in value.items())
    if isinstance(value, Enum):
        return str(value.value)
    if hasattr(value, "model_dump"):
        return f"({brief(value.model_dump(exclude_defaults=True))})"
    return str(value)


def _brief_state(state: OfferState | WantState | SavedSearchState) -> str:
    name = state.title if isinstance(state, ListingState) else state.name
    usual = _usual(state)
    said = {
        field: value
        for field in type(state).model_fields
        if (value := getattr(state, field)) != getattr(usual, field) and value not in (name, uid(name))
    }
    return f"<{name} {brief(said)}>"


def _usual(state: OfferState | WantState | SavedSearchState) -> OfferState | WantState | SavedSearchState:
    if isinstance(state, OfferState):
        return offer_state()
    return want_state() if isinstance(state, WantState) else search_state()
