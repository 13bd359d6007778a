"""Amounts of an offer and a want made comparable: in the unit they share or in kg, at once or per year."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from contracts.vocabulary.quantities import Recurrence, Unit

STEP = Decimal("0.000001")
"""The smallest part of a unit that a converted amount keeps: a gramme of a tonne."""

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a listing counts: its unit, the kg in one unit (None: unknown) and how often the amount comes."""

    unit: Unit
    kg_per_unit: Decimal | None
    recurrence: Recurrence

    @property
    def known_kg_per_unit(self) -> Decimal | None:
        """The kg in one unit; a weight of nothing is as good as unknown."""
        return self.kg_per_unit if self.kg_per_unit is not None and self.kg_per_unit > 0 else None


@dataclass(frozen=True, slots=True)
class Scale:
    """Factors that bring an amount of the offer and one of the want to the same measure."""

    offer: Decimal
    want: Decimal

    def covers(self, offer_amount: Decimal, want_amount: Decimal) -> bool:
        """Whether the offer's amount is at least the want's."""
        return offer_amount * self.offer >= want_amount * self.want

    def to_want(self, offer_amount: Decimal) -> Decimal:
        """The offer's amount as the want counts, rounded to STEP."""
        return _rescaled(offer_amount, self.offer, self.want, ROUND_HALF_EVEN)

    def to_offer(self, want_amount: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
        """The want's amount as the offer counts, rounded to STEP."""
        return _rescaled(want_amount, self.want, self.offer, rounding)

    def smallest(self, offer_amount: Decimal, want_amount: Decimal) -> Decimal | None:
        """The smaller of both as the offer counts, never more than the want's; None when that is less than STEP."""
        if not self.covers(offer_amount, want_amount):
            return offer_amount
        return self.to_offer(want_amount, ROUND_DOWN) or None


def scale_between(offer: Measure, want: Measure) -> Scale | None:
    """How the two compare; None when their units differ and the weight of one is unknown.

    Two recurring listings compare per year; a one-off lot compares with one delivery as it stands.
    """
    weights = _weights(offer, want)
    if weights is None:
        return None
    offer_rate, want_rate = _rates(offer.recurrence, want.recurrence)
    return Scale(weights[0] * offer_rate, weights[1] * want_rate)


def _weights(offer: Measure, want: Measure) -> tuple[Decimal, Decimal] | None:
    if offer.unit is want.unit:
        return ONE, ONE
    if offer.known_kg_per_unit is None or want.known_kg_per_unit is None:
        return None
    return offer.known_kg_per_unit, want.known_kg_per_unit


def _rates(offer: Recurrence, want: Recurrence) -> tuple[Decimal, Decimal]:
    if offer.times_a_year is None or want.times_a_year is None:
        return ONE, ONE
    return offer.times_a_year, want.times_a_year


def _rescaled(amount: Decimal, source: Decimal, target: Decimal, rounding: str) -> Decimal:
    """An amount that needs no conversion is returned as it is, so that nothing is lost to rounding."""
    if source == target:
        return amount
    return (amount * source / target).quantize(STEP, rounding).normalize() + Decimal(0)
