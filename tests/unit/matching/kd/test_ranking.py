"""The best k so far: higher score first, equal scores by the lower listing id."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kd.lots import LOT
from matching.kd.ranking import comes_before, place_in, rank_in, take_out


@settings(deadline=None)
@given(st.lists(st.sampled_from((0.25, 0.5, 0.75)), max_size=40), st.integers(1, 10))
def test_the_first_k_of_a_full_sort_are_kept(scores: list[float], k: int) -> None:
    lots = np.zeros(len(scores), LOT)
    lots["low"] = np.arange(len(scores))[::-1]
    numbers, kept, count = np.empty(k, np.int32), np.empty(k), 0
    for number, score in enumerate(scores):
        count = rank_in(numbers, kept, lots, count, number, score)
    expected = sorted(range(len(scores)), key=lambda number: (-scores[number], int(lots[number]["low"])))[:k]
    assert numbers[:count].tolist() == expected


def test_the_high_half_of_an_id_counts_first() -> None:
    assert comes_before(0.5, np.uint64(1), np.uint64(9), 0.5, np.uint64(2), np.uint64(0))
    assert not comes_before(0.4, np.uint64(1), np.uint64(0), 0.5, np.uint64(2), np.uint64(0))


def test_one_is_taken_out_and_the_others_close_up() -> None:
    numbers, scores = np.array([4, 7, 9], np.int32), np.array([0.9, 0.8, 0.7])
    assert place_in(numbers, 3, 7) == 1
    assert place_in(numbers, 3, 8) == -1
    assert take_out(numbers, scores, 3, 1) == 2
    assert numbers[:2].tolist() == [4, 9]
