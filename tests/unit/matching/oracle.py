"""The hard constraints once more, written from their definition, slow and without the code under test."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from contracts.events.listings import LimitState, OfferState, SavedSearchState, WantState
from contracts.vocabulary.measures import WrongDimension, convert
from contracts.vocabulary.places import Point, distance_km
from contracts.vocabulary.terms import ListingKind, ListingStatus, Operator, Visibility
from tests.unit.matching.makers import TREE


@dataclass(frozen=True)
class Lot:
    """A listing and what is free of it."""

    state: Any
    remaining: Decimal


def pair_fits(offer_lot: Lot, want_lot: Lot) -> bool:
    """Whether the pair satisfies all eight constraints."""
    offer: OfferState = offer_lot.state
    want: WantState = want_lot.state
    km = distance_km(Point(offer.place.lat, offer.place.lon), Point(want.place.lat, want.place.lon))
    rules = [
        offer.status == want.status == ListingStatus.OPEN,
        offer_lot.remaining > 0,
        want_lot.remaining > 0,
        offer.organisation_id != want.organisation_id,
        offer.visibility != Visibility.PARTNERS or want.organisation_id in offer.partners,
        want.visibility != Visibility.PARTNERS or offer.organisation_id in want.partners,
        any(TREE.is_within(offer.concept, concept) for concept in want.concepts),
        _enough(offer_lot, want_lot),
        _windows_touch(offer, want),
        want.max_distance_km is None or km <= want.max_distance_km,
        _landed_is_fine(offer.price_eur_per_tonne, km, want.max_landed_eur_per_tonne),
        all(_limit_is_kept(offer, wanted) for wanted in want.limits),
        not want.accepted_statuses or offer.claimed_status in (None, *want.accepted_statuses),
    ]
    return all(rules)


def search_finds(search: SavedSearchState, lot: Lot) -> bool:
    """Whether a saved search is told of a listing."""
    listing = lot.state
    kind = ListingKind(listing.kind)
    km = None
    if search.place is not None:
        here, there = search.place, listing.place
        km = distance_km(Point(there.lat, there.lon), Point(here.lat, here.lon))
    rules = [
        search.active,
        search.looks_for == kind,
        listing.status == ListingStatus.OPEN,
        lot.remaining > 0,
        listing.organisation_id != search.organisation_id,
        listing.visibility != Visibility.PARTNERS or search.organisation_id in listing.partners,
        _concepts_meet(search, listing),
        km is None or search.max_distance_km is None or km <= search.max_distance_km,
        search.minimum_kg is None
        or listing.kg_per_unit is None
        or lot.remaining * listing.kg_per_unit >= search.minimum_kg,
    ]
    if kind is ListingKind.OFFER:
        rules.append(km is None or _landed_is_fine(listing.price_eur_per_tonne, km, search.max_landed_eur_per_tonne))
        accepted = search.accepted_statuses
        rules.append(not accepted or listing.claimed_status in (None, *accepted))
    return all(rules)


def _concepts_meet(search: SavedSearchState, listing: Any) -> bool:
    if listing.kind == ListingKind.OFFER:
        return any(TREE.is_within(listing.concept, sought) for sought in search.concepts)
    return any(
        TREE.is_within(wanted, sought) or TREE.is_within(sought, wanted)
        for wanted in listing.concepts
        for sought in search.concepts
    )


def _enough(offer_lot: Lot, want_lot: Lot) -> bool:
    offer, want = offer_lot.state, want_lot.state
    if want.minimum is None:
        return True
    have, need = Fraction(offer_lot.remaining), Fraction(want.minimum)
    if offer.unit != want.unit:
        if offer.kg_per_unit is None or want.kg_per_unit is None:
            return True
        have, need = have * Fraction(offer.kg_per_unit), need * Fraction(want.kg_per_unit)
    a_year = {"per_week": 52, "per_month": 12, "per_year": 1}
    if offer.recurrence != "one_off" and want.recurrence != "one_off":
        have, need = have * a_year[offer.recurrence], need * a_year[want.recurrence]
    return have >= need


def _windows_touch(offer: OfferState, want: WantState) -> bool:
    for one, other in ((offer, want), (want, offer)):
        if one.available_until and other.available_from and one.available_until < other.available_from:
            return False
        if one.available_until and one.available_from and one.available_until < one.available_from:
            return False
    return True


def _landed_is_fine(price: Decimal | None, km: float, most: Decimal | None) -> bool:
    if price is None or most is None:
        return True
    cent = Decimal("0.01")
    road = (Decimal(str(km)) * Decimal("1.3") * Decimal("0.10") + Decimal("2.50")).quantize(cent, ROUND_HALF_EVEN)
    return (price + road).quantize(cent, ROUND_HALF_EVEN) <= most


def _limit_is_kept(offer: OfferState, limit: LimitState) -> bool:
    for stated in offer.properties:
        if stated.name == limit.property:
            assert isinstance(stated.value, Decimal)
            assert isinstance(limit.value, Decimal)
            try:
                value = convert(stated.value, stated.unit, limit.unit)
            except WrongDimension:
                continue
            kept = {
                Operator.AT_MOST: value <= limit.value,
                Operator.BELOW: value < limit.value,
                Operator.AT_LEAST: value >= limit.value,
                Operator.ABOVE: value > limit.value,
                Operator.EQUAL: value == limit.value,
            }
            if not kept[limit.operator]:
                return False
    return True
