"""The newest change is undone first, and nothing is kept when nobody may want it back."""

import pytest

from matching.journal import Journal


def test_changes_since_the_mark_are_undone_newest_first() -> None:
    journal, undone = Journal(), []
    journal.checkpoint()
    for number in range(3):
        journal.write(lambda number=number: undone.append(number))  # type: ignore[misc]
    journal.rollback()
    assert undone == [2, 1, 0]


def test_an_older_mark_can_still_undo_what_a_newer_one_released() -> None:
    journal, undone = Journal(), []
    journal.checkpoint()
    journal.checkpoint()
    journal.write(lambda: undone.append("inner"))
    journal.release()
    journal.rollback()
    assert undone == ["inner"]


def test_without_a_mark_nothing_is_written_and_a_failure_undoes() -> None:
    journal, undone = Journal(), []
    journal.write(lambda: undone.append("before"))
    with pytest.raises(RuntimeError), journal.staged():
        journal.write(lambda: undone.append("staged"))
        raise RuntimeError
    assert undone == ["staged"]
