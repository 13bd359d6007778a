"""Words keep their numbers."""

from matching.kd.numbering import Numbering


def test_words_are_numbered_in_the_order_in_which_they_are_heard() -> None:
    numbering = Numbering()
    assert [numbering.of(word) for word in ("lead", "ash", "lead")] == [0, 1, 0]
    assert len(numbering) == 2
