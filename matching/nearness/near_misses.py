"""The smallest change of one term that would make a pair, for a listing that has none.

One term at a time is left out and the index is asked again: what it finds then breaks that term only. A table says
what a change costs, so that they can be put in order; it is our own judgement of how hard each is to bring about.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from contracts.events.near_misses import NearMissChange, NearMissState
from contracts.vocabulary.terms import LegalStatus
from matching.comparing import scale_between
from matching.index import ListingIndex
from matching.joint.seen import seen_with
from matching.limits import broken_or_doubtful
from matching.model import AnyListing, OfferEntry, WantEntry
from matching.pooling.lots import PLENTY
from matching.proposing import Fit

MOST = 5
"""Near-misses told per listing."""

COST: dict[NearMissChange, float] = {
    NearMissChange.RADIUS: 1.0,
    NearMissChange.PRICE: 1.0,
    NearMissChange.WINDOW: 1.0,
    NearMissChange.MINIMUM: 0.5,
    NearMissChange.QUANTITY: 0.5,
    NearMissChange.DOCUMENT: 25.0,
    NearMissChange.CLEANING: 40.0,
}
"""Per kilometre, euro per tonne, day, and per cent of the quantity; a document and a cleaning step as a whole."""

WHOLE = Decimal(1)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a pair is from fitting, in words."""

    size: float
    nl: str
    en: str
    amount: str | None = None
    unit: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Without:
    """One term left out of a listing, and how to measure what it refuses."""

    change: NearMissChange
    fields: dict[str, Any]
    gap: Callable[[Fit, AnyListing], Gap | None]
    plenty: bool = False


def near_misses(index: ListingIndex, listing: AnyListing) -> tuple[NearMissState, ...]:
    """At most MOST changes, the smallest first; none for a listing that has a match or is not open."""
    if not listing.is_open or index.fits_of(listing):
        return ()
    found = sorted(_misses(index, listing), key=lambda miss: (miss.cost, miss.change.value, miss.counterpart_id))
    return tuple(found[:MOST])


def _misses(index: ListingIndex, listing: AnyListing) -> Iterator[NearMissState]:
    for one in OF_OFFER if isinstance(listing, OfferEntry) else OF_WANT:
        if not _asks_something(listing, one):
            continue
        for fit in index.fits_of(_seen(listing, one)):
            gap = one.gap(fit, listing)
            if gap is not None:
                yield _miss(one.change, gap, fit, listing)


def _seen(listing: AnyListing, one: Without) -> AnyListing:
    remaining = PLENTY if one.plenty else listing.remaining
    if isinstance(listing, OfferEntry):
        return replace(listing, state=seen_with(listing.state, **one.fields), remaining=remaining)
    return replace(listing, state=seen_with(listing.state, **one.fields), remaining=remaining)


def _asks_something(listing: AnyListing, one: Without) -> bool:
    return one.plenty or any(getattr(listing.state, name) not in (None, ()) for name in one.fields)


def _miss(change: NearMissChange, gap: Gap, fit: Fit, listing: AnyListing) -> NearMissState:
    other = fit.want if isinstance(listing, OfferEntry) else fit.offer
    return NearMissState(
        change=change,
        about=gap.about,
        amount=gap.amount,
        unit=gap.unit,
        cost=round(COST[change] * gap.size, 2),
        counterpart_id=other.key,
        counterpart_organisation_id=other.organisation_id,
        nl=gap.nl,
        en=gap.en,
    )


def _radius(fit: Fit, listing: AnyListing) -> Gap | None:
    assert isinstance(listing, WantEntry)
    extra = Decimal(str(fit.measured.distance_km - (listing.state.max_distance_km or 0.0)))
    km = extra.quantize(WHOLE, ROUND_CEILING)
    return Gap(float(km), f"Zoek {km} km verder.", f"Search {km} km farther.", amount=str(km), unit="km")


def _higher_limit(fit: Fit, listing: AnyListing) -> Gap | None:
    assert isinstance(listing, WantEntry)
    total, limit = fit.landed.total, listing.state.max_landed_eur_per_tonne
    if total is None or limit is None:
        return None
    extra = (total - limit).quantize(CENT, ROUND_CEILING)
    return Gap(
        float(extra),
        f"Betaal aan de deur € {_dutch(extra)} per ton meer.",
        f"Pay EUR {extra} per tonne more at the door.",
        amount=str(extra),
        unit="EUR/t",
    )


def _lower_price(fit: Fit, listing: AnyListing) -> Gap | None:
    """The offer was seen without a price; its own price on top of the same road is what is too much."""
    assert isinstance(listing, OfferEntry)
    price, limit, road = (
        listing.state.price_eur_per_tonne,
        fit.want.state.max_landed_eur_per_tonne,
        fit.landed.transport,
    )
    if price is None or limit is None or road is None:
        return None
    less = (price + road - limit).quantize(CENT, ROUND_CEILING)
    return Gap(
        float(less),
        f"Vraag € {_dutch(less)} per ton minder.",
        f"Ask EUR {less} per tonne less.",
        amount=str(less),
        unit="EUR/t",
    )


