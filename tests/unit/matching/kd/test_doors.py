"""Who passes a door, and which doors a newcomer moves. That no door is missed is tested with what stands."""

import numpy as np

from matching.kd.doors import DOUBTFUL, UNASKED, moved, open_points, passes
from matching.kd.keeping import OPEN, UNKNOWN, write_door
from matching.kd.lots import DOUBTFUL as DOUBTFUL_LOT
from tests.unit.matching.kd.lots import CONCEPTS, engine_of, lot


def test_a_higher_score_passes_and_an_equal_one_by_the_lower_id() -> None:
    engine = engine_of([lot(0), lot(1), lot(2)], [lot(10)])
    offers, wants = engine.offers.side, engine.wants.side
    write_door(wants, 0, False, 0.5, 1)
    told = [
        passes(offers.stock, number, score, wants.stock, 0)
        for number, score in ((0, 0.5), (2, 0.5), (2, 0.51), (1, 0.5))
    ]
    assert told == [True, False, True, True]
    write_door(wants, 0, False, 0.0, OPEN)
    assert passes(offers.stock, 2, 0.0, wants.stock, 0)


def test_only_doors_that_are_known_are_moved() -> None:
    engine = engine_of([lot(0)], [lot(10), lot(11)])
    write_door(engine.wants.side, 1, False, 0.0, OPEN)
    assert engine.wants.side.stock.kth[0] == UNKNOWN
    numbers, _scores = moved(engine.offers.side, engine.wants.side, 0, True, CONCEPTS, engine.marks.table)
    assert numbers.tolist() == [1]


def test_what_is_left_to_ask_of_a_pair() -> None:
    engine = engine_of([lot(0)], [lot(10), lot(11, flags=DOUBTFUL_LOT)])
    engine.marks.put(0, 0, 0.5)
    every = np.array([0, 1], np.int32)
    stocks = engine.offers.side.stock, engine.wants.side.stock
    assert open_points(stocks[0], 0, True, stocks[1], every, engine.marks.table).tolist() == [0, DOUBTFUL]
    engine.marks.clear()
    found = open_points(stocks[1], 1, False, stocks[0], np.zeros(1, np.int32), engine.marks.table)
    assert found.tolist() == [DOUBTFUL | UNASKED]
