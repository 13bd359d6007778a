"""Entries in and out: a lot stands on the shelf of its concept, a want with several concepts on each of them."""

import numpy as np

from matching.kd.coarse import COLUMNS, DOOR, DOORS, offer_row, want_row
from matching.kd.compiling import compiled
from matching.kd.lots import SEVERAL
from matching.kd.searching import Side
from matching.kd.stock import CONCEPT, Stock
from matching.kd.trees import put, set_door, take

UNKNOWN, OPEN = -1, -2
"""Instead of the k-th best lot: it was not worked out; or fewer than k fit, so everybody may come in."""


@compiled
def row_of(stock: Stock, number: int, is_offer: bool) -> np.ndarray:
    """The coarse columns of a lot."""
    row = np.empty(COLUMNS, np.int16)
    if is_offer:
        offer_row(stock.lots[number], row)
    else:
        want_row(stock.lots[number], row)
    return row


@compiled
def put_in(side: Side, number: int, is_offer: bool) -> None:
    """Put a lot on its shelves."""
    row, lot, codes = row_of(side.stock, number, is_offer), side.stock.lots[number], side.stock.codes
    side.stock.kth[number] = UNKNOWN
    put(side.trees, lot.concept, row, number)
    if lot.flags & SEVERAL:
        for place in range(lot.extra, lot.extra + lot.extras):
            if codes[place] >= CONCEPT:
                put(side.trees, codes[place] - CONCEPT, row, number)


@compiled
def put_all(side: Side, first: int, last: int, is_offer: bool) -> int:
    """Put the lots `first` to `last`, the last excluded, on their shelves; where it stopped for want of room."""
    trees = side.trees
    for number in range(first, last):
        # Every shelf may need a block for a new tree or for a split, and two nodes.
        blocks = 2 + int(side.stock.lots[number].extras)
        full = trees.counts[1] + blocks > len(trees.fill) or trees.counts[0] + 3 * blocks > len(trees.leaves)
        if full:
            return number
        put_in(side, number, is_offer)
    return last


@compiled
def take_from(side: Side, number: int, is_offer: bool) -> None:
    """Take a lot from its shelves."""
    row, lot, codes = row_of(side.stock, number, is_offer), side.stock.lots[number], side.stock.codes
    take(side.trees, lot.concept, row, number)
    if lot.flags & SEVERAL:
        for place in range(lot.extra, lot.extra + lot.extras):
            if codes[place] >= CONCEPT:
                take(side.trees, codes[place] - CONCEPT, row, number)


@compiled
def write_door(side: Side, number: int, is_offer: bool, score: float, kth: int) -> None:
    """Note the score of the k-th best of a lot and which lot that is, or why there is none."""
    row, lot, codes = row_of(side.stock, number, is_offer), side.stock.lots[number], side.stock.codes
    side.stock.door[number], side.stock.kth[number] = score, kth
    door = int(score * DOORS) - 1 if kth >= 0 else -1
    set_door(side.trees, lot.concept, row, number, door)
    if lot.flags & SEVERAL:
        for place in range(lot.extra, lot.extra + lot.extras):
            if codes[place] >= CONCEPT:
                set_door(side.trees, codes[place] - CONCEPT, row, number, door)


@compiled
def forget_doors(side: Side, size: int) -> None:
    """Drop all doors; what the trees hold of them becomes the lowest there is."""
    side.stock.kth[:size] = UNKNOWN
    for block in range(side.trees.counts[1]):
        side.trees.cells[block, DOOR, :] = -1
    for node in range(side.trees.counts[0]):
        side.trees.low[node, DOOR] = -1
