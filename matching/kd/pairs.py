"""One offer and one want in exact numbers: refused, fitting or to be asked again, and what the pair scores.

It decides as `matching.proposing.fits` does. Where floating point cannot tell (an amount within a billionth of the
minimum, a text), the answer is UNSURE, and whoever asked compares the listings themselves.
"""

from math import inf, isnan

import numpy as np

from matching import numeric
from matching.kd.compiling import compiled, inlined
from matching.kd.lots import CHAIN, DOUBTFUL, EVER, PARTNERS, Lot

Codes = np.ndarray

REFUSED, SURE, UNSURE = 0, 1, 2
NEARLY = 1e-9
AT_MOST, BELOW, AT_LEAST, ABOVE, EQUAL = range(5)
"""Operators of limits, as the extras of a want code them in their last bits."""
OPERATOR_BITS = 3

distance_km = compiled(numeric.distance_km)
load_kg = compiled(numeric.load_kg)
transport_cents = compiled(numeric.transport_cents)
share = compiled(numeric.share)
days_together = compiled(numeric.days_together)
material_mark = compiled(numeric.material)
quantity_mark = compiled(numeric.quantity)
place_mark = compiled(numeric.place)
time_mark = compiled(numeric.time)
landed_mark = compiled(numeric.landed_value)
step_mark = compiled(numeric.r_step)
total = compiled(numeric.score)


@compiled
def is_visible(lot: Lot, codes: np.ndarray, to: int) -> bool:
    """Whether that organisation may be told of the listing; partners stand among the extras as -1 - number."""
    if not lot.flags & PARTNERS:
        return True
    found = False
    for place in range(lot.extra, lot.extra + lot.extras):
        found |= codes[place] == -1 - to
    return found


@compiled
def keeps(operator: int, have: float, need: float) -> bool:
    """Whether a value keeps a limit."""
    if operator == AT_MOST:
        return have <= need
    if operator == BELOW:
        return have < need
    if operator == AT_LEAST:
        return have >= need
    return have > need if operator == ABOVE else have == need


@inlined
def limits_kept(
    offer: Lot,
    want: Lot,
    offer_codes: np.ndarray,
    offer_values: np.ndarray,
    want_codes: np.ndarray,
    want_values: np.ndarray,
) -> int:
    """REFUSED when a stated value breaks a limit, UNSURE when one cannot be compared as a number (NaN)."""
    answer = SURE
    for wanted in range(want.extra, want.extra + want.extras):
        code = want_codes[wanted]
        if code < 0:
            continue
        for stated in range(offer.extra, offer.extra + offer.extras):
            if offer_codes[stated] >= 0 and offer_codes[stated] >> OPERATOR_BITS == code >> OPERATOR_BITS:
                have, need = offer_values[stated], want_values[wanted]
                if isnan(have) or isnan(need):
                    answer = UNSURE
                elif not keeps(code & (2**OPERATOR_BITS - 1), have, need):
                    return REFUSED
    return answer


@compiled
def enough(offer: Lot, want: Lot) -> int:
    """Whether the offer has the least that the want needs; unknown weights pass."""
    have, need = offer.amount, want.minimum
    exact = offer.unit == want.unit
    if not exact:
        have, need = have * offer.kg, need * want.kg
    if offer.times > 0 and want.times > 0 and offer.times != want.times:
        have, need, exact = have * offer.times, need * want.times, False
    if need == 0.0 or isnan(have) or isnan(need):
        return SURE
    if exact:
        return SURE if have >= need else REFUSED
    if have < need * (1.0 - NEARLY):
        return REFUSED
    return SURE if have > need * (1.0 + NEARLY) else UNSURE


@compiled
def landed_cents(offer: Lot, want: Lot, km: float) -> float:
    """Price and transport per tonne; NaN when either is unknown."""
    load = load_kg(offer.amount, offer.kg, want.amount, want.kg, offer.unit == want.unit)
    return float(offer.money + transport_cents(km, load))


@compiled
def may_trade(offer: Lot, want: Lot, km: float, landed: float) -> bool:
    """The constraints that numbers decide for sure."""
    if offer.organisation == want.organisation or (offer.statuses & want.statuses) == 0 or km > want.reach:
        return False
    if max(offer.opens, want.opens) > min(offer.ends, want.ends):
        return False
    return not landed > want.money


@inlined
def judged(offer: Lot, want: Lot, codes: Codes, values: Codes, want_codes: Codes, want_values: Codes) -> int:
    """REFUSED, SURE or UNSURE, of a pair that `may_trade`; the first codes and values are those of the offer."""
    if not (is_visible(offer, codes, want.organisation) and is_visible(want, want_codes, offer.organisation)):
        return REFUSED
    amounts = enough(offer, want)
    if amounts == REFUSED:
        return REFUSED
    limits = limits_kept(offer, want, codes, values, want_codes, want_values)
    if limits == REFUSED:
        return REFUSED
    doubtful = amounts == UNSURE or limits == UNSURE or (offer.flags | want.flags) & DOUBTFUL
    return UNSURE if doubtful else SURE


@compiled
def end_of(lot: Lot) -> float:
    """The last day; infinite when there is none."""
    return inf if lot.ends == EVER else float(lot.ends)


@compiled
def scored(offer: Lot, want: Lot, levels: float, km: float, landed: float, usual: float, legal: float) -> float:
    """The score of the pair by the weighting that the want chose."""
    covered = share(
        offer.amount, offer.kg, float(offer.times), want.amount, want.kg, float(want.times), offer.unit == want.unit
    )
    days = days_together(float(offer.from_day), end_of(offer), float(want.from_day), end_of(want))
    marks = (
        material_mark(levels),
        quantity_mark(covered),
        place_mark(km),
        time_mark(days),
        landed_mark(landed, want.money),
        step_mark(want.step, usual),
        legal,
    )
    return total(marks, numeric.CHAIN_FIRST if want.flags & CHAIN else numeric.AREA_FIRST)
