"""The numbers of a score: monotone in what they measure, and the same bits when they are compiled."""

from collections.abc import Callable
from math import cos, inf, nan, radians, sin
from struct import pack
from typing import Any

import numba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.places import Point
from contracts.vocabulary.places import distance_km as haversine_km
from matching import numeric

UNKNOWN = st.just(nan)
KM = st.floats(0, 20_000)
AMOUNTS = st.floats(1e-6, 1e9)
WEIGHTS_KG = st.floats(1e-6, 1e6) | UNKNOWN
TIMES = st.sampled_from((0.0, 1.0, 12.0, 52.0))
DAYS = st.integers(1, 3_652_059).map(float)
ENDS = DAYS | st.just(inf)
CENTS = st.integers(-10_000_000, 10_000_000).map(float)
STEPS = st.integers(3, 9).map(float)
USUAL = st.integers(3, 10).map(float) | UNKNOWN
MARKS = st.floats(0, 1)
ON_SPHERE = st.floats(-1, 1)
SEVEN = st.tuples(*[MARKS] * 7)

INPUTS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "distance_km": (ON_SPHERE,) * 6,
    "load_kg": (AMOUNTS, WEIGHTS_KG, AMOUNTS, WEIGHTS_KG, st.booleans()),
    "transport_cents": (KM, st.floats(0, 1e6) | UNKNOWN),
    "share": (AMOUNTS, WEIGHTS_KG, TIMES, AMOUNTS, WEIGHTS_KG, TIMES, st.booleans()),
    "days_together": (DAYS, ENDS, DAYS, ENDS),
    "material": (st.integers(0, 6).map(float),),
    "quantity": (MARKS | UNKNOWN,),
    "place": (KM | UNKNOWN,),
    "time": (st.floats(0, 1e6) | st.just(inf),),
    "landed_value": (CENTS | UNKNOWN, CENTS | UNKNOWN),
    "r_step": (STEPS | UNKNOWN, USUAL),
    "score": (SEVEN, st.sampled_from((numeric.AREA_FIRST, numeric.CHAIN_FIRST))),
}
MARKING = ("material", "quantity", "place", "time", "landed_value", "r_step", "score")


def bits(value: float) -> bytes:
    return b"unknown" if value != value else pack("<d", value)


@pytest.mark.parametrize("name", INPUTS)
def test_the_compiled_function_gives_the_same_bits(name: str) -> None:
    plain: Callable[..., float] = getattr(numeric, name)
    compiled = numba.njit(plain)

    @settings(max_examples=200, deadline=None)
    @given(st.tuples(*INPUTS[name]))
    def same(inputs: tuple[Any, ...]) -> None:
        assert bits(compiled(*inputs)) == bits(plain(*inputs))

    same()


@pytest.mark.parametrize("name", MARKING)
def test_every_mark_lies_between_nought_and_one(name: str) -> None:
    @settings(max_examples=200, deadline=None)
    @given(st.tuples(*INPUTS[name]))
    def bounded(inputs: tuple[Any, ...]) -> None:
        assert 0 <= getattr(numeric, name)(*inputs) <= 1

    bounded()


@given(KM, KM, st.floats(0, 1e6))
def test_farther_is_never_better_and_never_cheaper(one: float, other: float, load: float) -> None:
    near, far = sorted((one, other))
    assert numeric.place(near) >= numeric.place(far)
    assert numeric.transport_cents(near, load) <= numeric.transport_cents(far, load)


