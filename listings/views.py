"""What somebody may see: the owner everything, others what was meant for them, of an anonymous listing no owner.

These models are also the HTTP responses. Three looks exist; the tables below say what each leaves out. An
anonymous listing stands on its municipality's own point, and its documents lose what could be recognised
elsewhere: titles, names, sizes and hashes.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, overload
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.listings import PlaceState
from contracts.events.organisations import Permit
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.places import municipalities
from contracts.vocabulary.terms import Grade, ListingKind, ListingStatus, Role, Visibility
from listings.errors import ListingNotFound
from listings.model import AnyListing, Evidence, Offer, Organisation, SavedSearch, Want
from listings.rights import Actor, commands_all, may_see
from listings.terms import ExactPoint, OfferTerms, SearchTerms, WantTerms

_ID = "0198c9a2-6f3e-7cc1-9d51-3f2f5a1f0b11"
_PLACE: dict[str, Any] = {
    "municipality_code": "GM0344",
    "municipality": "Utrecht",
    "province": "Utrecht",
    "lat": 52.0907,
    "lon": 5.1214,
    "postcode4": "3511",
}
_LISTING: dict[str, Any] = {
    "listing_id": _ID,
    "revision": 3,
    "status": "open",
    "families": ["wood"],
    "kg_per_unit": "1000",
    "remaining": "12.5",
    "place": _PLACE,
    "organisation": {"organisation_id": _ID, "name": "Houthandel De Vries", "kvk_number": "12345678"},
    "published_at": "2026-08-20T09:30:00Z",
    "quantity": "12.5",
    "unit": "t",
}


class Shown(BaseModel):
    """A value that is shown; later versions may show more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PlaceView(Shown):
    """A place: the centre of a postcode-4 area, or without postcode that of a municipality (WGS84 degrees)."""

    municipality_code: str = Field(title="CBS code", examples=["GM0344"])
    municipality: str
    province: str
    lat: float
    lon: float
    postcode4: str | None = None


class OrganisationCard(Shown):
    """Whose a listing is."""

    organisation_id: UUID
    name: str
    kvk_number: str | None = None


class PrivatePart(Shown):
    """Where the material is exactly; only in the owner's own view."""

    postcode: str | None = None
    point: ExactPoint | None = None
    address: str | None = None


class EvidenceView(Shown):
    """A document with a listing; `file_name` only in the owner's own view."""

    evidence_id: UUID
    kind: EvidenceKind
    grade: Grade
    title: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    file_name: str | None = None


class ListingShown(Shown):
    """What views of offers and wants add to the terms. `organisation` None: it stays anonymous until both agree."""

    listing_id: UUID
    revision: int
    status: ListingStatus
    closed_reason: str | None = None
    mine: bool = Field(False, title="Whether it is your own")
    organisation: OrganisationCard | None = None
    families: tuple[str, ...] = ()
    kg_per_unit: Decimal | None = Field(None, title="Weight of one unit in kg; absent when unknown")
    remaining: Decimal | None = Field(None, title="What is still free, in the unit of the quantity")
    place: PlaceView | None = None
    evidence: tuple[EvidenceView, ...] = ()
    published_at: datetime | None = None
    private: PrivatePart | None = None


class OfferView(ListingShown, OfferTerms):
    """An offer as its reader may see it."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [{**_LISTING, "kind": "offer", "title": "Schone beuken resten", "concept": "wood_grade_a"}]
        },
    )
    kind: Literal[ListingKind.OFFER] = ListingKind.OFFER


class WantView(ListingShown, WantTerms):
    """A want as its reader may see it."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [{**_LISTING, "kind": "want", "title": "Onbehandeld hout", "concepts": ["wood_grade_a"]}]
        },
    )
    kind: Literal[ListingKind.WANT] = ListingKind.WANT


class OrganisationView(Shown):
    """An organisation as its reader may see it; address and e-mail only in its own view."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "organisation_id": _ID,
                    "revision": 1,
                    "name": "Houthandel De Vries",
                    "kvk_number": "12345678",
                    "roles": ["holder"],
                    "vihb_number": "810933VIXX",
                    "place": _PLACE,
                }
            ]
        },
    )
    organisation_id: UUID
    revision: int
    name: str
    kvk_number: str | None = None
    roles: tuple[Role, ...] = ()
    vihb_number: str | None = None
    permits: tuple[Permit, ...] = ()
    place: PlaceView | None = None
    mine: bool = False
    postcode: str | None = None
    street_address: str | None = None
    contact_email: str | None = None


class SavedSearchView(Shown, SearchTerms):
    """A saved search, for its owner."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "search_id": _ID,
                    "revision": 1,
                    "name": "Hout bij Utrecht",
                    "looks_for": "offer",
                    "concepts": ["wood"],
                    "postcode": "3511",
                    "max_distance_km": 40,
                    "place": _PLACE,
                    "changed_at": "2026-08-20T09:30:00Z",
                }
            ]
        },
    )
    search_id: UUID
    revision: int
    families: tuple[str, ...] = ()
    postcode: str | None = None
    place: PlaceView | None = None
    changed_at: datetime


