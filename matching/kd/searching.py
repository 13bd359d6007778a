"""The best k counterparts of one listing: regions of the trees are visited in the order of the most they can score.

A region is left out when its bound is below the score of the k-th best found, or when nothing in it can fit. So the
answer is exact, whatever the order in which entries came.
"""

from typing import NamedTuple

import numpy as np

from matching import numeric
from matching.kd.bounds import AREA, CHAIN, REFUSED, Marks, most_marks, upper
from matching.kd.coarse import COLUMNS, GROUP, KEYS, WEIGHING, offer_row, want_row
from matching.kd.compiling import compiled, inlined
from matching.kd.floors import floors_of
from matching.kd.frontier import empty_frontier, grown, pop, push
from matching.kd.groups import Groups, cap_of, group_marks
from matching.kd.lots import SEVERAL
from matching.kd.marks import mark_of
from matching.kd.pairs import REFUSED as NEVER
from matching.kd.pairs import distance_km, judged, landed_cents, may_trade, scored
from matching.kd.ranking import place_in, rank_in, take_out
from matching.kd.scanning import pass_offers, pass_wants
from matching.kd.stock import Concepts, Legal, Stock, shelves_of_offer, shelves_of_want
from matching.kd.trees import BLOCK, NONE, Trees

Ranges = np.ndarray

FIRST_FRONTIER = 512
LEAST_LEGAL = 0.01 * min(AREA[-1], CHAIN[-1])
"""What a score loses at least for a whole mark of legal feasibility."""


class Side(NamedTuple):
    """All entries of one kind."""

    trees: Trees
    stock: Stock
    groups: Groups


class Visit(NamedTuple):
    """Where one search goes: the shelves, how far they are from the probe's concept, and room to work in."""

    row: np.ndarray  # i2[1, COLUMNS]: the probe
    other: np.ndarray  # i2[1, COLUMNS]: the entry that is looked at
    passing: np.ndarray  # u1[BLOCK]
    shelves: np.ndarray  # i4
    levels: np.ndarray  # i4
    legal: np.ndarray  # f8: the marks of the probe with each group; the last is the highest


@compiled
def visit_of(
    probe: Stock, number: int, is_offer: bool, concepts: Concepts, trees: Trees, groups: Groups, legal: Legal
) -> Visit:
    """Prepare the search for the counterparts of a lot."""
    row, size = np.empty((1, COLUMNS), np.int16), len(concepts.parent)
    shelves, levels = np.empty(size, np.int32), np.empty(size, np.int32)
    lot = probe.lots[number]
    if is_offer:
        offer_row(lot, row[0])
        count = shelves_of_offer(lot.concept, concepts, trees, shelves, levels)
    else:
        want_row(lot, row[0])
        count = shelves_of_want(lot, probe.codes, concepts, trees, shelves, levels)
    marks = group_marks(legal, groups, lot.legal, is_offer)
    return Visit(
        row, np.empty((1, COLUMNS), np.int16), np.empty(BLOCK, np.uint8), shelves[:count], levels[:count], marks
    )


@inlined
def marks_of(
    row: Ranges, low: Ranges, high: Ranges, place: int, is_offer: bool, level: int, usual: float, legal: float
) -> Marks:
    """The highest marks of the probe with anything in these ranges."""
    material = 1.0 / (1.0 + numeric.STEP_PER_LEVEL * level)
    if is_offer:
        return most_marks(row, row, 0, low, high, place, material, usual, legal)
    return most_marks(low, high, place, row, row, 0, material, usual, legal)


@inlined
def bound_of(visit: Visit, low: Ranges, high: Ranges, place: int, is_offer: bool, level: int, usual: float) -> float:
    """The most that the probe may score with anything in these ranges."""
    row = visit.row
    legal = cap_of(visit.legal, low[place, GROUP], high[place, GROUP])
    marks = marks_of(row, low, high, place, is_offer, level, usual, legal)
    if is_offer:
        return upper(marks, low[place, WEIGHING] == 0, high[place, WEIGHING] == 1)
    return upper(marks, row[0, WEIGHING] == 0, row[0, WEIGHING] == 1)


@compiled
def usual_of(concepts: Concepts, probe: Stock, number: int, is_offer: bool, shelf: int) -> float:
    """The usual treatment of what is offered: by the probe, or by what stands on the shelf."""
    return float(concepts.usual[probe.lots[number].concept if is_offer else shelf])


@inlined
def pair_score(
    sold: Stock, offered: int, sought: Stock, wanted: int, level: int, usual: float, legal: Legal, least: float
) -> float:
    """The exact score of the pair, -1 when it does not fit or scores below `least`."""
    offer, want = sold.lots[offered], sought.lots[wanted]
    km = distance_km(offer.x, offer.y, offer.z, want.x, want.y, want.z)
    landed = landed_cents(offer, want, km)
    if not may_trade(offer, want, km, landed):
        return REFUSED
    score = scored(offer, want, float(level), km, landed, usual, mark_of(legal, offer.legal, want.legal))
    if score < least or judged(offer, want, sold.codes, sold.values, sought.codes, sought.values) == NEVER:
        return REFUSED
    return score


