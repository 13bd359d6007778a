"""How far each column of an entry may fall short before its pair cannot come among the best k any more.

The bound of a block is the sum of the highest marks in it. Where the k-th best found is known, the difference is all
that one mark may lose: what loses more in any single mark is left out by the loop that reads the block, without a look
at the others.
"""

from math import floor, inf, log2
from typing import NamedTuple

from matching import numeric
from matching.kd.bounds import AREA, CHAIN, Marks, transport, weighed
from matching.kd.coarse import CENT, KM, LEAST, MOST, OCTAVE, between
from matching.kd.compiling import compiled


class Floors(NamedTuple):
    """In units of the columns: the greatest distance, shortfall of amount and landed cost, the fewest days together."""

    reach: int
    short: int
    margin: float
    days: int


@compiled
def loss(marks: Marks, part: int, area: bool, chain: bool, least: float) -> float:
    """What one mark may lose before the score falls below `least`, by the weighting that forgives most."""
    most = -inf
    if area:
        most = (weighed(AREA, marks) - least) * 100.0 / AREA[part]
    if chain:
        most = max(most, (weighed(CHAIN, marks) - least) * 100.0 / CHAIN[part])
    return most


@compiled
def margin_of(mark: float) -> float:
    """The margin in cents that gives this mark of landed value; without end beyond the ends of the scale."""
    size = 2.0 * (mark - 0.5)
    if size >= 1.0:
        return inf
    if size <= -1.0:
        return -inf
    return numeric.HALF_MARGIN_CENTS * size / (1.0 - abs(size))


@compiled
def floors_of(marks: Marks, area: bool, chain: bool, least: float) -> Floors:
    """What an entry under these highest marks must have to come to at least `least`."""
    place = marks[2] - loss(marks, 2, area, chain, least)
    km = inf if place <= 0.0 else numeric.HALF_DISTANCE_KM / place - numeric.HALF_DISTANCE_KM
    share = marks[1] - loss(marks, 1, area, chain, least)
    short = float(MOST) if share <= 0.0 else -log2(min(share, 1.0)) * OCTAVE + 4.0
    landed = marks[4] - loss(marks, 4, area, chain, least)
    time = marks[3] - loss(marks, 3, area, chain, least)
    return Floors(
        int(between(km * KM + 4.0, 0.0, MOST)),
        int(between(short, 0.0, MOST)),
        -inf if landed <= numeric.UNKNOWN else margin_of(landed),
        int(between(floor(time * numeric.LONG_WINDOW_DAYS) - 1.0, LEAST, 30.0)),
    )


@compiled
def least_margin(floors: Floors, price: int, have: int, km: float) -> int:
    """The lowest limit of a want, in units of money, that gives an offer of this price enough of landed value."""
    if floors.margin == -inf or price <= LEAST + 1 or have == MOST:
        return LEAST
    return int(between(floor((floors.margin + price / CENT + transport(km, have)) * CENT) - 1.0, LEAST, MOST))


@compiled
def most_price(floors: Floors, margin: int, asked: int, km: float) -> int:
    """The highest price of an offer, in units of money, that leaves a want of this limit enough of landed value."""
    if floors.margin == -inf or margin == MOST or asked == LEAST:
        return MOST
    return int(between(floor((margin / CENT - floors.margin - transport(km, MOST)) * CENT) + 2.0, LEAST, MOST))
