"""What a draft means: its terms, the material families it belongs to, its weight, its place and its private part.

Pure: the same draft gives the same content, which is how a repeated publication is recognised as unchanged.
"""

from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from contracts.events.listings import PlaceState
from contracts.vocabulary.materials import Figure, material_tree
from contracts.vocabulary.places import Place, Point, nearest_place, place_of_postcode
from contracts.vocabulary.quantities import ConversionError, Conversions, kg_per_unit
from contracts.vocabulary.terms import ListingStatus, Visibility
from listings.commands import ListingDraft, OfferDraft, SavedSearchDraft, WantDraft
from listings.errors import NotReadyToOpen, WrongKind
from listings.model import AnyListing, ListingPrivate, Offer, SavedSearch, SearchPrivate, Want
from listings.terms import OfferTerms, SearchTerms, WantTerms

AnyDraft = OfferDraft | WantDraft
Terms = TypeVar("Terms", bound=BaseModel)


def new_listing(draft: AnyDraft, listing_id: UUID, organisation_id: UUID, now: datetime) -> AnyListing:
    """The first revision of a listing, not opened yet: opening is a step of its own."""
    if isinstance(draft, OfferDraft):
        return new_offer(draft, listing_id, organisation_id, now)
    return new_want(draft, listing_id, organisation_id, now)


def new_offer(draft: OfferDraft, listing_id: UUID, organisation_id: UUID, now: datetime) -> Offer:
    """The first revision of an offer."""
    return Offer(
        listing_id=listing_id,
        revision=1,
        organisation_id=organisation_id,
        status=ListingStatus.DRAFT,
        terms=only(OfferTerms, draft),
        families=_families((draft.concept,) if draft.concept else ()),
        kg_per_unit=_offer_weight(draft),
        place=_place_of(draft),
        private=_private_of(draft),
        created_at=now,
        changed_at=now,
    )


def new_want(draft: WantDraft, listing_id: UUID, organisation_id: UUID, now: datetime) -> Want:
    """The first revision of a want."""
    return Want(
        listing_id=listing_id,
        revision=1,
        organisation_id=organisation_id,
        status=ListingStatus.DRAFT,
        terms=only(WantTerms, draft),
        families=_families(draft.concepts),
        kg_per_unit=_want_weight(draft),
        place=_place_of(draft),
        private=_private_of(draft),
        created_at=now,
        changed_at=now,
    )


def with_content_of(listing: AnyListing, draft: AnyDraft, now: datetime) -> AnyListing:
    """The next revision, with the draft's content; this very listing when nothing differs. Raises WrongKind."""
    if isinstance(listing, Offer) and isinstance(draft, OfferDraft):
        return listing.with_content_of(new_offer(draft, listing.listing_id, listing.organisation_id, now), now)
    if isinstance(listing, Want) and isinstance(draft, WantDraft):
        return listing.with_content_of(new_want(draft, listing.listing_id, listing.organisation_id, now), now)
    raise WrongKind(listing.listing_id, listing.kind.value)


def new_search(draft: SavedSearchDraft, search_id: UUID, organisation_id: UUID, now: datetime) -> SavedSearch:
    """The first revision of a saved search."""
    place = place_of_postcode(draft.postcode) if draft.postcode else None
    return SavedSearch(
        search_id=search_id,
        revision=1,
        organisation_id=organisation_id,
        terms=only(SearchTerms, draft),
        families=_families(draft.concepts),
        place=place and place_state(place),
        private=SearchPrivate(postcode=draft.postcode),
        created_at=now,
        changed_at=now,
    )


def require_ready(listing: AnyListing, now: datetime) -> None:
    """Raise NotReadyToOpen with everything that is missing, and what to do about each.

    The last day is compared with the day in UTC, which is never ahead of the Dutch one.
    """
    terms = listing.terms
    today = now.date()
    problems = {
        "concept": not listing.families and "choose the material (concept)",
        "postcode": listing.place is None and "give a postcode or a point",
        "available_until": terms.available_until is not None
        and terms.available_until < today
        and f"the last day {terms.available_until} has passed, so give a later one",
        "partners": terms.visibility is Visibility.PARTNERS
        and not terms.partners
        and "name at least one partner, or nobody could see it",
    }
    missing = {field: advice for field, advice in problems.items() if advice}
    if missing:
        raise NotReadyToOpen(missing)


def place_state(place: Place) -> PlaceState:
    """The place as others may know it."""
    return PlaceState(
        postcode4=place.postcode4,
        municipality_code=place.municipality_code,
        municipality=place.municipality,
        province=place.province,
        lat=place.point.lat,
        lon=place.point.lon,
    )


def only(kind: type[Terms], draft: BaseModel) -> Terms:
    """The part of `draft` that is `kind`: fields that `kind` does not have stay behind.

    Not validated again: the draft has the same fields with the same limits, and publishing is the busy path.
    """
    return kind.model_construct(**{name: getattr(draft, name) for name in kind.model_fields})


def _place_of(draft: ListingDraft) -> PlaceState | None:
    """A postcode, being what the owner wrote, goes before the point."""
    if draft.postcode is not None:
        return place_state(place_of_postcode(draft.postcode))
    if draft.point is not None:
        return place_state(nearest_place(Point(draft.point.lat, draft.point.lon)))
    return None


def _private_of(draft: ListingDraft) -> ListingPrivate:
    return ListingPrivate(postcode=draft.postcode, point=draft.point, address=draft.address)


def _families(concepts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(material_tree().families_of(concepts))) if concepts else ()


def _offer_weight(draft: OfferDraft) -> Decimal | None:
    usual = _usual(draft.concept) if draft.concept else Conversions()
    known = Conversions(
        density_kg_per_m3=draft.density_kg_per_m3 or usual.density_kg_per_m3,
        unit_weight_kg=draft.unit_weight_kg or usual.unit_weight_kg,
    )
    return _weight(draft, known)


def _want_weight(draft: WantDraft) -> Decimal | None:
    """Known only when all wanted materials weigh the same: a guess would promise the wrong tonnage."""
    weights = {_weight(draft, _usual(concept)) for concept in draft.concepts}
    return weights.pop() if len(weights) == 1 else None


def _weight(draft: ListingDraft, known: Conversions) -> Decimal | None:
    try:
        return kg_per_unit(draft.unit, known)
    except ConversionError:
        return None


def _usual(concept: str) -> Conversions:
    density, weight = material_tree().density_of(concept), material_tree().unit_weight_of(concept)
    return Conversions(
        density_kg_per_m3=_exact(density),
        unit_weight_kg=_exact(weight),
    )


def _exact(figure: Figure | None) -> Decimal | None:
    """By way of its text, so that 0.2 does not become 0.2000000000000000111."""
    return None if figure is None else Decimal(str(figure.value))
