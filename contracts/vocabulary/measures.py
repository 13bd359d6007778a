"""Measured properties of a material: a value with a unit of composition, or unknown.

Mass fractions on dry matter and as received are two dimensions: turning one into the other needs the
dry-matter content, so it is never done silently. A wrong dimension is an error that says what was expected.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Dimension(StrEnum):
    """What kind of thing a unit measures; only units of one dimension convert into each other."""

    MASS_FRACTION = "mass fraction as received"
    MASS_FRACTION_DRY = "mass fraction of dry matter"
    VOLUME_PER_MASS = "volume per mass"
    MASS = "mass"
    LENGTH = "length"
    TEMPERATURE = "temperature"
    COUNT = "count"
    WORKING_TIME = "working time"
    OXYGEN_UPTAKE = "oxygen uptake of organic matter"
    GAS_YIELD = "gas volume per mass of volatile solids"
    GERM_COUNT = "number of germs per mass"
    MASS_PER_NUTRIENT = "mass per mass of phosphate"
    MASS_PER_AREA = "mass per area"
    VISCOSITY = "kinematic viscosity"
    TRUTH = "yes or no"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """A unit of composition: its written form, its dimension and its factor to that dimension's base."""

    symbol: str
    dimension: Dimension
    factor: Decimal


class WrongDimension(ValueError):
    """A value was given in a unit that cannot be compared with the unit that is needed."""


class UnknownUnit(ValueError):
    """A unit of composition that the vocabulary does not have."""


def _units() -> dict[str, MeasureUnit]:
    wet, dry = Dimension.MASS_FRACTION, Dimension.MASS_FRACTION_DRY
    rows: tuple[tuple[str, Dimension, str], ...] = (
        ("mg/kg", wet, "1"),
        ("ppm", wet, "1"),
        ("ug/kg", wet, "0.001"),
        ("g/kg", wet, "1000"),
        ("% w/w", wet, "10000"),
        ("kg/kg", wet, "1000000"),
        ("%", wet, "10000"),
        ("mg/kg ds", dry, "1"),
        ("mg/kg dm", dry, "1"),
        ("ug/kg ds", dry, "0.001"),
        ("g/kg dm", dry, "1000"),
        ("% dm", dry, "10000"),
        ("cm3/kg", Dimension.VOLUME_PER_MASS, "1"),
        ("kg", Dimension.MASS, "1"),
        ("t", Dimension.MASS, "1000"),
        ("mm", Dimension.LENGTH, "0.001"),
        ("m", Dimension.LENGTH, "1"),
        ("km", Dimension.LENGTH, "1000"),
        ("C", Dimension.TEMPERATURE, "1"),
        ("count", Dimension.COUNT, "1"),
        ("working days", Dimension.WORKING_TIME, "1"),
        ("mmol O2/kg OM/h", Dimension.OXYGEN_UPTAKE, "1"),
        ("l/g VS", Dimension.GAS_YIELD, "1"),
        ("CFU/g", Dimension.GERM_COUNT, "1"),
        ("mg/kg P2O5", Dimension.MASS_PER_NUTRIENT, "1"),
        ("mg/m2", Dimension.MASS_PER_AREA, "1"),
        ("mm2/s", Dimension.VISCOSITY, "1"),
        ("ng/kg dm", dry, "0.000001"),
        ("bool", Dimension.TRUTH, "1"),
        ("date", Dimension.DATE, "1"),
        ("text", Dimension.TEXT, "1"),
        ("code", Dimension.TEXT, "1"),
        ("class", Dimension.TEXT, "1"),
        ("level", Dimension.TEXT, "1"),
    )
    return {symbol: MeasureUnit(symbol, dimension, Decimal(factor)) for symbol, dimension, factor in rows}


MEASURE_UNITS = _units()


def measure_unit(symbol: str) -> MeasureUnit:
    """The unit written as `symbol`; raises UnknownUnit with the accepted ones."""
    try:
        return MEASURE_UNITS[symbol]
    except KeyError:
        accepted = ", ".join(MEASURE_UNITS)
        raise UnknownUnit(f"{symbol!r} is not a unit of composition; accepted are {accepted}") from None


def convert(value: Decimal, unit: str, wanted: str) -> Decimal:
    """`value` in `unit`, expressed in `wanted`; raises WrongDimension when they measure different things."""
    source, target = measure_unit(unit), measure_unit(wanted)
    if source.dimension is not target.dimension:
        raise WrongDimension(f"{value} {unit} is a {source.dimension}; expected a {target.dimension} such as {wanted}")
    return value * source.factor / target.factor
