"""The milk run ends at the door, and tries every order while that is quick."""

from itertools import permutations

import pytest

from contracts.vocabulary.places import Point, distance_km
from matching.pooling.tours import ALL_ORDERS, milk_run

DOOR = Point(52.0, 5.0)


def north(degrees: float) -> Point:
    return Point(52.0 + degrees, 5.0)


def test_one_stop_rides_straight_to_the_door() -> None:
    tour = milk_run([north(0.1)], [10], DOOR)

    assert tour.order == (0,)
    assert list(tour.km) == [pytest.approx(distance_km(north(0.1), DOOR))]


def test_stops_on_one_road_are_collected_from_the_farthest_to_the_nearest() -> None:
    tour = milk_run([north(0.1), north(0.3), north(0.2)], [5, 5, 5], DOOR)

    assert tour.order == (1, 2, 0)
    assert tour.km == pytest.approx([distance_km(north(degrees), DOOR) for degrees in (0.1, 0.3, 0.2)])


def test_with_few_stops_no_other_order_has_less_tonne_kilometres() -> None:
    stops = [Point(52.1, 5.2), Point(51.9, 5.3), Point(52.2, 4.8), Point(51.8, 4.9)]
    loads = [12.0, 3.0, 7.0, 9.0]
    tour = milk_run(stops, loads, DOOR)
    best = sum(km * load for km, load in zip(tour.km, loads, strict=True))

    for order in permutations(range(4)):
        km, ridden = 0.0, 0.0
        for stop, following in zip(order, (*[stops[number] for number in order[1:]], DOOR), strict=True):
            ridden += loads[stop]
            km += ridden * distance_km(stops[stop], following)
        assert best <= km + 1e-6


def test_with_many_stops_every_stop_is_visited_once() -> None:
    stops = [north(0.05 * number) for number in range(ALL_ORDERS + 3)]
    tour = milk_run(stops, [1.0] * len(stops), DOOR)

    assert sorted(tour.order) == list(range(len(stops)))
    assert tour.order == tuple(reversed(range(len(stops))))
