"""The numbers of a listing, and what is measured of two."""

from datetime import date
from decimal import Decimal
from math import inf, isnan, nan
from typing import Any

import pytest

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import IntendedUse
from matching import numeric
from matching.measuring import (
    STEP_OF_USE,
    Measured,
    cents_of,
    euros_of,
    measured,
    numbers_of_offer,
    numbers_of_want,
    on_sphere,
    planned_step,
)
from tests.unit.matching.makers import NOW, TODAY, offer, place, want


def together(offered: dict[str, Any], wanted: dict[str, Any]) -> Measured:
    """What is measured of a pair of wood."""
    return measured(numbers_of_offer(offer(**offered)), numbers_of_want(want(**wanted)), 0.0)


def test_a_listing_counts_what_is_free_of_it_in_its_own_unit() -> None:
    numbers = numbers_of_offer(offer(taken=40, recurrence=Recurrence.PER_MONTH))
    assert (numbers.amount, numbers.kg, numbers.times) == (60.0, 1000.0, 12.0)
    assert isnan(numbers_of_offer(offer(unit=Unit.PIECE)).kg)


def test_a_price_and_a_limit_are_whole_cents() -> None:
    assert numbers_of_offer(offer(price_eur_per_tonne=Decimal("-12.345"))).cents == -1234.0
    assert numbers_of_want(want(max_landed_eur_per_tonne=Decimal("0.015"))).cents == 2.0
    assert isnan(numbers_of_want(want()).cents)


@pytest.mark.parametrize("euros", [Decimal("0.00"), Decimal("-12.30"), Decimal("99999.99")])
def test_cents_become_the_same_euros_again(euros: Decimal) -> None:
    assert euros_of(cents_of(euros)) == euros
    assert str(euros_of(cents_of(euros))) == str(euros)


def test_an_unknown_amount_of_money_stays_unknown() -> None:
    assert isnan(cents_of(None))
    assert euros_of(nan) is None


def test_no_window_begins_before_the_listing_was_published() -> None:
    early, late = date(2026, 1, 1), date(2027, 1, 1)
    assert numbers_of_offer(offer(published_at=NOW)).start == TODAY.toordinal()
    assert numbers_of_offer(offer(published_at=NOW, available_from=early)).start == TODAY.toordinal()
    assert numbers_of_offer(offer(published_at=NOW, available_from=late)).start == late.toordinal()
    assert numbers_of_offer(offer()).end == inf


def test_the_planned_step_is_stated_or_follows_from_the_use() -> None:
    assert planned_step(want(r_step=4, intended_use=IntendedUse.FUEL)) == 4.0
    assert planned_step(want(intended_use=IntendedUse.FUEL)) == 9.0
    assert isnan(planned_step(want(intended_use=IntendedUse.RAW_MATERIAL)))
    assert isnan(planned_step(want()))
    assert set(STEP_OF_USE) == set(IntendedUse) - {IntendedUse.RAW_MATERIAL}


def test_a_place_lies_on_the_unit_sphere() -> None:
    x, y, z = on_sphere(offer().point)
    assert x * x + y * y + z * z == pytest.approx(1)


def test_a_pair_is_measured_whole() -> None:
    pair = together(
        {"place": place(52.37, 4.9), "quantity": Decimal(25)},
        {"max_landed_eur_per_tonne": Decimal(30), "intended_use": IntendedUse.PARTS},
    )
    assert pair.distance_km == pytest.approx(34.5, abs=1)
    assert (pair.share, pair.load_kg, pair.days) == (0.25, 25_000.0, inf)
    assert pair.landed_cents == 1000 + numeric.transport_cents(pair.distance_km, 25_000.0)
    assert (pair.limit_cents, pair.r_step, pair.usual_r_step) == (3000.0, 6.0, 9.0)


def test_without_a_weight_the_door_price_is_unknown() -> None:
    pair = together({"unit": Unit.PIECE}, {"unit": Unit.PIECE})
    assert pair.share == 1.0
    assert isnan(pair.load_kg)
    assert isnan(pair.landed_cents)


def test_the_marks_stand_in_the_order_of_the_parts() -> None:
    marks = together({}, {}).marks(0.6)
    assert len(marks) == len(numeric.PARTS)
    assert (marks[0], marks[1], marks[2], marks[6]) == (1.0, 1.0, 1.0, 0.6)
