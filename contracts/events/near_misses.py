"""Events about near-misses: for a listing without a match, the smallest changes that would give one."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.events.base import EventData, Part
from contracts.events.trades import TRADES
from contracts.vocabulary.terms import ListingKind


class NearMissChange(StrEnum):
    """What would have to change."""

    RADIUS = "radius"
    PRICE = "price"
    MINIMUM = "minimum"
    QUANTITY = "quantity"
    WINDOW = "window"
    DOCUMENT = "document"
    CLEANING = "cleaning"


class NearMissState(Part):
    """One change that would make a pair with one counterpart; `cost` orders them, it is no amount of money.

    `amount` is in `unit`: km, EUR per tonne, the listing's own unit, or days; None where the change has no size.
    """

    change: NearMissChange
    about: str | None = None
    amount: str | None = None
    unit: str | None = None
    cost: float
    counterpart_id: UUID
    counterpart_organisation_id: UUID
    nl: str
    en: str


class NearMissesCounted(EventData):
    """What nearly matches one changed listing, the smallest change first; none when it has a match now."""

    name: ClassVar[str] = "near.misses.counted"
    topic: ClassVar[str] = TRADES
    listing_id: UUID
    listing_kind: ListingKind
    listing_revision: int
    organisation_id: UUID
    family: str
    misses: tuple[NearMissState, ...]
