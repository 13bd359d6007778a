"""From an entry to its exact numbers and extras, and from the material tree to the tables of the kernels."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from math import inf, nan
from typing import NamedTuple

import numpy as np

from contracts.vocabulary.materials import MaterialTree
from contracts.vocabulary.terms import LegalStatus, Visibility, Weighting
from contracts.vocabulary.usual_treatment import usual_treatment
from matching.kd.extras import Extra, Extras, further_concepts
from matching.kd.lots import ANY_STATUS, CHAIN, DOUBTFUL, EVER, LOT, NEVER, PARTNERS, SEVERAL, UNGROUPED
from matching.kd.stock import Concepts, Stock
from matching.legal_class import class_of_offer, class_of_want
from matching.measuring import UNIT_CODES, Numbers, numbers_of_offer, numbers_of_want, on_sphere
from matching.model import AnyListing, OfferEntry, SearchEntry, WantEntry

STATUS_BITS = {status: 1 << bit for bit, status in enumerate(LegalStatus)}
EXACT_DIGITS = 15
LOW = (1 << 64) - 1


class Described(NamedTuple):
    """The exact numbers of a listing in the order of LOT, and its extras."""

    lot: tuple[float, ...]
    extras: Sequence[Extra]


def concepts_of(tree: MaterialTree) -> Concepts:
    """The tree by preorder number."""
    parents = [-1 if one.parent is None else tree.concept(one.parent).first for one in tree]
    usual = [usual_treatment(one.id) for one in tree]
    return Concepts(
        np.array(parents, np.int32),
        np.array([one.last for one in tree], np.int32),
        np.array([one.depth for one in tree], np.int32),
        np.array([nan if line is None else float(line.r_step) for line in usual]),
    )


def described(listing: AnyListing, extras: Extras) -> Described:
    """An offer or a want."""
    return offer_described(listing, extras) if isinstance(listing, OfferEntry) else want_described(listing, extras)


def offer_described(offer: OfferEntry, extras: Extras) -> Described:
    """An offer: what it has, where, when and for how much."""
    numbers, state = numbers_of_offer(offer), offer.state
    more = [*extras.properties(state.properties), *_partners(offer, extras)]
    claimed = state.claimed_status
    unknown = claimed is None or claimed is LegalStatus.UNDETERMINED
    terms = Terms(
        minimum=0.0,
        reach=inf,
        legal=class_of_offer(offer),
        concept=offer.concept.first,
        statuses=ANY_STATUS if unknown or claimed is None else STATUS_BITS[claimed],
        # One concept has one family. Who says more is asked in which of them it is told.
        flags=DOUBTFUL if len(state.families) > 1 else 0,
    )
    return _described(offer, numbers, terms, more, extras)


def want_described(want: WantEntry, extras: Extras) -> Described:
    """A want: the least it needs, how far, until when and for how much at most."""
    numbers, state = numbers_of_want(want), want.state
    firsts = list(dict.fromkeys(concept.first for concept in want.concepts))
    more = [*extras.limits(state.limits), *_partners(want, extras), *further_concepts(firsts[1:])]
    flags = (CHAIN if state.weighting is Weighting.CHAIN_FIRST else 0) | (SEVERAL if len(firsts) > 1 else 0)
    minimum = state.minimum or Decimal(0)
    terms = Terms(
        minimum=float(minimum),
        reach=inf if state.max_distance_km is None else state.max_distance_km,
        legal=class_of_want(want),
        concept=firsts[0],
        statuses=sum({STATUS_BITS[status] for status in state.accepted_statuses}) or ANY_STATUS,
        flags=flags if _is_exact(minimum) else flags | DOUBTFUL,
    )
    return _described(want, numbers, terms, more, extras)


class Terms(NamedTuple):
    """What only one of the two kinds of listing says."""

    minimum: float
    reach: float
    legal: int
    concept: int
    statuses: int
    flags: int


def _described(listing: AnyListing, numbers: Numbers, terms: Terms, more: list[Extra], extras: Extras) -> Described:
    state, key, flags = listing.state, listing.key.int, terms.flags
    if state.visibility is Visibility.PARTNERS:
        flags |= PARTNERS
    if not _is_exact(listing.remaining):
        flags |= DOUBTFUL
    where = (numbers.x, numbers.y, numbers.z)
    much = (numbers.amount, terms.minimum, numbers.kg, numbers.cents, terms.reach, numbers.step)
    who = (key >> 64, key & LOW, terms.legal)
    when = (_day(state.available_from, NEVER), _day(state.available_until, EVER), numbers.start)
    what = (extras.organisations.of(listing.organisation_id), terms.concept, 0, len(more), UNGROUPED)
    how = (numbers.unit, numbers.times, terms.statuses, flags)
    return Described((*where, *much, *who, *when, *what, *how), more)


def search_described(search: SearchEntry) -> Described:
    """A saved search as far as the coarse comparison goes: its concepts, place and reach."""
    x, y, z = (0.0, 0.0, 0.0) if search.point is None else on_sphere(search.point)
    bounded = search.point is not None and search.state.max_distance_km is not None
    firsts = list(dict.fromkeys(concept.first for concept in search.concepts))
    more = list(further_concepts(firsts[1:]))
    key, flags = search.key.int, SEVERAL if more else 0
    reach = (search.state.max_distance_km or 0.0) if bounded else inf
    lot = (x, y, z, 1.0, 0.0, nan, nan, reach, nan, key >> 64, key & LOW, 0, NEVER, EVER, NEVER)
    return Described((*lot, 0, firsts[0], 0, len(more), UNGROUPED, UNIT_CODES_OF_NOTHING, 0, ANY_STATUS, flags), more)


UNIT_CODES_OF_NOTHING = len(UNIT_CODES)
"""A saved search counts in no unit."""


def stock_of(one: Described) -> Stock:
    """A stock of one lot, to search with what is not in the index."""
    lots = np.zeros(1, LOT)
    lots[0] = one.lot
    codes = np.array([code for code, _value in one.extras], np.int32)
    values = np.array([value for _code, value in one.extras], np.float64)
    return Stock(lots, codes, values, np.zeros(1), np.full(1, -1, np.int32))


def _partners(listing: AnyListing, extras: Extras) -> Iterable[Extra]:
    return extras.partners(listing.state.partners) if listing.state.visibility is Visibility.PARTNERS else ()


def _day(day: date | None, without: int) -> int:
    return without if day is None else day.toordinal()


def _is_exact(amount: Decimal) -> bool:
    """Whether the amount survives as a float, so that comparing floats is comparing amounts."""
    _sign, digits, exponent = amount.as_tuple()
    return len(digits) <= EXACT_DIGITS and isinstance(exponent, int) and -100 < exponent < 100
