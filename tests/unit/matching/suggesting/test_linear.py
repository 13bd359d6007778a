"""Margins and shares."""

import numpy as np
import pytest

from matching.suggesting.features import Vector
from matching.suggesting.linear import Linear, softmax

MODEL = Linear(("a", "b"), np.array([[1, -1], [0, 2], [5, 5]], np.float16), np.array([0.5, -0.5], np.float32))
VECTOR = Vector(("x", "y"), np.array([0, 1]), np.array([1, 0.5], np.float32), ((0,), (1,)), 2, 1.0)


def test_a_margin_is_the_start_and_what_each_column_adds() -> None:
    assert MODEL.margins(VECTOR).tolist() == [1.5, -0.5]
    for key in range(2):
        assert MODEL.added(VECTOR, key).sum() + MODEL.starts[key] == pytest.approx(MODEL.margins(VECTOR)[key])


def test_a_text_without_known_features_lies_at_the_start() -> None:
    nothing = Vector((), np.array([], np.int64), np.array([], np.float32), (), 0, 0.0)
    assert MODEL.margins(nothing).tolist() == [0.5, -0.5]


def test_shares_add_up_to_one_and_a_low_temperature_favours_the_highest() -> None:
    margins = np.array([[1.0, 0.5, -1.0], [1000.0, 0.0, 0.0]])
    warm, cold = softmax(margins, 1.0), softmax(margins, 0.1)
    assert warm.sum(axis=1) == pytest.approx([1, 1])
    assert cold[0, 0] > warm[0, 0] > warm[0, 1] > warm[0, 2]
    assert warm[1].tolist() == [1, 0, 0]