class Look(StrEnum):
    """How much of a listing is shown."""

    OWN = "own"
    NAMED = "named"
    ANONYMOUS = "anonymous"


LEFT_OUT: Mapping[Look, frozenset[str]] = MappingProxyType(
    {
        Look.OWN: frozenset(),
        Look.NAMED: frozenset({"private", "partners"}),
        Look.ANONYMOUS: frozenset({"private", "partners", "organisation", "external_id", "permits", "closed_reason"}),
    }
)
LEFT_OUT_OF_EVIDENCE: Mapping[Look, frozenset[str]] = MappingProxyType(
    {
        Look.OWN: frozenset(),
        Look.NAMED: frozenset({"file_name"}),
        Look.ANONYMOUS: frozenset({"file_name", "title", "media_type", "size_bytes", "sha256"}),
    }
)


@overload
def public_view(listing: Offer, owner: Organisation, viewer: Actor | None) -> OfferView: ...
@overload
def public_view(listing: Want, owner: Organisation, viewer: Actor | None) -> WantView: ...
def public_view(listing: AnyListing, owner: Organisation, viewer: Actor | None) -> OfferView | WantView:
    """The listing as `viewer` (None: not signed in) may see it; raises ListingNotFound when it may not at all."""
    if not may_see(listing, viewer):
        raise ListingNotFound(listing.listing_id)
    look = look_of(listing, viewer)
    fields = {**_values(listing.terms), **_facts(listing, owner, look)}
    fields["mine"] = viewer is not None and viewer.organisation_id == listing.organisation_id
    shown = {name: value for name, value in fields.items() if name not in LEFT_OUT[look]}
    return OfferView(**shown) if isinstance(listing, Offer) else WantView(**shown)


def look_of(listing: AnyListing, viewer: Actor | None) -> Look:
    """How much of the listing `viewer`, who may see it, is shown."""
    if commands_all(viewer, listing.organisation_id):
        return Look.OWN
    return Look.ANONYMOUS if listing.terms.visibility is Visibility.ANONYMOUS else Look.NAMED


def organisation_view(organisation: Organisation, viewer: Actor | None) -> OrganisationView:
    """The organisation as `viewer` may see it."""
    own = commands_all(viewer, organisation.organisation_id)
    private = _values(organisation.private) if own else {}
    mine = viewer is not None and viewer.organisation_id == organisation.organisation_id
    place = organisation.place and _postcode_place(organisation.place)
    return OrganisationView(**{**_values(organisation), **private, "place": place, "mine": mine})


def search_view(search: SavedSearch) -> SavedSearchView:
    """The saved search; only for its owner (`searches.require_search`)."""
    place = search.place and _postcode_place(search.place)
    own = {**_values(search), "postcode": search.private.postcode, "place": place}
    return SavedSearchView(**{**own, **_values(search.terms)})


def _facts(listing: AnyListing, owner: Organisation, look: Look) -> dict[str, Any]:
    """Everything that is shown beside the terms; the place already as exact as the look allows."""
    return {
        "listing_id": listing.listing_id,
        "revision": listing.revision,
        "status": listing.status,
        "closed_reason": listing.closed_reason,
        "organisation": _card(owner),
        "families": listing.families,
        "kg_per_unit": listing.kg_per_unit,
        "remaining": listing.remaining.remaining if listing.remaining else listing.terms.quantity,
        "place": listing.place and _place_view(listing.place, look),
        "evidence": tuple(_evidence_view(item, look) for item in listing.evidence),
        "published_at": listing.published_at,
        "private": PrivatePart(**_values(listing.private)),
    }


def _card(owner: Organisation) -> OrganisationCard:
    return OrganisationCard(organisation_id=owner.organisation_id, name=owner.name, kvk_number=owner.kvk_number)


def _place_view(place: PlaceState, look: Look) -> PlaceView:
    return _municipality_place(place) if look is Look.ANONYMOUS else _postcode_place(place)


def _postcode_place(place: PlaceState) -> PlaceView:
    return PlaceView(**_values(place))


def _municipality_place(place: PlaceState) -> PlaceView:
    """The municipality's own point: the centre of a postcode-4 area may hold one business."""
    point = municipalities()[place.municipality_code].point
    return PlaceView(
        municipality_code=place.municipality_code,
        municipality=place.municipality,
        province=place.province,
        lat=point.lat,
        lon=point.lon,
    )


def _evidence_view(evidence: Evidence, look: Look) -> EvidenceView:
    fields = {name: getattr(evidence, name) for name in EvidenceView.model_fields}
    return EvidenceView(**{name: value for name, value in fields.items() if name not in LEFT_OUT_OF_EVIDENCE[look]})


def _values(part: BaseModel) -> dict[str, Any]:
    return {name: getattr(part, name) for name in type(part).model_fields}
