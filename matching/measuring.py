"""The numbers of an offer and of a want, and what is measured of the two together.

These are all that a score looks at, besides the law. Unknown is NaN; see `matching.numeric`.
"""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from math import cos, inf, nan, radians, sin
from typing import NamedTuple

from contracts.vocabulary.places import Point
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.r_ladder import RStep
from contracts.vocabulary.terms import IntendedUse
from contracts.vocabulary.usual_treatment import usual_treatment
from matching import numeric
from matching.model import AnyListing, OfferEntry, WantEntry

HUNDRED = Decimal(100)
KEPT_PLACES = 10_000
UNIT_CODES = {unit: code for code, unit in enumerate(Unit)}

STEP_OF_USE: dict[IntendedUse, RStep] = {
    IntendedUse.REUSE_SAME_PURPOSE: RStep.R3,
    IntendedUse.REPAIR_OR_REFURBISH: RStep.R4,
    IntendedUse.PARTS: RStep.R6,
    IntendedUse.OTHER_PURPOSE: RStep.R7,
    IntendedUse.FURNACE_MELTING: RStep.R8,
    IntendedUse.GLASS_REMELTING: RStep.R8,
    IntendedUse.MATERIAL_RECYCLING: RStep.R8,
    IntendedUse.AGGREGATE_IN_CONCRETE: RStep.R8,
    IntendedUse.AGGREGATE_UNBOUND: RStep.R8,
    IntendedUse.ASPHALT: RStep.R8,
    IntendedUse.SOIL_APPLICATION: RStep.R8,
    IntendedUse.FERTILISER: RStep.R8,
    IntendedUse.ANIMAL_FEED: RStep.R8,
    IntendedUse.COMPOSTING: RStep.R8,
    IntendedUse.DIGESTION: RStep.R8,
    IntendedUse.FUEL: RStep.R9,
}
"""The step of a use when the seeker names none; a raw material may be on several steps, so it says nothing."""


class Numbers(NamedTuple):
    """One side. x, y, z on the unit sphere; `amount` is what is free, in a unit of `kg` kilogrammes, `times` a year.

    `start` and `end` are days (ordinals); `cents` is an offer's price or a want's limit, per tonne; `step` is an
    offer's usual treatment or a want's planned use on the R-ladder.
    """

    x: float
    y: float
    z: float
    amount: float
    kg: float
    times: float
    unit: int
    start: float
    end: float
    cents: float
    step: float


class Measured(NamedTuple):
    """What is measured of a pair; NaN is unknown, and `days` without end is infinite."""

    levels_below: float
    share: float = nan
    distance_km: float = nan
    days: float = inf
    load_kg: float = nan
    landed_cents: float = nan
    limit_cents: float = nan
    r_step: float = nan
    usual_r_step: float = nan

    def marks(self, legal: float = numeric.UNKNOWN) -> tuple[float, ...]:
        """The marks of all parts, in the order of `numeric.PARTS`."""
        return (
            numeric.material(self.levels_below),
            numeric.quantity(self.share),
            numeric.place(self.distance_km),
            numeric.time(self.days),
            numeric.landed_value(self.landed_cents, self.limit_cents),
            numeric.r_step(self.r_step, self.usual_r_step),
            legal,
        )


def numbers_of_offer(offer: OfferEntry) -> Numbers:
    """What an offer brings to a score."""
    usual = usual_treatment(offer.concept.id)
    return _numbers(offer, cents_of(offer.state.price_eur_per_tonne), nan if usual is None else float(usual.r_step))


def numbers_of_want(want: WantEntry) -> Numbers:
    """What a want brings to a score."""
    return _numbers(want, cents_of(want.state.max_landed_eur_per_tonne), planned_step(want))


def measured(offer: Numbers, want: Numbers, levels_below: float) -> Measured:
    """A pair of which the offered concept lies so many levels below the wanted one."""
    same = offer.unit == want.unit
    km = numeric.distance_km(offer.x, offer.y, offer.z, want.x, want.y, want.z)
    load = numeric.load_kg(offer.amount, offer.kg, want.amount, want.kg, same)
    return Measured(
        levels_below=levels_below,
        share=numeric.share(offer.amount, offer.kg, offer.times, want.amount, want.kg, want.times, same),
        distance_km=km,
        days=numeric.days_together(offer.start, offer.end, want.start, want.end),
        load_kg=load,
        landed_cents=offer.cents + numeric.transport_cents(km, load),
        limit_cents=want.cents,
        r_step=want.step,
        usual_r_step=offer.step,
    )


def planned_step(want: WantEntry) -> float:
    """The step that the seeker names, else that of the intended use; NaN when neither tells."""
    use = want.state.intended_use
    step = want.state.r_step if want.state.r_step is not None else STEP_OF_USE.get(use) if use else None
    return nan if step is None else float(step)


def cents_of(amount: Decimal | None) -> float:
    """Euros in whole cents, half to even; NaN for None."""
    return nan if amount is None else float((amount * HUNDRED).to_integral_value(ROUND_HALF_EVEN))


def euros_of(cents: float) -> Decimal | None:
    """Whole cents in euros with two decimals; None for NaN."""
    return None if cents != cents else (Decimal(int(cents)) / HUNDRED).quantize(Decimal("0.01"))


@lru_cache(maxsize=KEPT_PLACES)
def on_sphere(point: Point) -> tuple[float, float, float]:
    """The point on the unit sphere; few places have many listings."""
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def _numbers(listing: AnyListing, cents: float, step: float) -> Numbers:
    state = listing.state
    kg = listing.measure.known_kg_per_unit
    x, y, z = on_sphere(listing.point)
    return Numbers(
        x,
        y,
        z,
        amount=float(listing.remaining),
        kg=nan if kg is None else float(kg),
        times=float(state.recurrence.times_a_year or 0),
        unit=UNIT_CODES[state.unit],
        start=float(_first_day(listing).toordinal()),
        end=inf if state.available_until is None else float(state.available_until.toordinal()),
        cents=cents,
        step=step,
    )


def _first_day(listing: AnyListing) -> date:
    """No window begins before the day on which the listing was published."""
    stated = listing.state.available_from or date.min
    published = listing.state.published_at
    return stated if published is None else max(stated, published.date())
