"""The support vector machine of scikit-learn, from a lesson to the weights that a model keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from matching.suggesting.linear import Linear

SMOOTHING = 0.3
"""The C of the machine: lower is smoother. Chosen by cross-validation."""
SEED = 20261124


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a machine learns from: rows of the matrix, each with a label and a weight. A row may come again."""

    rows: NDArray[np.int64]
    labels: NDArray[np.str_]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[tuple[int, str, float]]) -> "Lesson":
        """The lesson of these rows, labels and weights."""
        return cls(
            np.array([row for row, _label, _weight in rows], dtype=np.int64),
            np.array([label for _row, label, _weight in rows], dtype=np.str_),
            np.array([weight for _row, _label, weight in rows], dtype=np.float64),
        )

    def part(self, chosen: NDArray[np.bool_]) -> "Lesson":
        """The rows of the lesson that are chosen."""
        return Lesson(self.rows[chosen], self.labels[chosen], self.weights[chosen])


def learnt(matrix: csr_matrix, lesson: Lesson) -> Linear:
    """One machine per label, each against the rest. Needs two labels at least."""
    machine = LinearSVC(C=SMOOTHING, random_state=SEED)
    machine.fit(matrix[lesson.rows], lesson.labels, sample_weight=lesson.weights)
    weights, starts = machine.coef_, machine.intercept_
    if len(weights) == 1:
        # Of two labels scikit-learn keeps one side only.
        weights, starts = np.vstack([-weights, weights]), np.concatenate([-starts, starts])
    keys = tuple(str(label) for label in machine.classes_)
    return Linear(keys, weights.T.astype(np.float16), starts.astype(np.float32))


def only(model: Linear, key: str) -> Linear:
    """The model of one key alone."""
    place = model.keys.index(key)
    return Linear((key,), model.weights[:, [place]], model.starts[[place]])
