"""The price at the door: price plus transport, in whole cents."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from matching.landed import TRANSPORT, landed, transport_eur_per_tonne


def test_transport_is_the_road_times_the_rate_plus_handling() -> None:
    assert transport_eur_per_tonne(0) == Decimal("2.50")
    assert transport_eur_per_tonne(100) == Decimal("15.50")


def test_halves_of_cents_go_to_the_even_cent() -> None:
    assert transport_eur_per_tonne(0.5) == Decimal("2.56")
    assert transport_eur_per_tonne(1.5) == Decimal("2.70")


def test_a_negative_price_can_pay_for_the_road() -> None:
    assert landed(Decimal(-20), 100).total == Decimal("-4.50")


def test_an_open_price_leaves_the_sum_open() -> None:
    cost = landed(None, 10)
    assert cost.total is None
    state = cost.state()
    assert (state.price_eur_per_tonne, state.landed_eur_per_tonne) == (None, None)
    assert state.transport_eur_per_tonne == cost.transport


def test_the_table_says_that_it_is_our_own_assumption_and_of_when() -> None:
    assert TRANSPORT.source == "own assumption"
    assert TRANSPORT.dated.isoformat() == "2026-11-21"


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_farther_is_never_cheaper(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert transport_eur_per_tonne(near) <= transport_eur_per_tonne(far)
