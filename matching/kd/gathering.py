"""Every counterpart of a listing, or every one into whose best k it may come, in no promised order."""

import numpy as np

from matching.kd.coarse import DOOR, DOORS
from matching.kd.compiling import compiled
from matching.kd.scanning import pass_near
from matching.kd.searching import Side, Visit, bound_of, pair_score, promising, usual_of, visit_of
from matching.kd.stock import Concepts, Legal, Stock
from matching.kd.trees import BLOCK, NONE

FIRST_FOUND = 256
FIRST_STACK = 128


@compiled
def longer(array: np.ndarray, count: int) -> np.ndarray:
    """The array, or one twice as long with the same beginning when it is full."""
    if count < len(array):
        return array
    larger = np.empty(2 * len(array), array.dtype)
    larger[:count] = array
    return larger


@compiled
def is_above_door(bound: float, door: int) -> bool:
    """Whether a score may come into a best k whose lowest score is, in units rounded down, `door`."""
    return bool(bound * DOORS >= door)


@compiled
def leaves_for(
    side: Side, visit: Visit, probe: Stock, number: int, is_offer: bool, concepts: Concepts, doors: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The leaves that may hold counterparts, and for each the place of its shelf."""
    trees, leaves, shelf_of, found = side.trees, np.empty(FIRST_FOUND, np.int32), np.empty(FIRST_FOUND, np.int32), 0
    stack = np.empty(FIRST_STACK, np.int32)
    for shelf in range(len(visit.shelves)):
        usual = usual_of(concepts, probe, number, is_offer, visit.shelves[shelf])
        stack[0], waiting = trees.roots[visit.shelves[shelf]], 1
        while waiting > 0:
            waiting -= 1
            node = stack[waiting]
            bound = bound_of(visit, trees.low, trees.high, node, is_offer, visit.levels[shelf], usual)
            if bound < 0.0 or (doors and not is_above_door(bound, trees.low[node, DOOR])):
                continue
            if trees.kids[node, 0] != NONE:
                stack = longer(stack, waiting + 1)
                stack[waiting], stack[waiting + 1] = trees.kids[node, 0], trees.kids[node, 1]
                waiting += 2
                continue
            leaves, shelf_of = longer(leaves, found), longer(shelf_of, found)
            leaves[found], shelf_of[found] = node, shelf
            found += 1
    return leaves[:found], shelf_of[:found]


@compiled
def gather(
    side: Side, probe: Stock, number: int, is_offer: bool, concepts: Concepts, legal: Legal, doors: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Lots and scores of all counterparts that fit; with `doors` only those whose best k they may come into.

    A want on several shelves may be told more than once: its highest score counts.
    """
    trees, visit = side.trees, visit_of(probe, number, is_offer, concepts, side.trees, side.groups, legal)
    leaves, shelf_of = leaves_for(side, visit, probe, number, is_offer, concepts, doors)
    numbers, scores, count = np.empty(FIRST_FOUND, np.int32), np.empty(FIRST_FOUND), 0
    for place in range(len(leaves)):
        block, level = trees.leaves[leaves[place]], visit.levels[shelf_of[place]]
        usual = usual_of(concepts, probe, number, is_offer, visit.shelves[shelf_of[place]])
        least = max(0.0, trees.low[leaves[place], DOOR] / DOORS) if doors else 0.0
        for chosen in range(promising(trees, leaves[place], visit, is_offer, level, usual, least)):
            slot = visit.passing[chosen]
            other = trees.lots[block, slot]
            if is_offer:
                score = pair_score(probe, number, side.stock, other, level, usual, legal, 0.0)
            else:
                score = pair_score(side.stock, other, probe, number, level, usual, legal, 0.0)
            if score >= 0.0 and (not doors or is_above_door(score, trees.cells[block, DOOR, slot])):
                numbers, scores = longer(numbers, count), longer(scores, count)
                numbers[count], scores[count] = other, score
                count += 1
    return numbers[:count], scores[:count]


@compiled
def near(side: Side, shelves: np.ndarray, point: np.ndarray, own_reach: bool) -> np.ndarray:
    """Lots on these shelves within reach of a point (x, y, reach): that reach, or each one's own. Each once."""
    trees, passing = side.trees, np.empty(BLOCK, np.uint8)
    numbers, count, stack = np.empty(FIRST_FOUND, np.int32), 0, np.empty(FIRST_STACK, np.int32)
    for shelf in shelves:
        stack[0], waiting = trees.roots[shelf], 1
        while waiting > 0:
            waiting -= 1
            node = stack[waiting]
            if node == NONE:
                continue
            if trees.kids[node, 0] != NONE:
                stack = longer(stack, waiting + 1)
                stack[waiting], stack[waiting + 1] = trees.kids[node, 0], trees.kids[node, 1]
                waiting += 2
                continue
            block = trees.leaves[node]
            pass_near(trees.cells, block, trees.fill[block], point, own_reach, passing)
            for slot in range(trees.fill[block]):
                if passing[slot]:
                    numbers = longer(numbers, count)
                    numbers[count] = trees.lots[block, slot]
                    count += 1
    return np.unique(numbers[:count])
