"""What margins are worth: measured on texts that a machine did not learn from, never on those that it did.

Texts are parted by their words without numbers, so that "5430 grond" never measures what "grond" taught.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from infra.suggestions.machine import Lesson, learnt
from matching.suggesting.linear import Linear, softmax
from matching.suggesting.model import HazardScale, Scale

FOLDS = 4
TEMPERATURES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
# Nine of ten hazardous texts must be warned for, whatever that costs in warnings that were not needed.
WANTED_RECALL = 0.9
# Three of four first suggestions that are called likely must be right.
WANTED_RIGHT = 0.75
FEWEST_HAZARDOUS = 20
"""With fewer hazardous examples the phrases of our own tables measure too."""
WITHOUT_EXAMPLES = Scale(temperature=0.25, likely_at=0.5)
FARTHEST = -3.0


@dataclass(frozen=True, eq=False)
class Measuring:
    """What is measured on: the features of all rows, the fold of each, and how many rows at the top are labelled."""

    matrix: csr_matrix
    folds: NDArray[np.int64]
    labelled: int


def folds_of(texts: Sequence[tuple[str, ...]]) -> NDArray[np.int64]:
    """A fold for each text, the same on every machine."""
    return np.array([_fold(words) for words in texts], dtype=np.int64)


def _fold(words: tuple[str, ...]) -> int:
    telling = sorted(word for word in words if not word[0].isdigit()) or list(words)
    return int(hashlib.sha256(" ".join(telling).encode()).hexdigest(), 16) % FOLDS


def hazard_scale(measuring: Measuring, lesson: Lesson, hazard: str) -> HazardScale:
    """From margins to probabilities, and the highest threshold that warns for enough of the hazardous."""
    margins = margins_outside(measuring, lesson, (hazard,))[:, 0]
    truth = lesson.labels == hazard
    chosen = lesson.rows < measuring.labelled
    if (truth & chosen).sum() < FEWEST_HAZARDOUS:
        chosen = np.ones(len(truth), dtype=bool)
    fit = LogisticRegression(C=1e3).fit(margins[chosen, None], truth[chosen], sample_weight=lesson.weights[chosen])
    slope, start = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    dangerous = np.sort(margins[chosen & truth])[::-1]
    margin = dangerous[min(int(np.ceil(WANTED_RECALL * len(dangerous))), len(dangerous) - 1)]
    return HazardScale(slope, start, float(1 / (1 + np.exp(-(slope * margin + start)))))


def code_scale(measuring: Measuring, lesson: Lesson) -> Scale:
    """The temperature under which shares are most truthful, and the share from which the first code is likely."""
    keys = tuple(sorted({str(label) for label in lesson.labels}))
    own = lesson.rows < measuring.labelled
    margins = margins_outside(measuring, lesson, keys)[own]
    truth = np.array([keys.index(str(label)) for label in lesson.labels[own]])
    rows = np.arange(len(truth))
    temperature = max(TEMPERATURES, key=lambda one: float(np.log(softmax(margins, one)[rows, truth] + 1e-12).sum()))
    shares = softmax(margins, temperature)
    return Scale(temperature, _likely_at(shares.max(axis=1), shares.argmax(axis=1) == truth))


def _likely_at(highest: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest share above which enough of the first suggestions are right; one when there is none."""
    order = np.argsort(-highest, kind="stable")
    share_right = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share_right >= WANTED_RIGHT)
    return float(highest[order[enough[-1]]]) if len(enough) else 1.0


def margins_outside(measuring: Measuring, lesson: Lesson, keys: Sequence[str]) -> NDArray[np.float64]:
    """For each row of the lesson the margins by a machine that did not see its text."""
    found = np.full((len(lesson.rows), len(keys)), FARTHEST)
    folds = measuring.folds[lesson.rows]
    for fold in range(FOLDS):
        inside, outside = lesson.part(folds != fold), folds == fold
        if len(set(inside.labels.tolist())) > 1 and outside.any():
            rows = lesson.rows[outside]
            found[outside] = _margins(measuring.matrix[rows], learnt(measuring.matrix, inside), keys)
    return found


def _margins(matrix: csr_matrix, model: Linear, keys: Sequence[str]) -> NDArray[np.float64]:
    known = [place for place, key in enumerate(keys) if key in model.keys]
    columns = [model.keys.index(keys[place]) for place in known]
    margins = np.full((matrix.shape[0], len(keys)), FARTHEST)
    margins[:, known] = matrix @ model.weights[:, columns].astype(np.float32) + model.starts[columns]
    return margins
