"""The open entries of one kind as numpy columns, and the coarse comparison of one row with all of them.

The comparison may admit what `fits` or `hits` refuses, never the reverse: limits are rounded outward, unknowns pass.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import inf, nan, pi, sin
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import numpy as np

from contracts.vocabulary.places import EARTH_RADIUS_KM
from contracts.vocabulary.terms import LegalStatus
from matching.measuring import UNIT_CODES, on_sphere
from matching.model import AnyListing, OfferEntry, SearchEntry, WantEntry
from matching.numeric import ARTICULATED_HANDLING_CENTS

FIRST_SIZE = 64
SLACK_KM = 0.001
SLACK_EUR = 0.05
SLACK = 1e-9
NEARLY_ANTIPODAL = pi / 2 - 1e-3

LEAST_HANDLING_EUR = ARTICULATED_HANDLING_CENTS / 100
STATUS_BITS = {status: 1 << bit for bit, status in enumerate(LegalStatus)}
ANY_STATUS = (1 << len(STATUS_BITS)) - 1


class Row(NamedTuple):
    """One entry as numbers; or the same columns of many entries.

    `first` and `last` span all its concepts; x, y, z lie on the unit sphere; `reach` is a squared chord on it;
    `price` is EUR per tonne, an offer's asked or a want's highest; `times` is deliveries a year, 0 for one-off.
    """

    first: Any
    last: Any
    start: Any
    end: Any
    x: Any
    y: Any
    z: Any
    reach: Any
    price: Any
    statuses: Any
    unit: Any
    amount: Any
    amount_kg: Any
    times: Any


TYPES = Row("i4", "i4", "i4", "i4", "f8", "f8", "f8", "f8", "f8", "i4", "i1", "f8", "f8", "f8")

E = TypeVar("E", bound=OfferEntry | WantEntry | SearchEntry)


class Columns(Generic[E]):
    """Entries of one kind in slots; a freed slot is used again. Putting and removing take the same time at any size."""

    def __init__(self, row_of: Callable[[E], Row]) -> None:
        self._row_of = row_of
        self._cells = Row(*(np.zeros(FIRST_SIZE, type_) for type_ in TYPES))
        self._used = np.zeros(FIRST_SIZE, bool)
        self._entries: list[E | None] = []
        self._slots: dict[UUID, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, entry: E) -> None:
        """Add the entry, or put it in the place of the one with its key; a closed one takes no part in searching."""
        self.remove(entry.key)
        if entry.is_open:
            slot = self._new_slot()
            for column, value in zip(self._cells, self._row_of(entry), strict=True):
                column[slot] = value
            self._used[slot] = True
            self._entries[slot] = entry
            self._slots[entry.key] = slot

    def remove(self, key: UUID) -> None:
        """Forget the entry with this key, if it is there."""
        slot = self._slots.pop(key, None)
        if slot is not None:
            self._used[slot] = False
            self._entries[slot] = None
            self._free.append(slot)

    def candidates(self, probe: Row, admits: Callable[[Row], Any]) -> list[E]:
        """Entries whose concepts overlap the probe's and that `admits` lets through, in no promised order."""
        size = len(self._entries)
        cells = self._cells
        near = self._used[:size] & (cells.first[:size] <= probe.last) & (cells.last[:size] >= probe.first)
        slots = np.flatnonzero(near)
        if slots.size:
            slots = slots[admits(Row(*(column[slots] for column in cells)))]
        found = (self._entries[slot] for slot in slots.tolist())
        return [entry for entry in found if entry is not None]

    def _new_slot(self) -> int:
        if self._free:
            return self._free.pop()
        if len(self._entries) == len(self._used):
            self._cells = Row(*(_doubled(column) for column in self._cells))
            self._used = _doubled(self._used)
        self._entries.append(None)
        return len(self._entries) - 1


def _doubled(column: Any) -> Any:
    return np.concatenate([column, np.zeros_like(column)])


def row_of_offer(offer: OfferEntry) -> Row:
    """An offer: what it has, where, when and for how much."""
    price = offer.state.price_eur_per_tonne
    claimed = offer.state.claimed_status
    # Without a weight the transport is unknown, and what is unknown passes.
    unpriced = price is None or offer.measure.known_kg_per_unit is None
    unknown = claimed is None or claimed is LegalStatus.UNDETERMINED
    return _listing_row(
        offer,
        amount=offer.remaining,
        reach=inf,
        price=-inf if price is None or unpriced else _outward(price, -1),
        statuses=ANY_STATUS if unknown or claimed is None else STATUS_BITS[claimed],
    )


