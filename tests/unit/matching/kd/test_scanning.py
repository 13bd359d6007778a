"""The loop that reads a block. That it lets through whatever fits is tested with the bounds."""

import numpy as np

from matching.kd.coarse import COLUMNS, MOST, REACH, X
from matching.kd.scanning import latest_start, pass_near
from matching.kd.trees import BLOCK


def test_near_is_within_the_reach_that_is_asked_or_that_each_entry_has() -> None:
    cells, passing = np.zeros((1, COLUMNS, BLOCK), np.int16), np.zeros(BLOCK, np.uint8)
    cells[0, X, :3] = (0, 100, 200)
    cells[0, REACH, :3] = (0, 50, 300)
    pass_near(cells, 0, 3, np.array([0, 0, 150], np.int32), False, passing)
    assert passing[:3].tolist() == [1, 1, 0]
    pass_near(cells, 0, 3, np.array([0, 0, 150], np.int32), True, passing)
    assert passing[:3].tolist() == [1, 0, 1]


def test_without_a_last_day_any_start_will_do() -> None:
    assert latest_start(MOST, 30) == MOST
    assert latest_start(100, 30) == 71
