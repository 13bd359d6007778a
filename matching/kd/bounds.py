"""The most that a pair may score, when each side is known only as a range of coarse columns.

One definition serves a listing against a whole region of the tree and against a single entry: a single row is a range
of one. It refuses (-1) only what the exact comparison refuses.
"""

from math import sqrt

import numpy as np

from matching import numeric
from matching.kd.coarse import (
    AMOUNT,
    ASKED,
    CENT,
    ENDS,
    FROM_DAY,
    KM,
    LEAST,
    MARGIN,
    MONEY,
    MOST,
    OCTAVE,
    OPENS,
    REACH,
    STEP,
    STEPS,
    X,
    Y,
)
from matching.kd.compiling import compiled, inlined

Ranges = np.ndarray
"""Rows of COLUMNS sixteen-bit numbers."""

REFUSED = -1.0
NO_MARKS = (REFUSED, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
Marks = tuple[float, float, float, float, float, float, float]
"""In the order of `numeric.PARTS`."""

ROUNDING = 1e-9
"""More than the error of the sums here; a bound that is too low by one bit would lose a pair."""

# Loads of at most so many units of amount go by van, or by rigid lorry, whatever the exact load is.
VAN = int(np.floor(np.log2(numeric.VAN_KG) * OCTAVE))
RIGID = int(np.floor(np.log2(numeric.RIGID_KG) * OCTAVE))
VAN_RATE = numeric.VAN_CENTS * numeric.ROAD_FACTOR
RIGID_RATE = numeric.RIGID_CENTS * numeric.ROAD_FACTOR
ARTICULATED_RATE = numeric.ARTICULATED_CENTS * numeric.ROAD_FACTOR
AREA, CHAIN = numeric.AREA_FIRST, numeric.CHAIN_FIRST

r_step = compiled(numeric.r_step)
landed_value = compiled(numeric.landed_value)


@inlined
def gap(one_low: int, one_high: int, other_low: int, other_high: int) -> float:
    """The least distance between two ranges, less what rounding may have added."""
    apart = max(one_low - other_high, other_low - one_high) - 1
    return float(apart) if apart > 0 else 0.0


@inlined
def transport(km: float, most: int) -> float:
    """The least cents per tonne over at least `km` for loads of at most so many units of amount."""
    if most <= VAN:
        return km * VAN_RATE + numeric.VAN_HANDLING_CENTS - 1.0
    if most <= RIGID:
        return km * RIGID_RATE + numeric.RIGID_HANDLING_CENTS - 1.0
    return km * ARTICULATED_RATE + numeric.ARTICULATED_HANDLING_CENTS - 1.0


@inlined
def most_landed(lowest: int, highest: int, have: int, asked: int, limit: int, margin: int, km: float) -> float:
    """The most that landed value may mark; -1 when every price is above every limit."""
    if highest == LEAST:
        return numeric.UNKNOWN
    if lowest <= LEAST + 1:
        return 1.0
    open_load = have == MOST or asked == LEAST
    cost = lowest / CENT + transport(km, have)
    if not open_load and limit != MOST and cost > limit / CENT:
        return REFUSED
    mark = 1.0 if margin == MOST else landed_value(cost, margin / CENT)
    return max(mark, numeric.UNKNOWN) if open_load else mark


@inlined
def most_share(have: int, asked: int) -> float:
    """The most of the want that may be covered; between two powers of two the chord lies above the curve."""
    short = asked - have
    if short <= 0 or have == MOST or asked == LEAST:
        return 1.0
    halvings = short >> 9
    return 0.0 if halvings > 60 else (1.0 - (short & 511) / 1024.0) / (1 << halvings)


@inlined
def most_time(last: int, first: int) -> float:
    """The most that time may mark, between the latest last day and the earliest first day that count."""
    days = last - first + 1
    if last == MOST or days >= 30:
        return 1.0
    return 0.0 if days <= 0 else days / numeric.LONG_WINDOW_DAYS


@inlined
def most_step(low: int, high: int, usual: float) -> float:
    """The most that the R-step may mark."""
    if high == LEAST:
        return numeric.UNKNOWN
    return 1.0 if low == LEAST else r_step(low / STEPS, usual)


@inlined
def weighed(weights: Marks, marks: Marks) -> float:
    """The weighted mean of the marks, and a little more than rounding can take off."""
    total = marks[0] * weights[0] + marks[1] * weights[1] + marks[2] * weights[2] + marks[3] * weights[3]
    return (total + marks[4] * weights[4] + marks[5] * weights[5] + marks[6] * weights[6]) * 0.01 + ROUNDING


@inlined
def most_marks(
    offer_low: Ranges,
    offer_high: Ranges,
    one: int,
    want_low: Ranges,
    want_high: Ranges,
    other: int,
    material: float,
    usual: float,
    legal: float,
) -> Marks:
    """The highest marks of any pair out of row `one` of the offers' ranges and row `other` of the wants'.

    The first is -1 when no such pair can fit. Arrays and row numbers, because a slice costs more than all the sums.
    """
    last = min(offer_high[one, ENDS], want_high[other, ENDS])
    have, asked = offer_high[one, AMOUNT], want_low[other, ASKED]
    if max(want_low[other, OPENS], offer_low[one, OPENS]) > last or have < want_low[other, AMOUNT]:
        return NO_MARKS
    east = gap(offer_low[one, X], offer_high[one, X], want_low[other, X], want_high[other, X])
    north = gap(offer_low[one, Y], offer_high[one, Y], want_low[other, Y], want_high[other, Y])
    apart, reach = east * east + north * north, float(want_high[other, REACH])
    if apart > reach * reach:
        return NO_MARKS
    km = sqrt(apart) / KM
    lowest, highest = offer_low[one, MONEY], offer_high[one, MONEY]
    landed = most_landed(lowest, highest, have, asked, want_high[other, MONEY], want_high[other, MARGIN], km)
    if landed < 0.0:
        return NO_MARKS
    return (
        material,
        most_share(have, asked),
        numeric.HALF_DISTANCE_KM / (numeric.HALF_DISTANCE_KM + km),
        most_time(last, max(offer_low[one, FROM_DAY], want_low[other, FROM_DAY])),
        landed,
        most_step(want_low[other, STEP], want_high[other, STEP], usual),
        legal,
    )


@inlined
def upper(marks: Marks, area: bool, chain: bool) -> float:
    """The highest score that these marks give, by the weightings that occur; -1 when nothing can fit."""
    if marks[0] < 0.0:
        return REFUSED
    score = weighed(AREA, marks) if area else 0.0
    return max(score, weighed(CHAIN, marks)) if chain else score
