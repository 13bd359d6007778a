"""What a pair is worth, in float64: the one definition for the sentences and for the compiled index.

Every function is a leaf of + - * / sqrt asin and comparisons, so that `numba.njit` (without fastmath) compiles this
very source and gives the same bits. Unknown is NaN. A window without end ends at infinity. Money is whole cents.
"""

from collections.abc import Sequence
from math import asin, nan, sqrt

UNKNOWN = 0.5
"""The mark of a part that is not known."""

EARTH_DIAMETER_KM = 2 * 6371.0088
HALF_DISTANCE_KM = 50.0
"""The distance that halves the mark of place."""
LONG_WINDOW_DAYS = 30.0
"""From this many days on, more time makes no difference."""
HALF_MARGIN_CENTS = 5000.0
"""The margin per tonne that lifts the mark of landed value halfway from 0.5 to 1."""
WORST_R_STEP = 9.0
R_SPAN = 6.0
"""Steps between the best that is traded (R3) and the worst (R9)."""
STEP_PER_LEVEL = 0.25

ROAD_FACTOR = 1.3
"""Kilometres by road for one as the crow flies."""
VAN_KG, RIGID_KG = 1000.0, 12_000.0
"""The most that a van and a rigid lorry take; more goes by articulated lorry."""
VAN_CENTS, RIGID_CENTS, ARTICULATED_CENTS = 180.0, 30.0, 10.0
"""Transport per tonne and kilometre by road."""
VAN_HANDLING_CENTS, RIGID_HANDLING_CENTS, ARTICULATED_HANDLING_CENTS = 1500.0, 600.0, 250.0
"""Loading and unloading, per tonne."""
NEAREST_WHOLE = 6755399441055744.0
"""1.5 * 2**52. Added and taken off again it rounds to whole numbers, half to even, in one way everywhere."""

PARTS = ("material", "quantity", "place", "time", "landed_value", "r_step", "legal")
"""The order in which `score` takes the marks and the weights."""
AREA_FIRST = (20.0, 15.0, 30.0, 10.0, 10.0, 5.0, 10.0)
"""Percent per part when near by matters most."""
CHAIN_FIRST = (25.0, 10.0, 5.0, 10.0, 10.0, 25.0, 15.0)
"""Percent per part when keeping value matters most."""


def distance_km(ax: float, ay: float, az: float, bx: float, by: float, bz: float) -> float:
    """The great-circle distance between two points of the unit sphere."""
    half_chord = sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by) + (az - bz) * (az - bz)) / 2
    return EARTH_DIAMETER_KM * asin(min(1.0, half_chord))


def load_kg(offered: float, offered_kg: float, wanted: float, wanted_kg: float, same_unit: bool) -> float:
    """What one journey brings, given both amounts and the kg of one unit of each; NaN when a weight is missing.

    In one unit, the weight of either side does for both.
    """
    if same_unit:
        return min(wanted, offered) * (wanted_kg if offered_kg != offered_kg else offered_kg)
    have, need = offered * offered_kg, wanted * wanted_kg
    if have != have or need != need:
        return nan
    return min(need, have)


def transport_cents(km: float, kg: float) -> float:
    """Cents per tonne to bring a load of `kg` over `km` as the crow flies; NaN when the load is unknown.

    Falls with the load, because a larger vehicle carries a tonne for less, and rises with the distance.
    """
    if kg != kg:
        return nan
    rate, handling = ARTICULATED_CENTS, ARTICULATED_HANDLING_CENTS
    if kg <= VAN_KG:
        rate, handling = VAN_CENTS, VAN_HANDLING_CENTS
    elif kg <= RIGID_KG:
        rate, handling = RIGID_CENTS, RIGID_HANDLING_CENTS
    return (km * ROAD_FACTOR * rate + handling + NEAREST_WHOLE) - NEAREST_WHOLE


def share(
    offered: float,
    offered_kg: float,
    offered_times: float,
    wanted: float,
    wanted_kg: float,
    wanted_times: float,
    same_unit: bool,
) -> float:
    """How much of the want the offer covers, at most 1; NaN when no weight connects their units.

    `times` is deliveries a year, 0 for one-off: two that recur compare per year, else one delivery with the other.
    """
    have, need = offered, wanted
    if not same_unit:
        have, need = offered * offered_kg, wanted * wanted_kg
    if offered_times > 0.0 and wanted_times > 0.0:
        have, need = have * offered_times, need * wanted_times
    if have != have or need != need:
        return nan
    return 1.0 if have >= need else have / need


def days_together(offer_start: float, offer_end: float, want_start: float, want_end: float) -> float:
    """Days that both windows share, counted from the later start; infinite when neither ends."""
    start = max(want_start, offer_start)
    end = min(want_end, offer_end)
    return end - start + 1.0 if end >= start else 0.0


def material(levels_below: float) -> float:
    """1 for the very concept that is wanted, less for every level below it."""
    return 1.0 / (1.0 + STEP_PER_LEVEL * levels_below)


def quantity(covered: float) -> float:
    """The share of the want that is covered."""
    return UNKNOWN if covered != covered else covered


def place(km: float) -> float:
    """1 at the door, a half at HALF_DISTANCE_KM."""
    return UNKNOWN if km != km else HALF_DISTANCE_KM / (HALF_DISTANCE_KM + km)


def time(days: float) -> float:
    """The days together out of LONG_WINDOW_DAYS. It does not look at today: what stands must not drift with a clock."""
    return 1.0 if days >= LONG_WINDOW_DAYS else days / LONG_WINDOW_DAYS


def landed_value(landed_cents: float, limit_cents: float) -> float:
    """0.5 at the seeker's limit per tonne (at nothing, when there is no limit), more below it, less above it."""
    if landed_cents != landed_cents:
        return UNKNOWN
    margin = -landed_cents if limit_cents != limit_cents else limit_cents - landed_cents
    size = margin if margin >= 0.0 else -margin
    return 0.5 + margin / (2.0 * (size + HALF_MARGIN_CENTS))


def r_step(planned: float, usual: float) -> float:
    """Where the planned use stands on the R-ladder, lifted by what it gains on the usual treatment.

    R3 and better mark 1, R9 marks 0. Disposal, which is below the ladder, counts as step 10. An unknown usual treatment
    neither lifts nor lowers.
    """
    if planned != planned:
        return UNKNOWN
    kept = min(1.0, max(0.0, (WORST_R_STEP - planned) / R_SPAN))
    gain = 0.0 if usual != usual else min(1.0, max(-1.0, (usual - planned) / R_SPAN))
    return kept + (1.0 - kept) * gain if gain >= 0.0 else kept * (1.0 + gain)


def score(marks: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted mean of the marks of PARTS; the weights are percents of AREA_FIRST or CHAIN_FIRST."""
    total = marks[0] * weights[0] + marks[1] * weights[1] + marks[2] * weights[2] + marks[3] * weights[3]
    return (total + marks[4] * weights[4] + marks[5] * weights[5] + marks[6] * weights[6]) / 100.0
