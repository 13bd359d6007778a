"""A listing in sixteen-bit numbers, rounded outward: what the coarse comparison refuses, the exact one refuses too.

Place is an orthographic projection on the plane that touches the earth in the middle of the Netherlands. A
projection never lengthens a distance, and neither does cutting it off at the borders, so this holds all over the world.
"""

from math import ceil, cos, floor, isnan, log2, radians, sin

import numpy as np

from matching.kd.compiling import compiled
from matching.kd.lots import ANY_STATUS, CHAIN, EVER, NEVER, Lot

X, Y, REACH, MONEY, OPENS, ENDS, FROM_DAY, AMOUNT, ASKED, STEP, WEIGHING, MARGIN, GROUP, STATUSES, DOOR = range(15)
"""The columns. MONEY: an offer's lowest price, a want's highest limit. AMOUNT: the most an offer has, the least a want
needs. ASKED: the least a want asks. MARGIN: a want's limit, 0 when it states none. DOOR: the lowest score that may
enter the best k of the listing. GROUP: the small number of its legal class."""
COLUMNS = 15
KEYS = 13
"""The first so many columns are what a block is split by."""

LEAST, MOST = -32768, 32767
KM = 40.0
"""Units of place in a kilometre."""
BORDER = 11_500
"""Units from the middle to the border: across the whole square is less than MOST."""
CENT = 0.1
"""Units of money in a cent."""
OCTAVE = 512.0
"""Units of amount in a doubling of kilogrammes."""
STEPS = 100.0
DOORS = 32_000.0
"""Units of score."""
DAY_ZERO = 737_425
"""1 January 2020."""
KG, TONNE = 0, 1
"""Codes of the units in which weights need nothing else to be compared."""

_LAT, _LON = radians(52.2), radians(5.3)
EAST = (-sin(_LON), cos(_LON), 0.0)
NORTH = (-sin(_LAT) * cos(_LON), -sin(_LAT) * sin(_LON), cos(_LAT))
RADIUS = 6371.0088 * KM


@compiled
def between(value: float, least: float, most: float) -> float:
    """The value, or the border it passes."""
    return least if value < least else min(value, most)


@compiled
def day(value: int) -> int:
    """A day; beyond the ends of the scale it is the end."""
    if value == NEVER:
        return LEAST
    return MOST if value == EVER else int(between(value - DAY_ZERO, LEAST, MOST))


@compiled
def kilogrammes(lot: Lot, amount: float) -> float:
    """The weight of an amount; NaN unless the unit is one of weight that weighs what it should."""
    if (lot.unit == KG and lot.kg == 1.0) or (lot.unit == TONNE and lot.kg == 1000.0):
        return float(amount * lot.kg)
    return float(np.nan)


@compiled
def doubling(weight: float, up: int) -> int:
    """The logarithm of a weight, rounded up or down by more than one unit."""
    if weight <= 1e-6:
        return LEAST + 2
    units = log2(weight) * OCTAVE
    return int(between(ceil(units) + 1 if up > 0 else floor(units) - 1, LEAST + 2, MOST - 2))


@compiled
def set_shared(lot: Lot, row: np.ndarray) -> None:
    """The columns that offers and wants fill in the same way."""
    east = (lot.x * EAST[0] + lot.y * EAST[1]) * RADIUS
    north = (lot.x * NORTH[0] + lot.y * NORTH[1] + lot.z * NORTH[2]) * RADIUS
    row[X], row[Y] = round(between(east, -BORDER, BORDER)), round(between(north, -BORDER, BORDER))
    row[OPENS], row[ENDS], row[FROM_DAY] = day(lot.opens), day(lot.ends), day(lot.from_day)
    row[STATUSES] = lot.statuses
    row[DOOR] = -1
    row[GROUP] = lot.group
    row[WEIGHING] = 1 if lot.flags & CHAIN else 0


@compiled
def offer_row(lot: Lot, row: np.ndarray) -> None:
    """Write the coarse columns of an offer."""
    set_shared(lot, row)
    row[REACH] = row[ASKED] = row[STEP] = row[MARGIN] = 0
    row[MONEY] = LEAST if isnan(lot.money) else int(between(floor(lot.money * CENT), LEAST + 1, MOST - 1))
    weight = kilogrammes(lot, lot.amount)
    row[AMOUNT] = MOST if isnan(weight) else doubling(weight * max(1, lot.times), 1)


@compiled
def want_row(lot: Lot, row: np.ndarray) -> None:
    """Write the coarse columns of a want."""
    set_shared(lot, row)
    row[REACH] = MOST if lot.reach * KM >= MOST - 4 else ceil(lot.reach * KM) + 2
    if isnan(lot.money):
        row[MONEY], row[MARGIN] = MOST, 0
    else:
        row[MONEY] = row[MARGIN] = int(between(ceil(lot.money * CENT), LEAST, MOST))
    need, asked = kilogrammes(lot, lot.minimum), kilogrammes(lot, lot.amount)
    row[AMOUNT] = LEAST if isnan(need) else doubling(need, -1)
    row[ASKED] = LEAST if isnan(asked) else doubling(asked, -1)
    row[STEP] = LEAST if isnan(lot.step) else int(between(floor(lot.step * STEPS), -30_000, 30_000))


@compiled
def status_passes(offered: int, accepted: int) -> bool:
    """Whether a claimed status is accepted; one that is not known has every bit."""
    return (offered & accepted) != 0


ANY = ANY_STATUS
