"""The milk run: one lorry collects the lots of a pool and ends at the seeker's door.

Each tonne pays for the kilometres that it rides, at the rate of the whole load, and each stop after the first for its
time. With few stops every order is tried; with more, the farthest lot is first and then always the nearest next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, permutations

from contracts.vocabulary.places import Point, distance_km

ALL_ORDERS = 5
"""Up to this many stops every order is tried (120); more would take longer than the rest of the pool."""
EUR_PER_EXTRA_STOP = Decimal(35)
"""Half an hour of lorry and driver. Our own assumption of 2026-11-24, like the rest of the transport table."""


@dataclass(frozen=True, slots=True)
class Tour:
    """The order of the stops, and the kilometres (as the crow flies) that each stop's lot rides to the door."""

    order: tuple[int, ...]
    km: tuple[float, ...]


def milk_run(stops: Sequence[Point], loads: Sequence[float], door: Point) -> Tour:
    """The tour with the least tonne-kilometres; `loads` are the tonnes (or other units) at each stop."""
    between = {
        (one, other): distance_km(stops[one], stops[other])
        for one in range(len(stops))
        for other in range(len(stops))
        if one < other
    }
    home = [distance_km(stop, door) for stop in stops]
    orders = permutations(range(len(stops))) if len(stops) <= ALL_ORDERS else [_by_nearest(home, between)]
    tours = (_tour(tuple(order), home, between) for order in orders)
    return min(tours, key=lambda tour: (sum(km * load for km, load in zip(tour.km, loads, strict=True)), tour.order))


def _tour(order: tuple[int, ...], home: Sequence[float], between: dict[tuple[int, int], float]) -> Tour:
    """Kilometres from each stop along the tour to the door, in the order of the stops as they were given."""
    ridden = [0.0] * len(order)
    ridden[order[-1]] = home[order[-1]]
    for last, following in reversed(list(pairwise(order))):
        ridden[last] = ridden[following] + between[min(last, following), max(last, following)]
    return Tour(order, tuple(ridden))


def _by_nearest(home: Sequence[float], between: dict[tuple[int, int], float]) -> tuple[int, ...]:
    left = set(range(len(home)))
    order = [max(left, key=lambda stop: (home[stop], -stop))]
    left.remove(order[0])
    while left:
        here = order[-1]
        order.append(min(left, key=lambda stop: (between[min(here, stop), max(here, stop)], stop)))
        left.remove(order[-1])
    return tuple(order)
