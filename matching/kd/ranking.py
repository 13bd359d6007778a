"""The best k so far, in arrays: higher score first, equal scores by the lower listing id."""

import numpy as np

from matching.kd.compiling import compiled
from matching.kd.keys import Half


@compiled
def comes_before(score: float, high: Half, low: Half, other_score: float, other_high: Half, other_low: Half) -> bool:
    """Whether the one stands above the other."""
    if score != other_score:
        return score > other_score
    return bool(high < other_high) if high != other_high else bool(low < other_low)


@compiled
def rank_in(numbers: np.ndarray, scores: np.ndarray, lots: np.ndarray, count: int, number: int, score: float) -> int:
    """Put a lot among the best; how many there are then. The arrays hold k; what falls off the end is forgotten."""
    lot = lots[number]
    place = count
    while place > 0:
        above = lots[numbers[place - 1]]
        if not comes_before(score, lot.high, lot.low, scores[place - 1], above.high, above.low):
            break
        place -= 1
    if place == len(numbers):
        return count
    last = min(count, len(numbers) - 1)
    for moving in range(last, place, -1):
        numbers[moving], scores[moving] = numbers[moving - 1], scores[moving - 1]
    numbers[place], scores[place] = number, score
    return min(count + 1, len(numbers))


@compiled
def take_out(numbers: np.ndarray, scores: np.ndarray, count: int, place: int) -> int:
    """Take the one at `place` out; how many are left."""
    for moving in range(place, count - 1):
        numbers[moving], scores[moving] = numbers[moving + 1], scores[moving + 1]
    return count - 1


@compiled
def place_in(numbers: np.ndarray, count: int, number: int) -> int:
    """Where a lot stands among the best; -1 when it does not."""
    for place in range(count):
        if numbers[place] == number:
            return place
    return -1
