"""Lots: offers that would fit a want but for its minimum, each with what it adds and what it costs."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from matching.comparing import Scale, scale_between
from matching.index import ListingIndex
from matching.joint.road import transport_for
from matching.joint.seen import seen_with
from matching.model import OfferEntry, WantEntry
from matching.proposing import Fit, fits

ZERO = Decimal(0)
PLENTY = Decimal(10) ** 15
"""Seen with so much of it, no offer is too small for any want."""


@dataclass(frozen=True, slots=True)
class Lot:
    """An offer for a pool.

    `amount` is as the want counts; `cost` is EUR per tonne above what the seeker would pay, with transport at the rate
    of a whole pool. An open price counts as what the seeker would pay: it is asked, not refused. `alone`: the pair
    itself can be proposed, so that the want needs no pool.
    """

    fit: Fit
    scale: Scale
    amount: Decimal
    cost: float
    alone: bool

    @property
    def key(self) -> UUID:
        """The offer's id."""
        return self.fit.offer.key

    @property
    def expense(self) -> float:
        """What all of it costs above what the seeker would pay; below zero is a gain."""
        return self.cost * float(self.amount)

    @property
    def first_day(self) -> date:
        """From when on it is there."""
        return self.fit.offer.state.available_from or date.min

    @property
    def last_day(self) -> date:
        """Until when it is there."""
        return self.fit.offer.state.available_until or date.max


def is_pooled(want: WantEntry) -> bool:
    """Whether a want has a minimum that several offers may meet together."""
    return want.is_open and want.state.minimum is not None and want.state.minimum > 0


def least_of(want: WantEntry) -> Decimal:
    """The least that is of use now: the last bit of a want may be smaller than its minimum."""
    return min(want.state.minimum or ZERO, want.remaining)


def without_minimum(want: WantEntry) -> WantEntry:
    """The want as it would be if any quantity at any price were of use: both are asked of the pool as a whole."""
    return replace(want, state=seen_with(want.state, minimum=None, max_landed_eur_per_tonne=None))


def lots_of(index: ListingIndex, want: WantEntry) -> dict[UUID, Lot]:
    """Every offer that would fit this want but for its minimum and its price; none when it asks no minimum."""
    if not is_pooled(want):
        return {}
    lots = (lot_of(fit, want) for fit in index.fits_of(without_minimum(want)))
    return {lot.key: lot for lot in lots if lot is not None}


def lot_between(offer: OfferEntry | None, want: WantEntry) -> Lot | None:
    """The lot that an offer is for a want; None when it breaks another constraint than minimum and price."""
    fit = fits(offer, without_minimum(want)) if offer is not None else None
    return lot_of(fit, want) if fit is not None else None


def lot_of(fit: Fit, want: WantEntry) -> Lot | None:
    """The lot of a pair; None when the quantities cannot be compared or weighed, so that nothing can be added up."""
    scale = scale_between(fit.offer.measure, want.measure)
    if scale is None or not kg_of_want_unit(fit.offer, want):
        return None
    amount = min(scale.to_want(fit.offer.remaining), want.remaining)
    if amount <= 0:
        return None
    alone = amount >= least_of(want) and fits(fit.offer, want) is not None
    return Lot(fit, scale, amount, _cost(fit, want), alone)


def _cost(fit: Fit, want: WantEntry) -> float:
    price = fit.offer.state.price_eur_per_tonne
    if price is None:
        return 0.0
    whole_kg = float(least_of(want) * kg_of_want_unit(fit.offer, want))
    limit = want.state.max_landed_eur_per_tonne or ZERO
    return float(price + transport_for(fit.measured.distance_km, whole_kg) - limit)


def kg_of_want_unit(offer: OfferEntry, want: WantEntry) -> Decimal:
    """The kg in one unit of the want, which two listings in one unit may know from either side; 0 when unknown."""
    return want.measure.known_kg_per_unit or offer.measure.known_kg_per_unit or ZERO


def wants_near(index: ListingIndex, offer: OfferEntry) -> list[WantEntry]:
    """The wants with a minimum that this offer would fit if there were plenty of it, and for nothing."""
    if not offer.is_open:
        return []
    free = replace(offer, remaining=PLENTY, state=seen_with(offer.state, price_eur_per_tonne=None))
    return [fit.want for fit in index.fits_of(free) if is_pooled(fit.want)]
