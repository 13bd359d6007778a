"""What a handler gives back: the thing as it is now, and the events that tell of it."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.envelope import NewEvent
from contracts.problems import Refusal
from listings.model import AnyListing, Organisation, SavedSearch


@dataclass(frozen=True, slots=True)
class Outcome:
    """A listing as it is now. No events: nothing that others know of has changed."""

    listing: AnyListing
    events: tuple[NewEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationOutcome:
    """An organisation as it is now."""

    organisation: Organisation
    events: tuple[NewEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """A saved search as it is now."""

    search: SavedSearch
    events: tuple[NewEvent, ...] = ()


class Upserted(StrEnum):
    """What became of one listing of a batch."""

    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One listing of a batch, in the order they came; `refusal` only when refused, `listing` only when not."""

    result: Upserted
    external_id: str | None
    listing: AnyListing | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """A batch: each item for itself, and the events of all of them."""

    items: tuple[BatchItem, ...]
    events: tuple[NewEvent, ...]
