"""Bucket trees over coarse rows, one per concept: blocks of 256 entries, and above them the ranges of what is below.

A full block is split at the median of its widest column. Ranges are exact after a split and only grow in between, so
that taking an entry out never has to look at its neighbours.
"""

from typing import NamedTuple

import numpy as np

from matching.kd.coarse import COLUMNS, DOOR, KEYS, LEAST, MOST
from matching.kd.compiling import compiled

BLOCK = 256
NONE = -1
BY_NUMBER = KEYS
"""The column of last resort: entries that are alike in every column are told apart by the number of their lot."""
NUMBER_MASK = 0x7FFF

# How much of a column makes as much difference to the score as 60 km do; the widest in this measure is split.
SPREAD = np.array(
    [1 / 2400, 1 / 2400, 1 / 2400, 1 / 600, 1 / 90, 1 / 90, 1 / 90, 1 / 1536, 1 / 1536, 1 / 150, 2.0, 1 / 600, 1 / 16]
)


class Trees(NamedTuple):
    """All trees of one kind of listing. `counts`: nodes in use, blocks in use."""

    roots: np.ndarray  # i4[concepts]: the node at the top, NONE without entries
    low: np.ndarray  # i2[nodes, COLUMNS]
    high: np.ndarray  # i2[nodes, COLUMNS]
    kids: np.ndarray  # i4[nodes, 2]: NONE, NONE for a leaf
    cuts: np.ndarray  # i2[nodes, 2]: the column, and the greatest value that goes left
    leaves: np.ndarray  # i4[nodes]: the block of a leaf
    cells: np.ndarray  # i2[blocks, COLUMNS, BLOCK]
    lots: np.ndarray  # i4[blocks, BLOCK]: which lot stands there
    fill: np.ndarray  # i4[blocks]
    counts: np.ndarray  # i8[2]


def empty_trees(concepts: int, nodes: int, blocks: int) -> Trees:
    """Trees without entries, with room for so many nodes and blocks."""
    return Trees(
        roots=np.full(concepts, NONE, np.int32),
        low=np.zeros((nodes, COLUMNS), np.int16),
        high=np.zeros((nodes, COLUMNS), np.int16),
        kids=np.full((nodes, 2), NONE, np.int32),
        cuts=np.zeros((nodes, 2), np.int16),
        leaves=np.full(nodes, NONE, np.int32),
        cells=np.zeros((blocks, COLUMNS, BLOCK), np.int16),
        lots=np.zeros((blocks, BLOCK), np.int32),
        fill=np.zeros(blocks, np.int32),
        counts=np.zeros(2, np.int64),
    )


@compiled
def new_leaf(trees: Trees, block: int) -> int:
    """A leaf for that block, with ranges that hold nothing."""
    node = trees.counts[0]
    trees.counts[0] += 1
    trees.kids[node, 0] = trees.kids[node, 1] = NONE
    trees.leaves[node] = block
    trees.low[node, :] = MOST
    trees.high[node, :] = LEAST
    return int(node)


@compiled
def new_block(trees: Trees) -> int:
    """An empty block."""
    block = trees.counts[1]
    trees.counts[1] += 1
    trees.fill[block] = 0
    return int(block)


@compiled
def widen(trees: Trees, node: int, row: np.ndarray) -> None:
    """Make the ranges of a node hold the row."""
    for column in range(COLUMNS):
        trees.low[node, column] = min(trees.low[node, column], row[column])
        trees.high[node, column] = max(trees.high[node, column], row[column])


@compiled
def goes_right(trees: Trees, node: int, row: np.ndarray, lot: int) -> int:
    """0 or 1: the side of the node on which a row stands."""
    column = trees.cuts[node, 0]
    value = row[column] if column < KEYS else lot & NUMBER_MASK
    return 1 if value > trees.cuts[node, 1] else 0


@compiled
def leaf_of(trees: Trees, concept: int, row: np.ndarray, lot: int) -> int:
    """The leaf where the row stands or belongs; NONE when the concept has no entries."""
    node = trees.roots[concept]
    while node != NONE and trees.kids[node, 0] != NONE:
        node = trees.kids[node, goes_right(trees, node, row, lot)]
    return int(node)