def row_of_want(want: WantEntry) -> Row:
    """A want: the least it needs, how far, until when and for how much at most."""
    limit = want.state.max_landed_eur_per_tonne
    accepted = want.state.accepted_statuses
    return _listing_row(
        want,
        amount=want.state.minimum or Decimal(0),
        reach=_reach(want.state.max_distance_km),
        price=inf if limit is None or want.measure.known_kg_per_unit is None else _outward(limit, 1),
        statuses=sum({STATUS_BITS[status] for status in accepted}) or ANY_STATUS,
    )


def row_of_search(search: SearchEntry) -> Row:
    """A saved search: its concepts, place and reach; the rest is left to the exact comparison."""
    x, y, z = (0.0, 0.0, 0.0) if search.point is None else on_sphere(search.point)
    reach = inf if search.point is None else _reach(search.state.max_distance_km)
    first, last = _span(search)
    return Row(first, last, 0, 0, x, y, z, reach, 0.0, ANY_STATUS, 0, 0.0, 0.0, 0.0)


def row_of_listing(listing: AnyListing) -> Row:
    """An offer's or a want's row."""
    return row_of_offer(listing) if isinstance(listing, OfferEntry) else row_of_want(listing)


def may_fit(offer: Row, want: Row) -> Any:
    """Whether the exact comparison is worth its time; one of the two holds columns."""
    return (
        (want.start <= offer.end)
        & (offer.start <= want.end)
        & (offer.price + LEAST_HANDLING_EUR <= want.price)
        & ((offer.statuses & want.statuses) != 0)
        & (_chord(offer, want) <= want.reach)
        & _may_suffice(offer, want)
    )


def may_hit(listing: Row, search: Row) -> Any:
    """Whether the search may look for the listing; one of the two holds columns."""
    return _chord(listing, search) <= search.reach


def _listing_row(listing: AnyListing, amount: Decimal, reach: float, price: float, statuses: int) -> Row:
    state, kg_per_unit = listing.state, listing.measure.known_kg_per_unit
    x, y, z = on_sphere(listing.point)
    first, last = _span(listing)
    return Row(
        first=first,
        last=last,
        start=(state.available_from or date.min).toordinal(),
        end=(state.available_until or date.max).toordinal(),
        x=x,
        y=y,
        z=z,
        reach=reach,
        price=price,
        statuses=statuses,
        unit=UNIT_CODES[state.unit],
        amount=float(amount),
        amount_kg=nan if kg_per_unit is None else float(amount * kg_per_unit),
        times=float(state.recurrence.times_a_year or 0),
    )


def _span(entry: AnyListing | SearchEntry) -> tuple[int, int]:
    """The preorder numbers around all concepts; an offer is a point, because its descendants are not on offer."""
    if isinstance(entry, OfferEntry):
        return entry.concept.first, entry.concept.first
    firsts = [concept.first for concept in entry.concepts]
    return min(firsts, default=0), max((concept.last for concept in entry.concepts), default=-1)


def _may_suffice(offer: Row, want: Row) -> Any:
    """Written as a denial, because an unknown weight (NaN) fails every comparison and must pass."""
    same = offer.unit == want.unit
    both_recur = (offer.times > 0) & (want.times > 0)
    have = np.where(same, offer.amount, offer.amount_kg) * np.where(both_recur, offer.times, 1.0)
    need = np.where(same, want.amount, want.amount_kg) * np.where(both_recur, want.times, 1.0)
    return ~(have < need * (1 - SLACK))


def _chord(one: Row, other: Row) -> Any:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 + (one.z - other.z) ** 2


def _reach(max_distance_km: float | None) -> float:
    """The squared chord of the distance; beyond the other side of the earth everything is in reach."""
    if max_distance_km is None:
        return inf
    half_angle = max(0.0, max_distance_km + SLACK_KM) / (2 * EARTH_RADIUS_KM)
    return inf if not half_angle < NEARLY_ANTIPODAL else (2 * sin(half_angle)) ** 2 * (1 + SLACK)


def _outward(price: Decimal, direction: int) -> float:
    value = float(price)
    return value + direction * (SLACK_EUR + abs(value) * SLACK)