@given(KM, st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_larger_load_is_never_dearer_per_tonne(km: float, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert numeric.transport_cents(km, small) >= numeric.transport_cents(km, large)


@given(CENTS, CENTS, CENTS | UNKNOWN)
def test_cheaper_at_the_door_is_never_worse(one: float, other: float, limit: float) -> None:
    cheap, dear = sorted((one, other))
    assert numeric.landed_value(cheap, limit) >= numeric.landed_value(dear, limit)


@given(AMOUNTS, AMOUNTS, AMOUNTS, WEIGHTS_KG, TIMES, TIMES)
def test_more_on_offer_never_covers_less(
    one: float, other: float, wanted: float, kg: float, offer_times: float, want_times: float
) -> None:
    less, more = sorted((one, other))
    marks = [
        numeric.quantity(numeric.share(amount, kg, offer_times, wanted, 1.0, want_times, False))
        for amount in (less, more)
    ]
    assert marks[0] <= marks[1]


@given(DAYS, DAYS, DAYS, ENDS)
def test_a_longer_window_is_never_worse(start: float, one: float, other: float, end: float) -> None:
    early, late = sorted((one, other))
    short, long = (numeric.time(numeric.days_together(start, last, 1.0, end)) for last in (early, late))
    assert short <= long


@given(STEPS, STEPS, USUAL)
def test_a_higher_step_is_never_worse(one: float, other: float, usual: float) -> None:
    better, worse = sorted((one, other))
    assert numeric.r_step(better, usual) >= numeric.r_step(worse, usual)


@given(STEPS, st.integers(3, 10), st.integers(3, 10))
def test_what_would_otherwise_be_burned_gains_more(planned: float, one: int, other: int) -> None:
    high, low = sorted((one, other))
    assert numeric.r_step(planned, float(low)) >= numeric.r_step(planned, float(high))


@given(SEVEN, st.integers(0, 6), MARKS, st.sampled_from((numeric.AREA_FIRST, numeric.CHAIN_FIRST)))
def test_a_better_part_never_lowers_the_score(
    marks: tuple[float, ...], part: int, value: float, weights: tuple[float, ...]
) -> None:
    lower, higher = sorted((marks[part], value))
    worse = (*marks[:part], lower, *marks[part + 1 :])
    better = (*marks[:part], higher, *marks[part + 1 :])
    assert numeric.score(worse, weights) <= numeric.score(better, weights)


def test_both_weightings_spread_a_hundred_percent_over_all_parts() -> None:
    assert len(numeric.AREA_FIRST) == len(numeric.CHAIN_FIRST) == len(numeric.PARTS)
    assert sum(numeric.AREA_FIRST) == sum(numeric.CHAIN_FIRST) == 100


def test_deeper_concepts_mark_less_and_the_very_concept_marks_one() -> None:
    marks = [numeric.material(float(levels)) for levels in range(4)]
    assert marks == sorted(marks, reverse=True)
    assert marks[0] == 1


def test_what_is_unknown_marks_half_and_is_passed_on() -> None:
    assert numeric.quantity(nan) == numeric.place(nan) == numeric.landed_value(nan, 100.0) == 0.5
    assert numeric.r_step(nan, 9.0) == 0.5
    assert numeric.transport_cents(10.0, nan) != numeric.transport_cents(10.0, nan)
    assert numeric.load_kg(1.0, nan, 1.0, 5.0, False) != numeric.load_kg(1.0, nan, 1.0, 5.0, False)


def test_in_one_unit_the_weight_of_either_side_does() -> None:
    assert numeric.load_kg(2.0, nan, 3.0, 500.0, True) == 1000.0
    assert numeric.load_kg(2.0, 400.0, 3.0, nan, True) == 800.0
    assert numeric.share(1.0, nan, 0.0, 4.0, nan, 0.0, True) == 0.25


def test_two_that_recur_compare_per_year() -> None:
    assert numeric.share(1.0, nan, 52.0, 1.0, nan, 104.0, True) == 0.5
    assert numeric.share(1.0, nan, 52.0, 1.0, nan, 0.0, True) == 1.0


def test_cents_are_rounded_half_to_even() -> None:
    halves = [numeric.transport_cents(km / numeric.ROAD_FACTOR / 10, 20_000.0) for km in (0.5, 1.5, 2.5)]
    assert halves == [250.0, 252.0, 252.0]


def test_a_window_without_end_has_all_the_time() -> None:
    assert numeric.time(numeric.days_together(1.0, inf, 5.0, inf)) == 1
    assert numeric.days_together(1.0, 10.0, 6.0, inf) == 5
    assert numeric.time(numeric.days_together(11.0, 20.0, 1.0, 5.0)) == 0


@given(st.floats(50.7, 53.6), st.floats(3.3, 7.3), st.floats(50.7, 53.6), st.floats(3.3, 7.3))
def test_the_distance_by_chord_is_the_great_circle_distance(lat: float, lon: float, lat2: float, lon2: float) -> None:
    expected = haversine_km(Point(lat, lon), Point(lat2, lon2))
    assert numeric.distance_km(*on_sphere(lat, lon), *on_sphere(lat2, lon2)) == pytest.approx(expected, abs=1e-6)


def on_sphere(lat: float, lon: float) -> tuple[float, float, float]:
    return (
        cos(radians(lat)) * cos(radians(lon)),
        cos(radians(lat)) * sin(radians(lon)),
        sin(radians(lat)),
    )