def _smaller_minimum(fit: Fit, listing: AnyListing) -> Gap | None:
    assert isinstance(listing, WantEntry)
    scale = scale_between(fit.offer.measure, listing.measure)
    minimum = listing.state.minimum
    if scale is None or not minimum:
        return None
    there = scale.to_want(fit.offer.remaining)
    unit = listing.state.unit.value
    return Gap(
        float((minimum - there) / minimum * 100),
        f"Neem genoegen met {_dutch(there)} {unit}.",
        f"Be content with {there} {unit}.",
        amount=str(there),
        unit=unit,
    )


def _more_quantity(fit: Fit, listing: AnyListing) -> Gap | None:
    assert isinstance(listing, OfferEntry)
    scale = scale_between(listing.measure, fit.want.measure)
    minimum = fit.want.state.minimum
    if scale is None or not minimum:
        return None
    needed = scale.to_offer(minimum) - listing.remaining
    unit = listing.state.unit.value
    if needed <= 0:
        return None
    return Gap(
        float(needed / scale.to_offer(minimum) * 100),
        f"Bied {_dutch(needed)} {unit} meer aan, of zoek aanvulling bij anderen.",
        f"Offer {needed} {unit} more, or look for more with others.",
        amount=str(needed),
        unit=unit,
    )


def _days(fit: Fit, listing: AnyListing) -> Gap | None:
    other = fit.want if isinstance(listing, OfferEntry) else fit.offer
    mine, theirs = listing.state, other.state
    later = ((theirs.available_from or date.min) - (mine.available_until or date.max)).days
    earlier = ((mine.available_from or date.min) - (theirs.available_until or date.max)).days
    days = max(later, earlier)
    if days <= 0:
        return None
    dutch, english = ("dag", "day") if days == 1 else ("dagen", "days")
    if later >= earlier:
        nl, en = f"Laat de periode {days} {dutch} later eindigen.", f"Let the window end {days} {english} later."
    else:
        nl, en = f"Laat de periode {days} {dutch} eerder beginnen.", f"Let the window begin {days} {english} earlier."
    return Gap(float(days), nl, en, amount=str(days), unit="d")


def _document(fit: Fit, listing: AnyListing) -> Gap | None:
    offer, want = (listing, fit.want) if isinstance(listing, OfferEntry) else (fit.offer, listing)
    accepted = want.state.accepted_statuses
    if not accepted or offer.state.claimed_status in (None, LegalStatus.UNDETERMINED, *accepted):
        return None
    wanted = accepted[0].value
    return Gap(
        1.0,
        "Eén document ontbreekt: een bewijs dat het materiaal een status heeft die de vrager accepteert.",
        f"One document is missing: proof that the material has a status that the seeker accepts ({wanted}).",
        about=wanted,
    )


def _cleaning(fit: Fit, listing: AnyListing) -> Gap | None:
    offer, want = (listing, fit.want) if isinstance(listing, OfferEntry) else (fit.offer, listing)
    broken = [one for one in want.state.limits if broken_or_doubtful([one], offer.state.properties) is None]
    if not broken:
        return None
    first = broken[0]
    name = first.property.replace("_", " ")
    return Gap(
        float(len(broken)),
        f"Eén bewerking: breng {name} op {first.operator.value} {first.value} {first.unit}.",
        f"One treatment step: bring {name} to {first.operator.value} {first.value} {first.unit}.",
        amount=str(first.value),
        unit=first.unit,
        about=first.property,
    )


def _dutch(amount: Decimal) -> str:
    return str(amount).replace(".", ",")


WINDOW = {"available_from": None, "available_until": None}
OF_WANT: tuple[Without, ...] = (
    Without(NearMissChange.RADIUS, {"max_distance_km": None}, _radius),
    Without(NearMissChange.PRICE, {"max_landed_eur_per_tonne": None}, _higher_limit),
    Without(NearMissChange.MINIMUM, {"minimum": None}, _smaller_minimum),
    Without(NearMissChange.WINDOW, WINDOW, _days),
    Without(NearMissChange.DOCUMENT, {"accepted_statuses": ()}, _document),
    Without(NearMissChange.CLEANING, {"limits": ()}, _cleaning),
)
OF_OFFER: tuple[Without, ...] = (
    Without(NearMissChange.PRICE, {"price_eur_per_tonne": None}, _lower_price),
    Without(NearMissChange.QUANTITY, {}, _more_quantity, plenty=True),
    Without(NearMissChange.WINDOW, WINDOW, _days),
    Without(NearMissChange.DOCUMENT, {"claimed_status": None}, _document),
    Without(NearMissChange.CLEANING, {"properties": ()}, _cleaning),
)
"""An offer cannot widen the radius of wants; the wants around it are told of that themselves."""
