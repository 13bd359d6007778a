"""Which listings a saved search is told of. A search promises nothing, so what is unknown passes."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

from contracts.events.trades import SearchHitState
from contracts.vocabulary.terms import ListingKind
from matching import numeric
from matching.measuring import Measured, cents_of, on_sphere
from matching.model import AnyListing, OfferEntry, SearchEntry
from matching.proposing import accepts
from matching.scoring import score_of, scored

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
    distance = (
        None if search.point is None else numeric.distance_km(*on_sphere(listing.point), *on_sphere(search.point))
    )
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
    return not _landed_cents(listing, distance) > cents_of(limit)


def _landed_cents(listing: AnyListing, distance: float | None) -> float:
    """Of all that is free, because a search says no quantity; NaN when the price, weight or distance is unknown."""
    if distance is None or not isinstance(listing, OfferEntry):
        return nan
    kg = listing.measure.known_kg_per_unit
    load = nan if kg is None else float(listing.remaining) * float(kg)
    return cents_of(listing.state.price_eur_per_tonne) + numeric.transport_cents(distance, load)


def hit_state(hit: Hit) -> SearchHitState:
    """The hit as events carry it, with its score."""
    parts = scored(_measured(hit), names=PARTS_OF_A_HIT[hit.search.state.looks_for])
    return SearchHitState(
        search_id=hit.search.key,
        search_name=hit.search.state.name,
        organisation_id=hit.search.organisation_id,
        score=score_of(parts, hit.search.state.weighting),
        parts=parts,
    )


def _measured(hit: Hit) -> Measured:
    return Measured(
        levels_below=float(_levels_apart(hit)),
        distance_km=nan if hit.distance_km is None else hit.distance_km,
        landed_cents=_landed_cents(hit.listing, hit.distance_km),
        limit_cents=cents_of(hit.search.state.max_landed_eur_per_tonne),
    )


def _levels_apart(hit: Hit) -> int:
    """Levels between the nearest pair of concepts of which one is within the other."""
    return min(
        abs(found.depth - sought.depth)
        for found in hit.listing.concepts
        for sought in hit.search.concepts
        if sought.first <= found.first <= sought.last or found.first <= sought.first <= found.last
    )
