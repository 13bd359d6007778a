"""The events of this domain: which class says what, and the full state that each carries.

States are made of the fields that both sides declare, so a private part, which no state declares, cannot slip in.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.envelope import NewEvent
from contracts.events import listings as events
from contracts.events.base import EventData
from contracts.events.listings import EvidenceState, LimitState, OfferState, PropertyState, SavedSearchState, WantState
from contracts.events.organisations import OrganisationRegistered, OrganisationRevised, OrganisationState
from listings.model import AnyListing, Evidence, Offer, Organisation, SavedSearch, Want


class Happening(StrEnum):
    """What is told of a listing."""

    PUBLISHED = "published"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RESERVED = "reserved"
    REOPENED = "reopened"
    CLOSED = "closed"


class EvidenceHappening(StrEnum):
    """What is told of a document of a listing."""

    ADDED = "added"
    REMOVED = "removed"


OFFER_EVENTS: Mapping[Happening, type[events.OfferEvent]] = MappingProxyType(
    {
        Happening.PUBLISHED: events.OfferPublished,
        Happening.REVISED: events.OfferRevised,
        Happening.WITHDRAWN: events.OfferWithdrawn,
        Happening.EXPIRED: events.OfferExpired,
        Happening.RESERVED: events.OfferReserved,
        Happening.REOPENED: events.OfferReopened,
        Happening.CLOSED: events.OfferClosed,
    }
)
WANT_EVENTS: Mapping[Happening, type[events.WantEvent]] = MappingProxyType(
    {
        Happening.PUBLISHED: events.WantPublished,
        Happening.REVISED: events.WantRevised,
        Happening.WITHDRAWN: events.WantWithdrawn,
        Happening.EXPIRED: events.WantExpired,
        Happening.RESERVED: events.WantReserved,
        Happening.REOPENED: events.WantReopened,
        Happening.CLOSED: events.WantClosed,
    }
)
_OFFER_EVIDENCE: Mapping[EvidenceHappening, type[events.OfferEvidenceAdded | events.OfferEvidenceRemoved]] = {
    EvidenceHappening.ADDED: events.OfferEvidenceAdded,
    EvidenceHappening.REMOVED: events.OfferEvidenceRemoved,
}
_WANT_EVIDENCE: Mapping[EvidenceHappening, type[events.WantEvidenceAdded | events.WantEvidenceRemoved]] = {
    EvidenceHappening.ADDED: events.WantEvidenceAdded,
    EvidenceHappening.REMOVED: events.WantEvidenceRemoved,
}


def about_listing(
    listing: AnyListing, happening: Happening, event_id: UUID, before: AnyListing | None = None
) -> NewEvent:
    """The event that tells what happened, in every family that the listing is in or was in `before`."""
    data: events.OfferEvent | events.WantEvent
    if isinstance(listing, Offer):
        data = OFFER_EVENTS[happening](offer=offer_state(listing))
    else:
        data = WANT_EVENTS[happening](want=want_state(listing))
    return _on_listings(data, listing.listing_id, _families(listing, before), event_id)


def about_evidence(listing: AnyListing, happening: EvidenceHappening, evidence: Evidence, event_id: UUID) -> NewEvent:
    """The event that tells of a document, with the listing as it is afterwards."""
    data: events.OfferEvent | events.WantEvent
    if isinstance(listing, Offer):
        data = _OFFER_EVIDENCE[happening](offer=offer_state(listing), evidence=evidence_state(evidence))
    else:
        data = _WANT_EVIDENCE[happening](want=want_state(listing), evidence=evidence_state(evidence))
    return _on_listings(data, listing.listing_id, listing.families, event_id)


def about_search(search: SavedSearch, event_id: UUID, before: SavedSearch | None = None) -> NewEvent:
    """The event that carries a saved search; inactive when it is paused or deleted."""
    families = tuple(sorted({*search.families, *(before.families if before else ())}))
    data = events.SavedSearchPublished(search=search_state(search))
    return _on_listings(data, search.search_id, families, event_id)


def about_organisation(organisation: Organisation, event_id: UUID) -> NewEvent:
    """The event that carries an organisation: registered at its first revision, revised afterwards."""
    kind = OrganisationRegistered if organisation.revision == 1 else OrganisationRevised
    subject = str(organisation.organisation_id)
    data = kind(organisation=organisation_state(organisation))
    return NewEvent(data=data, subject=subject, partition_keys=(subject,), id=event_id)


def offer_state(listing: Offer) -> OfferState:
    """An offer as others may know it; only for listings that have a place and a concept, so that were opened."""
    properties = tuple(PropertyState(**_values(item)) for item in listing.terms.properties)
    return OfferState(**_shared(listing, OfferState), properties=properties)


def want_state(listing: Want) -> WantState:
    """A want as others may know it; only for listings that were opened."""
    limits = tuple(LimitState(**_values(item)) for item in listing.terms.limits)
    return WantState(**_shared(listing, WantState), limits=limits)


def evidence_state(evidence: Evidence) -> EvidenceState:
    """A document as others may know it: without its file name."""
    return EvidenceState(**{name: getattr(evidence, name) for name in EvidenceState.model_fields})


def search_state(search: SavedSearch) -> SavedSearchState:
    """A saved search; a deleted one is inactive."""
    return SavedSearchState(
        search_id=search.search_id,
        revision=search.revision,
        organisation_id=search.organisation_id,
        families=search.families,
        place=search.place,
        **{**_values(search.terms), "active": search.terms.active and not search.deleted},
    )


def organisation_state(organisation: Organisation) -> OrganisationState:
    """An organisation as others may know it: without street and e-mail address."""
    place = organisation.place
    return OrganisationState(
        organisation_id=organisation.organisation_id,
        revision=organisation.revision,
        name=organisation.name,
        kvk_number=organisation.kvk_number,
        roles=organisation.roles,
        vihb_number=organisation.vihb_number,
        permits=organisation.permits,
        postcode4=place and place.postcode4,
        municipality=place and place.municipality,
    )


def _on_listings(data: EventData, subject: UUID, families: tuple[str, ...], event_id: UUID) -> NewEvent:
    return NewEvent(data=data, subject=str(subject), partition_keys=families, id=event_id)


def _families(listing: AnyListing, before: AnyListing | None) -> tuple[str, ...]:
    """Old families too: a matcher that no longer has the listing must hear that."""
    return tuple(sorted({*listing.families, *(before.families if before else ())}))


_MADE_APART = frozenset({"kind", "evidence", "properties", "limits"})


def _shared(listing: AnyListing, state: type[OfferState] | type[WantState]) -> dict[str, Any]:
    """The fields that the state declares, taken from the listing or from its terms."""
    names = state.model_fields.keys() - _MADE_APART
    sources: tuple[BaseModel, ...] = (listing.terms, listing)
    found = {name: getattr(source, name) for source in sources for name in names & type(source).model_fields.keys()}
    return {**found, "evidence": tuple(evidence_state(item) for item in listing.evidence)}


def _values(part: BaseModel) -> dict[str, Any]:
    return {name: getattr(part, name) for name in type(part).model_fields}
