"""Events about offers, wants, saved searches, their evidence and what remains of them.

Every event carries the full state of the listing. Exact addresses and points never leave the listings
service: `PlaceState` holds the centre of the postcode-4 area, and only an organisation id says whose it is.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

from contracts.events.base import EventData, Part
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.measures import MEASURE_UNITS, Dimension
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import (
    Condition,
    Grade,
    IntendedUse,
    Language,
    LegalStatus,
    ListingKind,
    ListingStatus,
    Operator,
    Visibility,
    Weighting,
)

LISTINGS = "kringmarkt.listings"
TEXTUAL = frozenset({Dimension.TEXT, Dimension.DATE})


def _by_unit(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Text stays text: without its unit, the code "010408" would be read as the number 10408."""
    unit = MEASURE_UNITS.get(info.data.get("unit", ""))
    if not isinstance(value, str) or unit is None:
        return read(value)
    return value if unit.dimension in TEXTUAL else read(_number_in(value))


def _number_in(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


MeasuredValue = Annotated[Decimal | bool | str, WrapValidator(_by_unit)]


class PlaceState(Part):
    """Where a lot is or is needed, as exactly as others may know: the centre of a postcode-4 area (WGS84 degrees)."""

    postcode4: str
    municipality_code: str
    municipality: str
    province: str
    lat: float
    lon: float


class PropertyState(Part):
    """A stated property of the material: number, yes/no or text, with unit, method and who measured it when."""

    name: str
    unit: str
    value: MeasuredValue
    method: str | None = None
    laboratory: str | None = None
    measured_on: date | None = None
    grade: Grade = Grade.DECLARED


class EvidenceState(Part):
    """A document: its kind, how far it can be trusted, and the SHA-256 (hex) of its bytes."""

    evidence_id: UUID
    kind: EvidenceKind
    grade: Grade = Grade.DECLARED
    title: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None


class ListingState(Part):
    """What offers and wants share. Quantities are in `unit`; `kg_per_unit` is None when the weight is unknown."""

    listing_id: UUID
    revision: int
    organisation_id: UUID
    status: ListingStatus
    closed_reason: str | None = None
    title: str
    description: str = ""
    language: Language = Language.DUTCH
    families: tuple[str, ...]
    quantity: Decimal
    unit: Unit
    kg_per_unit: Decimal | None = None
    recurrence: Recurrence = Recurrence.ONE_OFF
    available_from: date | None = None
    available_until: date | None = None
    place: PlaceState
    evidence: tuple[EvidenceState, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    partners: tuple[UUID, ...] = ()
    external_id: str | None = None
    published_at: AwareDatetime | None = None


class OfferState(ListingState):
    """A residual stream or lot on offer. `price_eur_per_tonne` below zero: the holder pays; None: open."""

    kind: Literal[ListingKind.OFFER] = ListingKind.OFFER
    concept: str
    eural_code: str | None = None
    price_eur_per_tonne: Decimal | None = None
    properties: tuple[PropertyState, ...] = ()
    origin_process: str | None = None
    processing_done: tuple[str, ...] = ()
    condition: Condition | None = None
    claimed_status: LegalStatus | None = None


class LimitState(Part):
    """A limit that a wanted material must keep."""

    property: str
    operator: Operator
    unit: str
    value: MeasuredValue


class WantState(ListingState):
    """A need for material: `quantity` is the most, `minimum` the least that is of use, both in `unit`."""

    kind: Literal[ListingKind.WANT] = ListingKind.WANT
    concepts: tuple[str, ...]
    minimum: Decimal | None = None
    max_distance_km: float | None = None
    max_landed_eur_per_tonne: Decimal | None = None
    limits: tuple[LimitState, ...] = ()
    accepted_statuses: tuple[LegalStatus, ...] = ()
    intended_use: IntendedUse | None = None
    intended_use_text: str | None = None
    r_step: int | None = None
    permits: tuple[str, ...] = ()
    weighting: Weighting = Weighting.AREA_FIRST


class SavedSearchState(Part):
    """A standing alert: it is told of listings that fit, and promises nothing."""

    search_id: UUID
    revision: int
    organisation_id: UUID
    name: str
    looks_for: ListingKind
    active: bool = True
    families: tuple[str, ...]
    concepts: tuple[str, ...]
    place: PlaceState | None = None
    max_distance_km: float | None = None
    minimum_kg: Decimal | None = None
    max_landed_eur_per_tonne: Decimal | None = None
    accepted_statuses: tuple[LegalStatus, ...] = ()
    weighting: Weighting = Weighting.AREA_FIRST


class OfferEvent(EventData):
    """An event that carries the full state of an offer."""

    topic: ClassVar[str] = LISTINGS
    offer: OfferState


class WantEvent(EventData):
    """An event that carries the full state of a want."""

    topic: ClassVar[str] = LISTINGS
    version: ClassVar[int] = 2
    want: WantState


class OfferPublished(OfferEvent):
    """An offer was opened for trade."""

    name: ClassVar[str] = "offer.published"


class OfferRevised(OfferEvent):
    """An open or reserved offer changed."""

    name: ClassVar[str] = "offer.revised"


class OfferWithdrawn(OfferEvent):
    """The holder took an offer back."""

    name: ClassVar[str] = "offer.withdrawn"


class OfferExpired(OfferEvent):
    """An offer reached the end of its window."""

    name: ClassVar[str] = "offer.expired"


class OfferReserved(OfferEvent):
    """Nothing of an offer is free at the moment: all of it is held by trades."""

    name: ClassVar[str] = "offer.reserved"


class OfferReopened(OfferEvent):
    """Part of a reserved offer came free again."""

    name: ClassVar[str] = "offer.reopened"


class OfferClosed(OfferEvent):
    """All of an offer was traded."""

    name: ClassVar[str] = "offer.closed"


class WantPublished(WantEvent):
    """A want was opened for trade."""

    name: ClassVar[str] = "want.published"


class WantRevised(WantEvent):
    """An open or reserved want changed."""

    name: ClassVar[str] = "want.revised"


class WantWithdrawn(WantEvent):
    """The seeker took a want back."""

    name: ClassVar[str] = "want.withdrawn"


class WantExpired(WantEvent):
    """A want reached the end of its window."""

    name: ClassVar[str] = "want.expired"


class WantReserved(WantEvent):
    """All that a want asks is held by trades at the moment."""

    name: ClassVar[str] = "want.reserved"


class WantReopened(WantEvent):
    """A reserved want has room again."""

    name: ClassVar[str] = "want.reopened"


class WantClosed(WantEvent):
    """A want was fulfilled."""

    name: ClassVar[str] = "want.closed"


class OfferEvidenceAdded(OfferEvent):
    """A document was added to an offer."""

    name: ClassVar[str] = "offer.evidence.added"
    evidence: EvidenceState


class WantEvidenceAdded(WantEvent):
    """A document was added to a want."""

    name: ClassVar[str] = "want.evidence.added"
    evidence: EvidenceState


class OfferEvidenceRemoved(OfferEvent):
    """A document of an offer was taken away."""

    name: ClassVar[str] = "offer.evidence.removed"
    evidence: EvidenceState


class WantEvidenceRemoved(WantEvent):
    """A document of a want was taken away."""

    name: ClassVar[str] = "want.evidence.removed"
    evidence: EvidenceState


class SavedSearchPublished(EventData):
    """A saved search was made or changed; `active` false: it is paused or deleted."""

    name: ClassVar[str] = "search.published"
    version: ClassVar[int] = 2
    topic: ClassVar[str] = LISTINGS
    search: SavedSearchState


class RemainingChanged(EventData):
    """Trades took from a listing or gave back: what is free now, in the listing's unit.

    `sequence` grows by one with each change, so that a late copy is recognised.
    """

    name: ClassVar[str] = "listing.remaining.changed"
    topic: ClassVar[str] = LISTINGS
    listing_id: UUID
    kind: ListingKind
    families: tuple[str, ...]
    unit: Unit
    total: Decimal
    held: Decimal
    promised: Decimal
    remaining: Decimal
    sequence: int
