"""What margins are worth, measured on texts that were not learnt."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from infra.suggestions.calibrating import (
    FOLDS,
    WANTED_RECALL,
    Measuring,
    code_scale,
    folds_of,
    hazard_scale,
    margins_outside,
)
from infra.suggestions.machine import Lesson

COUNT = 400
CHANCE = np.random.default_rng(7)
TRUTH = CHANCE.integers(0, 2, COUNT).astype(bool)


@pytest.fixture(scope="module")
def measuring() -> Measuring:
    """Rows of one telling column and three of noise."""
    telling = TRUTH + CHANCE.normal(0, 0.6, COUNT)
    columns = np.column_stack([telling, CHANCE.normal(size=(COUNT, 3))]).astype(np.float32)
    return Measuring(csr_matrix(columns), np.arange(COUNT) % FOLDS, COUNT)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Half of them dangerous."""
    return Lesson.of([(row, "danger" if bad else "fine", 1.0) for row, bad in enumerate(TRUTH)])


def test_a_text_with_another_number_is_in_the_same_part() -> None:
    folds = folds_of([("5430", "grond"), ("grond",), ("grond", "12"), ("12",), ("13",)])
    assert folds[0] == folds[1] == folds[2]
    assert all(0 <= fold < FOLDS for fold in folds)


def test_margins_come_from_a_machine_that_did_not_see_the_row(measuring: Measuring) -> None:
    memory = csr_matrix(np.eye(COUNT, dtype=np.float32))
    learnt_by_heart = Measuring(memory, measuring.folds, COUNT)
    chance = Lesson.of([(row, "ab"[row % 3 == 0], 1.0) for row in range(COUNT)])
    margins = margins_outside(learnt_by_heart, chance, ("a", "b"))
    told = np.array(["a", "b"])[margins.argmax(axis=1)]
    assert len(set(told.tolist())) == 1, "rows share no feature, so nothing can be told of a row that was held out"


def test_enough_of_the_dangerous_are_warned_for(measuring: Measuring, lesson: Lesson) -> None:
    scale = hazard_scale(measuring, lesson, "danger")
    margins = margins_outside(measuring, lesson, ("danger",))[:, 0]
    warned = 1 / (1 + np.exp(-(scale.slope * margins + scale.start))) >= scale.warn_at - 1e-9
    assert warned[TRUTH].mean() >= WANTED_RECALL
    assert warned[~TRUTH].mean() < 0.9
    assert scale.slope > 0


def test_likely_is_right_three_times_out_of_four(measuring: Measuring, lesson: Lesson) -> None:
    scale = code_scale(measuring, lesson)
    assert 0.4 < scale.likely_at < 1
    assert scale.temperature > 0
