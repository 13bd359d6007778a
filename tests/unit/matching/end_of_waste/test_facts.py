"""Facts: what is not stated is unknown, and a measurement is a number."""

from dataclasses import FrozenInstanceError, fields
from decimal import Decimal

import pytest

from matching.end_of_waste.facts import Facts, Measurement, Trade
from matching.end_of_waste.words import Truth


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_measurement_that_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=f"must be a number; got .*{value}.* mg/kg"):
        Measurement(Decimal(value), "mg/kg")


@pytest.mark.parametrize("stated", [Facts(), Trade()])
def test_nothing_has_a_default_that_helps_the_holder(stated: Facts | Trade) -> None:
    unknown: tuple[object, ...] = (None, Truth.UNKNOWN, frozenset(), {}, Trade())
    assert [field.name for field in fields(stated) if getattr(stated, field.name) not in unknown] == []


def test_facts_do_not_change_once_they_are_stated() -> None:
    with pytest.raises(FrozenInstanceError):
        Facts().material = "wood"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Facts().properties["purity"] = True  # type: ignore[index]
