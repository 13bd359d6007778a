"""The hard constraints once more, written from their definition, slow and without the code under test."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from contracts.events.listings import LimitState, OfferState, SavedSearchState, WantState
from contracts.vocabulary.measures import WrongDimension, convert
from contracts.vocabulary.places import Point, distance_km
from contracts.vocabulary.terms import ListingKind, ListingStatus, Operator, Visibility
from matching import numeric
from matching.measuring import measured, numbers_of_offer, numbers_of_want
from matching.model import Taken, entry_of_offer, entry_of_want
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
        _landed_is_fine(offer, km, want.max_landed_eur_per_tonne, _load(offer_lot, want_lot)),
        all(_limit_is_kept(offer, wanted) for wanted in want.limits),
        not want.accepted_statuses or offer.claimed_status in (None, *want.accepted_statuses),
    ]
    return all(rules)


def standing_pairs(offers: Sequence[Lot], wants: Sequence[Lot], best_k: int) -> set[tuple[UUID, UUID]]:
    """Every pair that is among the best k of either side: all pairs are scored, sorted and cut off.

    A listing has one list per family: a want of wood and of metal has k offers of each (decision 16).
    """
    lists: dict[tuple[UUID, str], list[tuple[float, int, tuple[UUID, UUID]]]] = defaultdict(list)
    for one in offers:
        for other in wants:
            if pair_fits(one, other):
                pair = (one.state.listing_id, other.state.listing_id)
                family, score = min({*one.state.families} & {*other.state.families}), _score_of_pair(one, other)
                for own in (0, 1):
                    lists[pair[own], family].append((-score, pair[1 - own].int, pair))
    return {pair for mine in lists.values() for _, _, pair in sorted(mine)[:best_k]}


def _score_of_pair(offer_lot: Lot, want_lot: Lot) -> float:
    """By the check that knows nothing; the numbers themselves have tests of their own."""
    offer, want = offer_lot.state, want_lot.state
    offered = entry_of_offer(offer, TREE, Taken(offer.quantity - offer_lot.remaining))
    wanted = entry_of_want(want, TREE, Taken(want.quantity - want_lot.remaining))
    depth = max(TREE.concept(one).depth for one in want.concepts if TREE.is_within(offer.concept, one))
    levels = float(TREE.concept(offer.concept).depth - depth)
    numbers = measured(numbers_of_offer(offered), numbers_of_want(wanted), levels)
    return numeric.score(numbers.marks(), numeric.AREA_FIRST)


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
        load = None if listing.kg_per_unit is None else lot.remaining * listing.kg_per_unit
        rules.append(km is None or _landed_is_fine(listing, km, search.max_landed_eur_per_tonne, load))
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


def _load(offer_lot: Lot, want_lot: Lot) -> Decimal | None:
    offer: OfferState = offer_lot.state
    want: WantState = want_lot.state
    if offer.unit == want.unit:
        kg: Decimal | None = offer.kg_per_unit or want.kg_per_unit
        return None if kg is None else min(offer_lot.remaining, want_lot.remaining) * kg
    if offer.kg_per_unit is None or want.kg_per_unit is None:
        return None
    return min(offer_lot.remaining * offer.kg_per_unit, want_lot.remaining * want.kg_per_unit)


def _landed_is_fine(offer: OfferState, km: float, most: Decimal | None, load_kg: Decimal | None) -> bool:
    price = offer.price_eur_per_tonne
    if price is None or most is None or load_kg is None:
        return True
    rate, handling = (180, 1500) if load_kg <= 1000 else (30, 600) if load_kg <= 12_000 else (10, 250)
    road = round(km * 1.3 * rate + handling)
    return round(price * 100) + road <= round(most * 100)


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
