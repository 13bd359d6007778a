"""Quantities convert only with what is known; a guessed tonne is never promised to anybody."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.quantities import (
    NO_CONVERSIONS,
    TIMES_A_YEAR,
    UNECE_CODES,
    ConversionError,
    Conversions,
    Quantity,
    Recurrence,
    Unit,
    UnknownDensity,
    UnknownUnitWeight,
    kg_per_unit,
)

AMOUNTS = st.decimals("0.001", "1000000", places=3)
WEIGHTS = st.decimals("0.1", "10000", places=1)
KNOWN = st.builds(Conversions, density_kg_per_m3=WEIGHTS, unit_weight_kg=WEIGHTS)
UNITS = st.sampled_from(Unit)
QUANTITIES = st.builds(Quantity, AMOUNTS, UNITS)


def _close(one: Decimal, other: Decimal) -> bool:
    """Equal but for the 28 digits that decimal division keeps."""
    return abs(one - other) <= abs(other) * Decimal("1e-24")


@given(QUANTITIES, UNITS, KNOWN)
def test_there_and_back_is_the_same_amount(quantity: Quantity, unit: Unit, known: Conversions) -> None:
    back = quantity.to(unit, known).to(quantity.unit, known)

    assert back.unit is quantity.unit
    assert _close(back.value, quantity.value)


@given(QUANTITIES, UNITS, KNOWN)
def test_the_mass_is_the_same_in_every_unit(quantity: Quantity, unit: Unit, known: Conversions) -> None:
    assert _close(quantity.to(unit, known).in_kg(known), quantity.in_kg(known))


@given(AMOUNTS, AMOUNTS, UNITS, KNOWN)
def test_more_stays_more(one: Decimal, other: Decimal, unit: Unit, known: Conversions) -> None:
    lighter, heavier = sorted((one, other))

    assert Quantity(lighter, unit).in_kg(known) <= Quantity(heavier, unit).in_kg(known)


@given(QUANTITIES)
def test_its_own_unit_needs_no_knowledge(quantity: Quantity) -> None:
    assert quantity.to(quantity.unit) is quantity


@pytest.mark.parametrize(
    ("amount", "unit", "kg"),
    [("1", Unit.KG, "1"), ("2.5", Unit.TONNE, "2500"), ("40", Unit.CUBIC_METRE, "9600"), ("64", Unit.PIECE, "768")],
)
def test_known_amounts_weigh_what_they_weigh(amount: str, unit: Unit, kg: str) -> None:
    known = Conversions(density_kg_per_m3=Decimal(240), unit_weight_kg=Decimal(12))

    assert Quantity(Decimal(amount), unit).in_kg(known) == Decimal(kg)


@pytest.mark.parametrize(
    ("unit", "error", "advice"),
    [
        (Unit.CUBIC_METRE, UnknownDensity, r"density .* unknown.*give the quantity in kg or t, or give its density"),
        (Unit.PIECE, UnknownUnitWeight, r"one piece is unknown.*give the quantity in kg or t, or give the weight"),
    ],
)
def test_what_is_unknown_is_refused_with_what_to_do(unit: Unit, error: type[ConversionError], advice: str) -> None:
    with pytest.raises(error, match=advice):
        Quantity(Decimal(40), unit).in_kg()
    with pytest.raises(error, match=advice):
        Quantity(Decimal(40), Unit.TONNE).to(unit)
    with pytest.raises(ConversionError):
        kg_per_unit(unit, NO_CONVERSIONS)


def test_a_density_says_nothing_about_pieces() -> None:
    with pytest.raises(UnknownUnitWeight):
        Quantity(Decimal(3), Unit.PIECE).to(Unit.CUBIC_METRE, Conversions(density_kg_per_m3=Decimal(240)))


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity", "-Infinity", "sNaN"])
def test_nothing_less_than_nothing_and_no_number_are_no_quantity(value: str) -> None:
    with pytest.raises(ValueError, match="above 0; got"):
        Quantity(Decimal(value), Unit.KG)


def test_units_have_the_codes_of_recommendation_20() -> None:
    assert {unit: unit.unece for unit in Unit} == {"kg": "KGM", "t": "TNE", "m3": "MTQ", "piece": "H87"}
    assert UNECE_CODES.keys() == set(Unit)


def test_a_one_off_lot_has_no_rate() -> None:
    assert Recurrence.ONE_OFF.times_a_year is None
    assert [step.times_a_year for step in (Recurrence.PER_WEEK, Recurrence.PER_MONTH, Recurrence.PER_YEAR)] == [
        52,
        12,
        1,
    ]
    assert TIMES_A_YEAR.keys() == set(Recurrence)
