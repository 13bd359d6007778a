"""Trees hold what was put in and no longer what was taken out, and their ranges hold all that is below."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kd.coarse import COLUMNS, DOOR
from matching.kd.trees import BLOCK, NONE, empty_trees, leaf_of, put, set_door, slot_of, take

seeds = st.integers(0, 2**32 - 1)
rows = seeds.map(lambda seed: np.random.default_rng(seed).integers(-40, 40, (700, COLUMNS), np.int16))


@settings(max_examples=15, deadline=None)
@given(rows, seeds)
def test_every_row_is_found_in_its_leaf_within_all_ranges_above_it(many: np.ndarray, seed: int) -> None:
    trees, gone = empty_trees(1, 200, 100), set(np.random.default_rng(seed).integers(0, 700, 200).tolist())
    for lot, row in enumerate(many):
        put(trees, 0, row, lot)
    for lot in gone:
        assert take(trees, 0, many[lot], lot)
        assert not take(trees, 0, many[lot], lot)
    for lot, row in enumerate(many):
        leaf = leaf_of(trees, 0, row, lot)
        assert (trees.low[leaf] <= row).all()
        assert (row <= trees.high[leaf]).all()
        slot = slot_of(trees, trees.leaves[leaf], lot)
        assert (slot == NONE) == (lot in gone)
        assert lot in gone or (trees.cells[trees.leaves[leaf], :, slot] == row).all()
    assert trees.fill.sum() == 700 - len(gone)


def test_rows_that_are_all_alike_are_told_apart_by_their_numbers() -> None:
    trees, row = empty_trees(1, 40, 20), np.zeros(COLUMNS, np.int16)
    for lot in range(3 * BLOCK):
        put(trees, 0, row, lot)
    assert all(take(trees, 0, row, lot) for lot in range(3 * BLOCK))


def test_an_empty_shelf_has_no_leaf_and_nothing_to_take() -> None:
    trees, row = empty_trees(2, 10, 5), np.zeros(COLUMNS, np.int16)
    assert leaf_of(trees, 1, row, 0) == NONE
    assert not take(trees, 1, row, 0)


def test_a_door_is_written_in_the_entry_and_in_the_ranges_above() -> None:
    trees, row = empty_trees(1, 10, 5), np.zeros(COLUMNS, np.int16)
    put(trees, 0, row, 3)
    set_door(trees, 0, row, 3, -5)
    root = trees.roots[0]
    assert trees.low[root, DOOR] == -5
    assert trees.cells[trees.leaves[root], DOOR, 0] == -5
