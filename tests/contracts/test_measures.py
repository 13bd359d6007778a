"""Measured properties convert within one dimension and never silently between two."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.measures import (
    MEASURE_UNITS,
    Dimension,
    MeasureUnit,
    UnknownUnit,
    WrongDimension,
    convert,
    measure_unit,
)

VALUES = st.decimals("-1000000", "1000000", places=4)
PAIRS = list(product(MEASURE_UNITS.values(), repeat=2))
ALIKE = [(one.symbol, other.symbol) for one, other in PAIRS if one.dimension is other.dimension]
UNLIKE = [(one.symbol, other.symbol) for one, other in PAIRS if one.dimension is not other.dimension]


def _close(one: Decimal, other: Decimal) -> bool:
    """Equal but for the 28 digits that decimal division keeps."""
    return abs(one - other) <= abs(other) * Decimal("1e-24")


@given(VALUES, st.sampled_from(ALIKE))
def test_there_and_back_is_the_same_value(value: Decimal, units: tuple[str, str]) -> None:
    unit, wanted = units

    assert _close(convert(convert(value, unit, wanted), wanted, unit), value)


@given(VALUES, VALUES, st.sampled_from(ALIKE))
def test_more_stays_more(one: Decimal, other: Decimal, units: tuple[str, str]) -> None:
    less, more = sorted((one, other))

    assert convert(less, *units) <= convert(more, *units)


@given(VALUES, st.sampled_from(UNLIKE))
def test_another_dimension_is_refused_with_what_was_expected(value: Decimal, units: tuple[str, str]) -> None:
    unit, wanted = units

    with pytest.raises(WrongDimension) as refused:
        convert(value, unit, wanted)

    message = str(refused.value)
    assert f"is a {measure_unit(unit).dimension}" in message
    assert f"expected a {measure_unit(wanted).dimension} such as {wanted}" in message


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        ("1", "%", "mg/kg", "10000"),
        ("75", "mg/kg ds", "% dm", "0.0075"),
        ("750", "ug/kg", "ppm", "0.75"),
        ("17.5", "% w/w", "g/kg", "175"),
        ("2.5", "t", "kg", "2500"),
        ("31.5", "mm", "m", "0.0315"),
        ("-3", "C", "C", "-3"),
    ],
)
def test_known_values(value: str, unit: str, wanted: str, expected: str) -> None:
    assert convert(Decimal(value), unit, wanted) == Decimal(expected)


@pytest.mark.parametrize(("wet", "dry"), [("mg/kg", "mg/kg ds"), ("g/kg", "g/kg dm"), ("%", "% dm")])
def test_dry_matter_and_as_received_are_two_things(wet: str, dry: str) -> None:
    with pytest.raises(WrongDimension, match="as received"):
        convert(Decimal(1), wet, dry)
    with pytest.raises(WrongDimension, match="dry matter"):
        convert(Decimal(1), dry, wet)


@pytest.mark.parametrize("symbol", ["", "MG/KG", "stone", "mg/l", " kg"])
def test_a_unit_outside_the_list_is_refused_with_the_list(symbol: str) -> None:
    with pytest.raises(UnknownUnit, match=r"accepted are mg/kg, ppm,.*level"):
        measure_unit(symbol)
    with pytest.raises(UnknownUnit):
        convert(Decimal(1), "kg", symbol)


def test_every_unit_is_listed_under_its_symbol_with_a_factor_above_zero() -> None:
    assert all(unit.symbol == symbol and unit.factor > 0 for symbol, unit in MEASURE_UNITS.items())
    assert measure_unit("% dm") == MeasureUnit("% dm", Dimension.MASS_FRACTION_DRY, Decimal(10000))


def test_every_dimension_has_a_base_unit() -> None:
    assert {unit.dimension for unit in MEASURE_UNITS.values() if unit.factor == 1} == set(Dimension)
