"""Amounts are compared in the unit that both share, else in kg; per year when both recur."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.quantities import Recurrence, Unit
from matching.comparing import STEP, Measure, scale_between

ONE_OFF, WEEK, MONTH, YEAR = Recurrence
TONNES = Measure(Unit.TONNE, Decimal(1000), ONE_OFF)
KILOS = Measure(Unit.KG, Decimal(1), ONE_OFF)
VOLUME = Measure(Unit.CUBIC_METRE, None, ONE_OFF)
LIGHT_VOLUME = Measure(Unit.CUBIC_METRE, Decimal(333), ONE_OFF)


def test_one_unit_needs_no_weight() -> None:
    scale = scale_between(VOLUME, LIGHT_VOLUME)
    assert scale is not None
    assert scale.covers(Decimal(5), Decimal(5))
    assert not scale.covers(Decimal("4.999"), Decimal(5))


def test_two_units_compare_in_kg() -> None:
    scale = scale_between(TONNES, KILOS)
    assert scale is not None
    assert scale.covers(Decimal(2), Decimal(2000))
    assert not scale.covers(Decimal(2), Decimal(2001))
    assert scale.to_want(Decimal(2)) == Decimal(2000)
    assert scale.to_offer(Decimal(500)) == Decimal("0.5")


@pytest.mark.parametrize("weight", [None, Decimal(0), Decimal(-1)])
def test_without_a_weight_two_units_do_not_compare(weight: Decimal | None) -> None:
    assert scale_between(Measure(Unit.PIECE, weight, ONE_OFF), KILOS) is None
    assert scale_between(KILOS, Measure(Unit.PIECE, weight, ONE_OFF)) is None


@pytest.mark.parametrize(
    ("offer", "want", "offer_amount", "want_amount"),
    [(WEEK, MONTH, 12, 52), (WEEK, YEAR, 1, 52), (YEAR, MONTH, 12, 1), (ONE_OFF, WEEK, 7, 7), (MONTH, ONE_OFF, 7, 7)],
)
def test_two_streams_compare_per_year_and_a_lot_compares_with_one_delivery(
    offer: Recurrence, want: Recurrence, offer_amount: int, want_amount: int
) -> None:
    scale = scale_between(Measure(Unit.KG, Decimal(1), offer), Measure(Unit.KG, Decimal(1), want))
    assert scale is not None
    assert scale.covers(Decimal(offer_amount), Decimal(want_amount))
    assert not scale.covers(Decimal(offer_amount), Decimal(want_amount) + STEP)


def test_the_smaller_amount_is_given_as_the_offer_counts() -> None:
    scale = scale_between(TONNES, KILOS)
    assert scale is not None
    assert scale.smallest(Decimal("1.23456789"), Decimal(2000)) == Decimal("1.23456789")
    assert scale.smallest(Decimal(3), Decimal(2000)) == Decimal(2)
    assert scale.smallest(Decimal(3), Decimal("0.0001")) is None


@given(st.decimals(1, 10_000, places=3), st.decimals(1, 10_000, places=3))
def test_what_is_proposed_never_exceeds_either_side(offered: Decimal, wanted: Decimal) -> None:
    scale = scale_between(LIGHT_VOLUME, TONNES)
    assert scale is not None
    quantity = scale.smallest(offered, wanted)
    assert quantity is not None
    assert quantity <= offered
    assert quantity * 333 <= wanted * 1000
    assert quantity == offered or wanted * 1000 - quantity * 333 < 333 * STEP
