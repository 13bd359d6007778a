"""Quantities that are traded: kilogrammes, tonnes, cubic metres and pieces.

Every amount has a unit. A volume becomes a mass only by a density and a count only by a unit weight;
where that figure is unknown the conversion is refused, because a guessed tonne may be promised to a buyer.
Unit codes are those of UN/ECE Recommendation 20.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

KG_PER_TONNE = Decimal(1000)
UNECE_CODES = {"kg": "KGM", "t": "TNE", "m3": "MTQ", "piece": "H87"}


class Unit(StrEnum):
    """The unit of a traded quantity."""

    KG = "kg"
    TONNE = "t"
    CUBIC_METRE = "m3"
    PIECE = "piece"

    @property
    def unece(self) -> str:
        """The code of UN/ECE Recommendation 20, e.g. `TNE`."""
        return UNECE_CODES[self.value]


class ConversionError(ValueError):
    """A quantity cannot be expressed in the wanted unit with what is known."""


class UnknownDensity(ConversionError):
    """A volume was asked as a mass (or the reverse) and the density is unknown."""


class UnknownUnitWeight(ConversionError):
    """Pieces were asked as a mass (or the reverse) and the weight of one piece is unknown."""


@dataclass(frozen=True, slots=True)
class Conversions:
    """What is known of one material: kg per m3 (bulk as it is moved) and kg per piece; None is unknown."""

    density_kg_per_m3: Decimal | None = None
    unit_weight_kg: Decimal | None = None


NO_CONVERSIONS = Conversions()


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount above zero in one unit."""

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not self.value.is_finite() or self.value <= 0:
            raise ValueError(f"a quantity must be a number above 0; got {self.value} {self.unit}")

    def in_kg(self, known: Conversions = NO_CONVERSIONS) -> Decimal:
        """The mass in kg; raises ConversionError when density or unit weight is needed and unknown."""
        return self.value * kg_per_unit(self.unit, known)

    def to(self, unit: Unit, known: Conversions = NO_CONVERSIONS) -> "Quantity":
        """The same amount in `unit`; raises ConversionError as `in_kg` does."""
        if unit is self.unit:
            return self
        return Quantity(self.in_kg(known) / kg_per_unit(unit, known), unit)


def kg_per_unit(unit: Unit, known: Conversions = NO_CONVERSIONS) -> Decimal:
    """How many kg one `unit` of this material weighs; raises ConversionError when that is unknown."""
    if unit is Unit.CUBIC_METRE:
        if known.density_kg_per_m3 is None:
            raise UnknownDensity(
                "the density of this material is unknown, so m3 cannot be turned into kg: "
                "give the quantity in kg or t, or give its density in kg/m3"
            )
        return known.density_kg_per_m3
    if unit is Unit.PIECE:
        if known.unit_weight_kg is None:
            raise UnknownUnitWeight(
                "the weight of one piece is unknown, so pieces cannot be turned into kg: "
                "give the quantity in kg or t, or give the weight of one piece in kg"
            )
        return known.unit_weight_kg
    return KG_PER_TONNE if unit is Unit.TONNE else Decimal(1)


class Recurrence(StrEnum):
    """How often the amount of a listing comes free or is needed."""

    ONE_OFF = "one_off"
    PER_WEEK = "per_week"
    PER_MONTH = "per_month"
    PER_YEAR = "per_year"

    @property
    def times_a_year(self) -> Decimal | None:
        """How many times a year; None for a one-off lot, which has no rate."""
        return TIMES_A_YEAR[self.value]


TIMES_A_YEAR = {
    "one_off": None,
    "per_week": Decimal(52),
    "per_month": Decimal(12),
    "per_year": Decimal(1),
}
