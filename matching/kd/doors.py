"""Doors: the last in the list of a listing, which a newcomer must pass to come into that list.

A door is worked out when it is first asked for, and forgotten when a listing that comes or goes may move it. What has
been forgotten is worked out again; nothing else follows from a door, so all of them may be dropped at any moment.
"""

import numpy as np

from matching.kd.compiling import compiled
from matching.kd.gathering import gather
from matching.kd.keeping import OPEN, UNKNOWN
from matching.kd.marks import NOTHING, place_of
from matching.kd.pairs import UNSURE, judged
from matching.kd.ranking import comes_before
from matching.kd.searching import Side
from matching.kd.stock import Concepts, Legal, Stock

Found = tuple[np.ndarray, np.ndarray]

DOUBTFUL, UNASKED = 1, 2
"""What is left to find out of a pair: whether it fits at all; its legal mark."""


@compiled
def passes(own: Stock, number: int, score: float, other: Stock, counterpart: int) -> bool:
    """Whether a pair of this score is in the list of the counterpart, of which the door is known."""
    kth = other.kth[counterpart]
    if kth == OPEN:
        return True
    there, here = own.lots[kth], own.lots[number]
    return kth == number or not comes_before(other.door[counterpart], there.high, there.low, score, here.high, here.low)


@compiled
def moved(own: Side, other: Side, number: int, is_offer: bool, concepts: Concepts, legal: Legal) -> Found:
    """The counterparts whose door is known and may be moved by a listing that comes or leaves, and the scores.

    The listing must be in its place at that moment. A counterpart may be told more than once.
    """
    numbers, scores = gather(other, own.stock, number, is_offer, concepts, legal, True)
    count = 0
    for place in range(len(numbers)):
        known = other.stock.kth[numbers[place]] != UNKNOWN
        if known and passes(own.stock, number, scores[place], other.stock, numbers[place]):
            numbers[count], scores[count] = numbers[place], scores[place]
            count += 1
    return numbers[:count], scores[:count]


@compiled
def open_points(own: Stock, number: int, is_offer: bool, other: Stock, numbers: np.ndarray, legal: Legal) -> np.ndarray:
    """For each counterpart: DOUBTFUL, UNASKED, both or 0."""
    found = np.zeros(len(numbers), np.uint8)
    for place in range(len(numbers)):
        sold, sought = (own, other) if is_offer else (other, own)
        offer = sold.lots[number if is_offer else numbers[place]]
        want = sought.lots[numbers[place] if is_offer else number]
        if judged(offer, want, sold.codes, sold.values, sought.codes, sought.values) == UNSURE:
            found[place] |= DOUBTFUL
        if legal.marks[place_of(legal, offer.legal, want.legal)] == NOTHING:
            found[place] |= UNASKED
    return found
