"""Small numbers for the legal classes of one side, so that the mark of an entry is known before it is looked up."""

from typing import NamedTuple

import numpy as np

from matching.kd.compiling import compiled
from matching.kd.keys import Half
from matching.kd.lots import GROUPS, UNGROUPED
from matching.kd.marks import HIGHEST, mark_of
from matching.kd.stock import Legal

FEW = 24


class Groups(NamedTuple):
    """The class of each group, and how many groups there are. A class keeps its group for the life of the index."""

    classes: np.ndarray  # u8[GROUPS]
    used: np.ndarray  # i8[1]


def empty_groups() -> Groups:
    """No groups yet."""
    return Groups(np.zeros(GROUPS, np.uint64), np.zeros(1, np.int64))


@compiled
def group_of(groups: Groups, legal_class: Half) -> int:
    """The group of a class, a new one when it has none; UNGROUPED when all are taken."""
    wanted = np.uint64(legal_class)
    for group in range(groups.used[0]):
        if groups.classes[group] == wanted:
            return group
    if groups.used[0] == GROUPS:
        return UNGROUPED
    groups.classes[groups.used[0]] = wanted
    groups.used[0] += 1
    return int(groups.used[0] - 1)


@compiled
def group_all(groups: Groups, lots: np.ndarray, first: int, last: int) -> None:
    """Write the group of each lot from `first` to `last`, the last excluded."""
    for number in range(first, last):
        lots[number].group = group_of(groups, lots[number].legal)


@compiled
def group_marks(legal: Legal, groups: Groups, own_class: Half, is_offer: bool) -> np.ndarray:
    """The mark of one class with each group. The last place, which is also that of UNGROUPED, has the highest."""
    count = groups.used[0]
    marks, highest = np.empty(count + 1), HIGHEST if count == GROUPS else 0.0
    for group in range(count):
        other = groups.classes[group]
        marks[group] = mark_of(legal, own_class, other) if is_offer else mark_of(legal, other, own_class)
        highest = max(highest, marks[group])
    marks[count] = highest
    return marks


@compiled
def cap_of(marks: np.ndarray, low: int, high: int) -> float:
    """The highest mark of a range of groups; a wide range is not looked through."""
    if low < 0 or high - low > FEW:
        return float(marks[-1])
    cap = 0.0
    for group in range(low, high + 1):
        cap = max(cap, marks[group])
    return cap
