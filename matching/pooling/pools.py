"""The pool of a want: the lots that together meet its minimum, at one price at the door, and the trade that follows.

A pool is a pure function of the want and of the lots around it. It exists only when no single lot serves the want.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from uuid import UUID, uuid5

from contracts.events.joint_trades import JointLandedState
from contracts.vocabulary.quantities import KG_PER_TONNE
from matching.joint.road import cents, transport_for
from matching.model import WantEntry
from matching.pooling.cover import MOST_STEPS, cover
from matching.pooling.lots import ZERO, Lot, kg_of_want_unit, least_of
from matching.pooling.tours import EUR_PER_EXTRA_STOP, milk_run
from matching.proposing import TRADES

CHEAPEST, LARGEST = 16, 16
"""The lots that are looked at: the cheapest and the largest. More would cost time and hardly ever win."""
MOST_DAYS = 6
"""How many days are tried on which the lorry may come."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one lot gives: `amount` as the want counts, `offered` as the offer counts, and the km it rides."""

    lot: Lot
    amount: Decimal
    offered: Decimal
    km: float


@dataclass(frozen=True, slots=True)
class Pool:
    """A want and the shares that serve it, in the order in which the lorry collects them."""

    want: WantEntry
    shares: tuple[Share, ...]
    landed: JointLandedState

    @property
    def amount(self) -> Decimal:
        """What reaches the want, as it counts."""
        return sum((share.amount for share in self.shares), ZERO)

    @property
    def members(self) -> frozenset[UUID]:
        """The offers that take part."""
        return frozenset(share.lot.key for share in self.shares)

    @property
    def joint_id(self) -> UUID:
        """The same for the same revisions and amounts, so that replay creates nothing twice."""
        offers = sorted(f"{share.lot.key}:{share.lot.fit.offer.revision}:{share.offered}" for share in self.shares)
        return uuid5(TRADES, f"pooled:{self.want.key}:{self.want.revision}:{','.join(offers)}")

    @property
    def load_kg(self) -> Decimal:
        """What the lorry carries at the end."""
        return sum((_kg(share, self.want) for share in self.shares), ZERO)


def pool_of(want: WantEntry, lots: Mapping[UUID, Lot]) -> Pool | None:
    """The pool that is proposed for a want; None when a pair serves it, or when nothing reaches its minimum."""
    if len(lots) < 2 or any(lot.alone for lot in lots.values()):
        return None
    return pool_reaching(want, lots.values(), least_of(want))


def pool_reaching(want: WantEntry, lots: Iterable[Lot], least: Decimal) -> Pool | None:
    """The pool of at least `least`: fewest holders, then least expense; only cheap lots when else it is too dear."""
    looked_at = considered(lots)
    for among in (looked_at, [lot for lot in looked_at if lot.cost <= 0]):
        pool = _best(want, among, least)
        if pool is not None and _affordable(pool):
            return pool
    return None


def considered(lots: Iterable[Lot]) -> list[Lot]:
    """The cheapest and the largest lots."""
    every = list(lots)
    if len(every) <= CHEAPEST + LARGEST:
        return every
    cheap = sorted(every, key=lambda lot: (lot.cost, lot.key))[:CHEAPEST]
    large = sorted(every, key=lambda lot: (-lot.amount, lot.key))[:LARGEST]
    return list({lot.key: lot for lot in (*cheap, *large)}.values())


def _best(want: WantEntry, lots: Sequence[Lot], least: Decimal) -> Pool | None:
    days = _days(lots, want)
    groups = [[lot for lot in lots if lot.first_day <= day <= lot.last_day] for day in days]
    covers = [cover(group, least, MOST_STEPS // len(groups)) for group in groups]
    found = [one for one in covers if one]
    if not found:
        return None
    best = min(found, key=lambda one: (len(one), sum(lot.expense for lot in one), sorted(lot.key for lot in one)))
    return pool_with(want, best)


def _days(lots: Sequence[Lot], want: WantEntry) -> list[date]:
    """Days on which a lorry could collect: those on which a lot comes, the ones with most material first."""
    from_day = want.state.available_from or date.min
    starts = {max(from_day, lot.first_day) for lot in lots}

    def there(day: date) -> Decimal:
        return sum((lot.amount for lot in lots if lot.first_day <= day <= lot.last_day), ZERO)

    return sorted(starts, key=lambda day: (-there(day), day))[:MOST_DAYS]


def pool_with(want: WantEntry, lots: Sequence[Lot]) -> Pool:
    """The pool of exactly these lots."""
    amounts = _amounts(want, lots)
    tour = milk_run([lot.fit.offer.point for lot in lots], [float(amount) for amount in amounts], want.point)
    shares = tuple(
        Share(lots[stop], amounts[stop], _offered(lots[stop], amounts[stop]), tour.km[stop]) for stop in tour.order
    )
    return Pool(want, shares, _landed(want, shares))


def _amounts(want: WantEntry, lots: Sequence[Lot]) -> list[Decimal]:
    """All of each lot, but no more together than the want takes: the dearest lot gives what is left over."""
    taken: dict[UUID, Decimal] = {}
    for lot in sorted(lots, key=lambda lot: (lot.cost, lot.key)):
        taken[lot.key] = min(lot.amount, want.remaining - sum(taken.values(), ZERO))
    return [taken[lot.key] for lot in lots]


def _offered(lot: Lot, amount: Decimal) -> Decimal:
    """The amount as the offer counts; all that is free when the want takes all of it."""
    if amount == lot.scale.to_want(lot.fit.offer.remaining):
        return lot.fit.offer.remaining
    return min(lot.fit.offer.remaining, lot.scale.to_offer(amount, ROUND_DOWN))


def _kg(share: Share, want: WantEntry) -> Decimal:
    return share.amount * kg_of_want_unit(share.lot.fit.offer, want)


def _landed(want: WantEntry, shares: Sequence[Share]) -> JointLandedState:
    total = sum((share.amount for share in shares), ZERO)
    load_kg = sum((_kg(share, want) for share in shares), ZERO)
    rides = sum((transport_for(share.km, float(load_kg)) * share.amount for share in shares), ZERO)
    stops = EUR_PER_EXTRA_STOP * (len(shares) - 1) * KG_PER_TONNE / load_kg
    transport = cents(rides / total + stops)
    prices = [(share.lot.fit.offer.state.price_eur_per_tonne, share.amount) for share in shares]
    known = [price * amount for price, amount in prices if price is not None]
    price = cents(sum(known, ZERO) / total) if len(known) == len(prices) else None
    return JointLandedState(
        price_eur_per_tonne=price,
        transport_eur_per_tonne=transport,
        treatment_eur_per_tonne=ZERO,
        storage_eur_per_tonne=ZERO,
        landed_eur_per_tonne=None if price is None else price + transport,
    )


def _affordable(pool: Pool) -> bool:
    limit, landed = pool.want.state.max_landed_eur_per_tonne, pool.landed.landed_eur_per_tonne
    return limit is None or landed is None or landed <= limit
