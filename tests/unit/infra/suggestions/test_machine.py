"""From a lesson to weights."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from infra.suggestions.machine import Lesson, learnt, only

MATRIX = csr_matrix(np.eye(3, dtype=np.float32))


def lesson(*labels: str) -> Lesson:
    """One row of the matrix for each label."""
    return Lesson.of([(row, label, 1.0) for row, label in enumerate(labels)])


@pytest.mark.parametrize("labels", [("a", "b", "c"), ("a", "b", "a")])
def test_each_row_lies_on_the_side_of_its_label(labels: tuple[str, ...]) -> None:
    model = learnt(MATRIX, lesson(*labels))
    assert model.keys == tuple(sorted(set(labels)))
    margins = MATRIX @ model.weights.astype(np.float32) + model.starts
    assert [model.keys[place] for place in margins.argmax(axis=1)] == list(labels)


def test_a_heavier_row_wins_over_a_lighter_one() -> None:
    both = Lesson.of([(0, "a", 1.0), (0, "b", 0.1), (1, "b", 1.0)])
    model = learnt(MATRIX, both)
    assert model.weights[0, model.keys.index("a")] > model.weights[0, model.keys.index("b")]


def test_one_key_can_be_kept_alone() -> None:
    model = learnt(MATRIX, lesson("a", "b", "c"))
    alone = only(model, "b")
    assert (alone.keys, alone.weights.shape) == (("b",), (3, 1))
    assert alone.weights[:, 0].tolist() == model.weights[:, 1].tolist()


def test_a_part_of_a_lesson_keeps_label_and_weight() -> None:
    part = lesson("a", "b", "c").part(np.array([True, False, True]))
    assert (part.rows.tolist(), part.labels.tolist(), part.weights.tolist()) == ([0, 2], ["a", "c"], [1, 1])
