"""Events about capabilities: what processors and depots can do with material of others, and what follows for offers.

They travel on the topic of listings, because a matcher reads them next to the offers and wants of its family. A
capability is appended once per family of its input. What an offer becomes at a processor is told in the family of
the output: the wants for it may live with another matcher.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.events.base import EventData, Part
from contracts.events.listings import LISTINGS, EvidenceState, LimitState, OfferState, PlaceState, PropertyState
from contracts.vocabulary.joint_terms import CapabilityKind
from contracts.vocabulary.quantities import Recurrence
from contracts.vocabulary.terms import IntendedUse, LegalStatus


class CapabilityState(Part):
    """What a processor or depot can do, in tonnes of input.

    `capacity` comes once per `recurrence`. `yield_share` is tonnes of output per tonne of input; a depot gives back
    all. `price_eur_per_tonne` is asked per tonne of input, below zero when the processor pays;
    `storage_eur_per_tonne_week` only by depots. `output` None: what went in comes out. `gives_status` is the legal
    status that the treatment is meant to give, with the papers in `evidence`; the check decides what is proposed.
    """

    capability_id: UUID
    revision: int
    organisation_id: UUID
    kind: CapabilityKind
    active: bool = True
    title: str
    families: tuple[str, ...]
    inputs: tuple[str, ...]
    output: str | None = None
    yield_share: Decimal = Decimal(1)
    capacity: Decimal
    recurrence: Recurrence = Recurrence.ONE_OFF
    minimum: Decimal | None = None
    price_eur_per_tonne: Decimal | None = None
    storage_eur_per_tonne_week: Decimal | None = None
    longest_storage_weeks: int | None = None
    available_from: date | None = None
    available_until: date | None = None
    place: PlaceState
    max_distance_km: float | None = None
    limits: tuple[LimitState, ...] = ()
    accepted_statuses: tuple[LegalStatus, ...] = ()
    eural_codes: tuple[str, ...] = ()
    processing_methods: tuple[str, ...] = ()
    intended_use: IntendedUse | None = None
    gives_status: LegalStatus | None = None
    output_eural_code: str | None = None
    output_properties: tuple[PropertyState, ...] = ()
    processing_words: tuple[str, ...] = ()
    evidence: tuple[EvidenceState, ...] = ()
    published_at: AwareDatetime | None = None


class CapabilityEvent(EventData):
    """An event that carries the full state of a capability."""

    topic: ClassVar[str] = LISTINGS
    capability: CapabilityState


class CapabilityPublished(CapabilityEvent):
    """A processor or depot told what it can do."""

    name: ClassVar[str] = "capability.published"


class CapabilityRevised(CapabilityEvent):
    """A capability changed."""

    name: ClassVar[str] = "capability.revised"


class CapabilityWithdrawn(CapabilityEvent):
    """A capability is offered no more."""

    name: ClassVar[str] = "capability.withdrawn"


class CapacityChanged(EventData):
    """Joint trades took from a capability or gave back: tonnes of input. `sequence` grows by one with each change."""

    name: ClassVar[str] = "capability.capacity.changed"
    topic: ClassVar[str] = LISTINGS
    capability_id: UUID
    families: tuple[str, ...]
    total: Decimal
    held: Decimal
    promised: Decimal
    remaining: Decimal
    sequence: int


class StepState(Part):
    """One capability on the way of an offer, with the tonnes of input that were free of it."""

    capability: CapabilityState
    remaining: Decimal


class DerivedOfferState(Part):
    """What an offer becomes by at most two capabilities. `remaining` is free of the offer, in its unit."""

    derived_id: UUID
    offer: OfferState
    remaining: Decimal
    steps: tuple[StepState, ...]


class OfferDerived(EventData):
    """An offer can become another material, or be there at another time, by somebody's capability."""

    name: ClassVar[str] = "offer.derived"
    topic: ClassVar[str] = LISTINGS
    derived: DerivedOfferState


class DerivedOfferWithdrawn(EventData):
    """That is no longer possible on the terms that were told."""

    name: ClassVar[str] = "offer.derived.withdrawn"
    topic: ClassVar[str] = LISTINGS
    derived_id: UUID
    offer_id: UUID
