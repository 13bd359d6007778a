"""Which listings a saved search is told of. A search promises nothing, so what is unknown passes."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.events.trades import SearchHitState
from contracts.vocabulary.places import distance_km
from contracts.vocabulary.terms import ListingKind
from matching.landed import landed
from matching.model import AnyListing, OfferEntry, SearchEntry
from matching.proposing import accepts
from matching.scoring import Subject, score_of, scored

PARTS_OF_A_HIT: dict[ListingKind, tuple[str, ...]] = {
    ListingKind.OFFER: ("material", "place", "landed_value"),
    ListingKind.WANT: ("material", "place"),
}
"""The parts of the score that say something of a listing with no other listing beside it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that a saved search looks for; `distance_km` is None when the search says no place."""

    listing: AnyListing
    search: SearchEntry
    distance_km: float | None


def hits(listing: AnyListing, search: SearchEntry) -> Hit | None:
    """The hit; None when the listing is not what the search looks for."""
    if not all(allows(listing, search) for allows in CONSTRAINTS):
        return None
    distance = None if search.point is None else distance_km(listing.point, search.point)
    if not (_in_reach(distance, search) and _affordable(listing, search, distance)):
        return None
    return Hit(listing, search, distance)


def _both_open(listing: AnyListing, search: SearchEntry) -> bool:
    return listing.is_open and search.is_open and search.state.looks_for.value == listing.kind.value


def _may_be_told(listing: AnyListing, search: SearchEntry) -> bool:
    return listing.organisation_id != search.organisation_id and listing.is_visible_to(search.organisation_id)


def _material(listing: AnyListing, search: SearchEntry) -> bool:
    """An offer must be within a searched concept; a want also fits when it asks for something wider."""
    wider_too = search.state.looks_for is ListingKind.WANT
    return any(
        sought.first <= found.first <= sought.last or (wider_too and found.first <= sought.first <= found.last)
        for found in listing.concepts
        for sought in search.concepts
    )


def _enough(listing: AnyListing, search: SearchEntry) -> bool:
    kg_per_unit = listing.measure.known_kg_per_unit
    if search.state.minimum_kg is None or kg_per_unit is None:
        return True
    return listing.remaining * kg_per_unit >= search.state.minimum_kg


def _accepted_status(listing: AnyListing, search: SearchEntry) -> bool:
    if not isinstance(listing, OfferEntry):
        return True
    return accepts(search.state.accepted_statuses, listing.state.claimed_status)


CONSTRAINTS: tuple[Callable[[AnyListing, SearchEntry], bool], ...] = (
    _both_open,
    _may_be_told,
    _material,
    _enough,
    _accepted_status,
)


def _in_reach(distance: float | None, search: SearchEntry) -> bool:
    return distance is None or search.state.max_distance_km is None or distance <= search.state.max_distance_km


def _affordable(listing: AnyListing, search: SearchEntry, distance: float | None) -> bool:
    limit = search.state.max_landed_eur_per_tonne
    if limit is None or distance is None or not isinstance(listing, OfferEntry):
        return True
    total = landed(listing.state.price_eur_per_tonne, distance).total
    return total is None or total <= limit


def hit_state(hit: Hit) -> SearchHitState:
    """The hit as events carry it, with its score."""
    parts = scored(_subject(hit), PARTS_OF_A_HIT[hit.search.state.looks_for])
    return SearchHitState(
        search_id=hit.search.key,
        search_name=hit.search.state.name,
        organisation_id=hit.search.organisation_id,
        score=score_of(parts),
        parts=parts,
    )


def _subject(hit: Hit) -> Subject:
    price = hit.listing.state.price_eur_per_tonne if isinstance(hit.listing, OfferEntry) else None
    return Subject(
        levels_below=_levels_apart(hit),
        share=None,
        distance_km=hit.distance_km,
        landed=None if hit.distance_km is None else landed(price, hit.distance_km).total,
        max_landed=hit.search.state.max_landed_eur_per_tonne,
    )


def _levels_apart(hit: Hit) -> int:
    """Levels between the nearest pair of concepts of which one is within the other."""
    return min(
        abs(found.depth - sought.depth)
        for found in hit.listing.concepts
        for sought in hit.search.concepts
        if sought.first <= found.first <= sought.last or found.first <= sought.first <= found.last
    )
