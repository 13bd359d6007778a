"""The exact numbers of many listings of one kind, with their extras: properties, limits, partners, further concepts."""

from typing import NamedTuple

import numpy as np

from matching.kd.compiling import compiled
from matching.kd.lots import LOT, SEVERAL, Lot
from matching.kd.trees import NONE, Trees

CONCEPT = 1 << 30
"""An extra from here on is one more concept of a want."""


class Stock(NamedTuple):
    """Lots by number; the extras of lot n stand at `extra` to `extra + extras`. `door` and `kth`: see doors.py."""

    lots: np.ndarray  # LOT[n]
    codes: np.ndarray  # i4[m]
    values: np.ndarray  # f8[m]
    door: np.ndarray  # f8[n]: the score of the k-th best
    kth: np.ndarray  # i4[n]: the lot that is k-th best; UNKNOWN, OPEN


class Concepts(NamedTuple):
    """The material tree by preorder number."""

    parent: np.ndarray  # i4: NONE for a family
    last: np.ndarray  # i4: the last descendant
    depth: np.ndarray  # i4
    usual: np.ndarray  # f8: the R-step of the usual treatment; NaN: unknown


class Legal(NamedTuple):
    """The legal marks that are known, by both classes (see marks.py)."""

    offers: np.ndarray  # u8
    wants: np.ndarray  # u8
    marks: np.ndarray  # f8


def empty_stock(size: int, extras: int) -> Stock:
    """Room for so many lots and extras."""
    return Stock(
        np.zeros(size, LOT),
        np.zeros(extras, np.int32),
        np.zeros(extras),
        np.zeros(size),
        np.full(size, -1, np.int32),
    )


@compiled
def shelves_of_offer(concept: int, concepts: Concepts, trees: Trees, shelves: np.ndarray, levels: np.ndarray) -> int:
    """Where wants of this concept may stand: on it and on what is above it. How many there are."""
    count, level, node = 0, 0, concept
    while node != NONE:
        if trees.roots[node] != NONE:
            shelves[count], levels[count] = node, level
            count += 1
        level += 1
        node = concepts.parent[node]
    return count


@compiled
def deepest(lot: Lot, codes: np.ndarray, concept: int, concepts: Concepts) -> int:
    """The depth of the deepest concept of a want that holds this concept; 0 when none does."""
    depth = 0
    if lot.concept <= concept <= concepts.last[lot.concept]:
        depth = concepts.depth[lot.concept]
    if lot.flags & SEVERAL:
        for place in range(lot.extra, lot.extra + lot.extras):
            wanted = codes[place] - CONCEPT
            if 0 <= wanted <= concept <= concepts.last[wanted]:
                depth = max(depth, concepts.depth[wanted])
    return int(depth)


@compiled
def shelves_of_want(
    lot: Lot, codes: np.ndarray, concepts: Concepts, trees: Trees, shelves: np.ndarray, levels: np.ndarray
) -> int:
    """Where offers for a want may stand: its concepts and all below them. How many there are."""
    first, last = lot.concept, concepts.last[lot.concept]
    if lot.flags & SEVERAL:
        for place in range(lot.extra, lot.extra + lot.extras):
            if codes[place] >= CONCEPT:
                first = min(first, codes[place] - CONCEPT)
                last = max(last, concepts.last[codes[place] - CONCEPT])
    count = 0
    for concept in range(first, last + 1):
        if trees.roots[concept] != NONE:
            depth = deepest(lot, codes, concept, concepts)
            if depth > 0:
                shelves[count], levels[count] = concept, concepts.depth[concept] - depth
                count += 1
    return count