@inlined
def enter(stock: Stock, numbers: np.ndarray, scores: np.ndarray, count: int, other: int, score: float) -> int:
    """Put a pair among the best; a want that stands on several shelves counts once, with its highest score."""
    if stock.lots[other].flags & SEVERAL:
        place = place_in(numbers, count, other)
        if place >= 0:
            if scores[place] >= score:
                return count
            count = take_out(numbers, scores, count, place)
    return rank_in(numbers, scores, stock.lots, count, other, score)


@compiled
def promising(trees: Trees, node: int, visit: Visit, is_offer: bool, level: int, usual: float, least: float) -> int:
    """Leave in `passing` the slots of a leaf that may fit and score at least `least`, packed at the front; how many."""
    block, cells, row, other, passing = trees.leaves[node], trees.cells, visit.row, visit.other, visit.passing
    size, found = trees.fill[block], 0
    cap = cap_of(visit.legal, trees.low[node, GROUP], trees.high[node, GROUP])
    marks = marks_of(row, trees.low, trees.high, node, is_offer, level, usual, cap)
    area = trees.low[node, WEIGHING] == 0 if is_offer else row[0, WEIGHING] == 0
    chain = trees.high[node, WEIGHING] == 1 if is_offer else row[0, WEIGHING] == 1
    floors, km = floors_of(marks, area, chain, least), numeric.HALF_DISTANCE_KM / marks[2] - numeric.HALF_DISTANCE_KM
    if is_offer:
        pass_wants(cells, block, size, row, floors, km, passing)
    else:
        pass_offers(cells, block, size, row, floors, km, passing)
    highest = upper(marks, area, chain)
    for slot in range(size):
        if passing[slot]:
            mark = visit.legal[cells[block, GROUP, slot]]
            if highest - (cap - mark) * LEAST_LEGAL < least:
                continue
            for column in range(KEYS):
                other[0, column] = cells[block, column, slot]
            if bound_of(visit, other, other, 0, is_offer, level, usual) >= least:
                passing[found] = slot
                found += 1
    return found


@compiled
def scan(
    side: Side,
    node: int,
    visit: Visit,
    is_offer: bool,
    level: int,
    usual: float,
    legal: Legal,
    probe: Stock,
    number: int,
    numbers: np.ndarray,
    scores: np.ndarray,
    count: int,
) -> int:
    """Look at every entry of a leaf; how many are among the best then."""
    least, block = scores[count - 1] if count == len(numbers) else 0.0, side.trees.leaves[node]
    for place in range(promising(side.trees, node, visit, is_offer, level, usual, least)):
        other = side.trees.lots[block, visit.passing[place]]
        if is_offer:
            score = pair_score(probe, number, side.stock, other, level, usual, legal, least)
        else:
            score = pair_score(side.stock, other, probe, number, level, usual, legal, least)
        if score >= 0.0:
            count = enter(side.stock, numbers, scores, count, other, score)
    return count


@compiled
def best(
    side: Side,
    probe: Stock,
    number: int,
    is_offer: bool,
    concepts: Concepts,
    legal: Legal,
    numbers: np.ndarray,
    scores: np.ndarray,
) -> int:
    """Fill `numbers` and `scores` with the best counterparts, best first; how many there are.

    A pair of legal classes that was never asked is taken to have the highest mark, and a doubtful pair to fit: the
    caller asks, and searches again.
    """
    trees, visit = side.trees, visit_of(probe, number, is_offer, concepts, side.trees, side.groups, legal)
    low, high, kids = trees.low, trees.high, trees.kids
    frontier, waiting, count = empty_frontier(FIRST_FRONTIER), 0, 0
    for shelf in range(len(visit.shelves)):
        usual = usual_of(concepts, probe, number, is_offer, visit.shelves[shelf])
        node = trees.roots[visit.shelves[shelf]]
        bound = bound_of(visit, low, high, node, is_offer, visit.levels[shelf], usual)
        if bound >= 0.0:
            frontier = grown(frontier, waiting)
            waiting = push(frontier, waiting, bound, node, shelf)
    while waiting > 0 and (count < len(numbers) or frontier.bounds[0] >= scores[count - 1]):
        node, shelf = frontier.nodes[0], frontier.shelf[0]
        waiting = pop(frontier, waiting)
        level, usual = visit.levels[shelf], usual_of(concepts, probe, number, is_offer, visit.shelves[shelf])
        if kids[node, 0] == NONE:
            count = scan(side, node, visit, is_offer, level, usual, legal, probe, number, numbers, scores, count)
            continue
        frontier = grown(frontier, waiting + 1)
        for kid in (kids[node, 0], kids[node, 1]):
            bound = bound_of(visit, low, high, kid, is_offer, level, usual)
            if bound >= 0.0 and (count < len(numbers) or bound >= scores[count - 1]):
                waiting = push(frontier, waiting, bound, kid, shelf)
    return count
