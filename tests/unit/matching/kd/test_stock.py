"""Where counterparts may stand in the tree."""

import numpy as np

from matching.kd.lots import SEVERAL
from matching.kd.stock import CONCEPT, deepest, empty_stock, shelves_of_offer, shelves_of_want
from matching.kd.trees import empty_trees
from tests.unit.matching.kd.lots import CONCEPTS, lot

SHELVES, LEVELS = np.zeros(5, np.int32), np.zeros(5, np.int32)


def test_wants_for_an_offer_stand_on_its_concept_and_above_it() -> None:
    trees = empty_trees(5, 8, 8)
    trees.roots[[0, 2, 4]] = 0
    assert shelves_of_offer(2, CONCEPTS, trees, SHELVES, LEVELS) == 2
    assert SHELVES[:2].tolist() == [2, 0]
    assert LEVELS[:2].tolist() == [0, 2]


def test_offers_for_a_want_stand_on_its_concepts_and_below_them_at_the_least_distance() -> None:
    trees = empty_trees(5, 8, 8)
    trees.roots[:] = 0
    one = lot(0, concept=1, flags=SEVERAL, extras=1)
    codes = np.array([CONCEPT + 3], np.int32)
    assert shelves_of_want(one, codes, CONCEPTS, trees, SHELVES, LEVELS) == 3
    assert SHELVES[:3].tolist() == [1, 2, 3]
    assert LEVELS[:3].tolist() == [0, 1, 0]
    assert deepest(one, codes, 4, CONCEPTS) == 0


def test_an_empty_stock_has_room() -> None:
    assert len(empty_stock(3, 7).lots) == 3
