"""Legal classes get small numbers, as many as there are."""

import numpy as np

from matching.kd.groups import cap_of, empty_groups, group_marks, group_of
from matching.kd.lots import GROUPS, UNGROUPED
from matching.kd.marks import HIGHEST, Marks


def test_a_class_keeps_its_group_and_the_last_ones_get_none() -> None:
    groups = empty_groups()
    assert [group_of(groups, np.uint64(one)) for one in (2**63, 7, 2**63)] == [0, 1, 0]
    for one in range(100, 100 + GROUPS):
        group_of(groups, np.uint64(one))
    assert group_of(groups, np.uint64(5000)) == UNGROUPED


def test_the_marks_of_a_class_with_each_group_and_the_highest_of_a_range() -> None:
    groups, marks = empty_groups(), Marks()
    for one, mark in ((10, 0.2), (11, 0.7), (12, 0.4)):
        group_of(groups, np.uint64(one))
        marks.put(1, one, mark)
    found = group_marks(marks.table, groups, np.uint64(1), True)
    assert found.tolist() == [0.2, 0.7, 0.4, 0.7]
    assert cap_of(found, 0, 0) == 0.2
    assert cap_of(found, 1, 2) == 0.7
    assert cap_of(found, UNGROUPED, 2) == 0.7


def test_a_group_of_which_nothing_was_asked_may_be_as_good_as_can_be() -> None:
    groups = empty_groups()
    group_of(groups, np.uint64(10))
    assert group_marks(Marks().table, groups, np.uint64(1), False).tolist() == [HIGHEST, HIGHEST]
