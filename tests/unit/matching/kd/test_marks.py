"""Legal marks by two classes of 64 bits each."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kd.marks import HIGHEST, MANY, Marks, mark_of

classes = st.integers(0, 2**64 - 1)


@settings(deadline=None)
@given(st.dictionaries(st.tuples(classes, classes), st.floats(0, 1), max_size=300), classes)
def test_every_mark_is_found_again_and_no_other(marks: dict[tuple[int, int], float], stranger: int) -> None:
    table = Marks()
    for pair, mark in marks.items():
        table.put(*pair, mark)
    assert {pair: table.get(*pair) for pair in marks} == marks
    assert len(table) == len(marks)
    assert table.get(stranger, stranger) == marks.get((stranger, stranger))


def test_a_pair_of_classes_that_was_never_asked_may_be_as_good_as_can_be() -> None:
    table = Marks()
    assert mark_of(table.table, 2**63 + 1, 2**63 + 2) == HIGHEST
    table.put(1, 2, 0.25)
    table.clear()
    assert table.get(1, 2) is None


def test_a_very_long_table_starts_anew() -> None:
    table = Marks()
    table._count = MANY
    table.put(1, 2, 0.5)
    assert len(table) == 1