@compiled
def place_in(trees: Trees, block: int, row: np.ndarray, lot: int) -> None:
    """Write the row behind the last of the block."""
    slot = trees.fill[block]
    for column in range(COLUMNS):
        trees.cells[block, column, slot] = row[column]
    trees.lots[block, slot] = lot
    trees.fill[block] = slot + 1


@compiled
def widest(trees: Trees, block: int) -> int:
    """The column in which the entries of a block differ most, in measures of SPREAD; KEYS when they are all alike."""
    best, chosen = 0.0, BY_NUMBER
    for column in range(KEYS):
        values = trees.cells[block, column]
        spread = (float(values.max()) - float(values.min())) * SPREAD[column]
        if spread > best:
            best, chosen = spread, column
    return chosen


@compiled
def cut_of(values: np.ndarray) -> int:
    """The greatest value that goes left: the median, or the greatest below it when the median is the greatest."""
    ordered = np.sort(values)
    place = len(ordered) // 2 - 1
    while place > 0 and ordered[place] == ordered[-1]:
        place -= 1
    return int(ordered[place])


@compiled
def split(trees: Trees, node: int) -> None:
    """Make two leaves out of a full one."""
    block = trees.leaves[node]
    column = widest(trees, block)
    values = trees.cells[block, column].copy() if column < KEYS else (trees.lots[block] & NUMBER_MASK).astype(np.int16)
    cut = cut_of(values)
    left, right = new_leaf(trees, block), new_leaf(trees, new_block(trees))
    cells, lots = trees.cells[block].copy(), trees.lots[block].copy()
    trees.fill[block] = 0
    for slot in range(BLOCK):
        side = right if values[slot] > cut else left
        row = cells[:, slot]
        place_in(trees, trees.leaves[side], row, lots[slot])
        widen(trees, side, row)
    trees.kids[node, 0], trees.kids[node, 1] = left, right
    trees.cuts[node, 0], trees.cuts[node, 1] = column, cut
    trees.leaves[node] = NONE


@compiled
def put(trees: Trees, concept: int, row: np.ndarray, lot: int) -> None:
    """Add a row. There must be room for one more block and two more nodes."""
    if trees.roots[concept] == NONE:
        trees.roots[concept] = new_leaf(trees, new_block(trees))
    node = trees.roots[concept]
    widen(trees, node, row)
    while True:
        if trees.kids[node, 0] == NONE:
            if trees.fill[trees.leaves[node]] < BLOCK:
                break
            split(trees, node)
        node = trees.kids[node, goes_right(trees, node, row, lot)]
        widen(trees, node, row)
    place_in(trees, trees.leaves[node], row, lot)


@compiled
def slot_of(trees: Trees, block: int, lot: int) -> int:
    """Where in its block a lot stands; NONE when it is not there."""
    for slot in range(trees.fill[block]):
        if trees.lots[block, slot] == lot:
            return slot
    return NONE


@compiled
def take(trees: Trees, concept: int, row: np.ndarray, lot: int) -> bool:
    """Take a row out: the last of its block comes in its place. False when it is not there."""
    leaf = leaf_of(trees, concept, row, lot)
    if leaf == NONE:
        return False
    block = trees.leaves[leaf]
    slot = slot_of(trees, block, lot)
    if slot == NONE:
        return False
    last = trees.fill[block] - 1
    for column in range(COLUMNS):
        trees.cells[block, column, slot] = trees.cells[block, column, last]
    trees.lots[block, slot] = trees.lots[block, last]
    trees.fill[block] = last
    return True


@compiled
def set_door(trees: Trees, concept: int, row: np.ndarray, lot: int, door: int) -> None:
    """Write the lowest score that may enter the best k of an entry, and let the ranges above know when it fell."""
    node = trees.roots[concept]
    while True:
        trees.low[node, DOOR] = min(trees.low[node, DOOR], door)
        trees.high[node, DOOR] = max(trees.high[node, DOOR], door)
        if trees.kids[node, 0] == NONE:
            break
        node = trees.kids[node, goes_right(trees, node, row, lot)]
    block = trees.leaves[node]
    slot = slot_of(trees, block, lot)
    if slot != NONE:
        trees.cells[block, DOOR, slot] = door
