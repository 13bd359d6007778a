"""The price at the door: price plus transport by the vehicle that the load takes, in whole cents."""

from decimal import Decimal
from math import nan

import pytest

from matching.landed import DATED, SOURCE, Vehicle, landed, landed_of, vehicle_for
from matching.measuring import Measured

LORRY = 20_000.0


def test_transport_is_the_road_times_the_rate_plus_handling() -> None:
    assert landed(None, 0.0, LORRY).transport == Decimal("2.50")
    assert landed(None, 100.0, LORRY).transport == Decimal("15.50")


@pytest.mark.parametrize(
    ("load_kg", "vehicle", "transport"),
    [
        (1000.0, Vehicle.VAN, "249.00"),
        (1000.1, Vehicle.RIGID, "45.00"),
        (12_000.0, Vehicle.RIGID, "45.00"),
        (12_000.1, Vehicle.ARTICULATED, "15.50"),
    ],
)
def test_a_larger_load_goes_by_a_larger_vehicle_and_for_less_a_tonne(
    load_kg: float, vehicle: Vehicle, transport: str
) -> None:
    assert vehicle_for(load_kg) is vehicle
    assert landed(None, 100.0, load_kg).transport == Decimal(transport)


def test_a_negative_price_can_pay_for_the_road() -> None:
    assert landed(Decimal(-20), 100.0, LORRY).total == Decimal("-4.50")


def test_an_open_price_leaves_the_sum_open() -> None:
    cost = landed(None, 10.0, LORRY)
    assert cost.total is None
    state = cost.state()
    assert (state.price_eur_per_tonne, state.landed_eur_per_tonne) == (None, None)
    assert state.transport_eur_per_tonne == cost.transport


def test_an_unknown_load_leaves_transport_and_sum_open() -> None:
    cost = landed(Decimal(5), 10.0, nan)
    assert (cost.price, cost.transport, cost.total) == (Decimal(5), None, None)
    assert vehicle_for(nan) is None


def test_a_pair_that_was_measured_costs_the_same() -> None:
    measured = Measured(0.0, distance_km=100.0, load_kg=LORRY)
    assert landed_of(Decimal(1), measured) == landed(Decimal(1), 100.0, LORRY)


def test_the_figures_say_that_they_are_our_own_assumption_and_of_when() -> None:
    assert (SOURCE, DATED.isoformat()) == ("own assumption", "2026-11-24")
