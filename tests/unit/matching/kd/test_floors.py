"""What an entry may fall short in one mark. That nothing is lost by it is tested with the bounds."""

from math import inf

import pytest

from matching import numeric
from matching.kd.coarse import LEAST, MOST
from matching.kd.floors import floors_of, least_margin, loss, margin_of, most_price

BEST = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


def test_without_a_score_to_beat_nothing_is_left_out() -> None:
    floors = floors_of(BEST, True, True, 0.0)
    assert floors == (MOST, MOST, -inf, floors.days)
    assert floors.days <= 0
    assert least_margin(floors, 100, 100, 0.0) == LEAST
    assert most_price(floors, 100, 100, 0.0) == MOST


def test_the_weighting_that_forgives_most_decides() -> None:
    area = loss(BEST, 2, True, False, 0.9)
    chain = loss(BEST, 2, False, True, 0.9)
    assert loss(BEST, 2, True, True, 0.9) == max(area, chain)
    assert area < chain


@pytest.mark.parametrize("margin", [-4000.0, -10.0, 0.0, 2500.0])
def test_a_margin_is_found_back_from_its_mark(margin: float) -> None:
    assert margin_of(numeric.landed_value(-margin, float("nan"))) == pytest.approx(margin)


def test_beyond_the_marks_there_is_no_margin() -> None:
    assert (margin_of(1.0), margin_of(0.0)) == (inf, -inf)


def test_a_high_score_to_beat_leaves_only_what_is_near_cheap_and_large_enough() -> None:
    floors = floors_of(BEST, True, False, 0.99)
    assert floors.reach < 40 * 10
    assert floors.short < 512
    assert floors.days > 20
    assert least_margin(floors, 100, 100, 0.0) > 100
    assert most_price(floors, 100, 100, 0.0) < 100
