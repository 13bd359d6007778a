"""The circularity ladder."""

from typing import Any

import pytest

from contracts.reference.tables import read_table
from contracts.vocabulary.r_ladder import RStep, WasteHierarchyStep
from contracts.vocabulary.terms import Language


def test_the_table_has_exactly_the_ten_steps_in_order() -> None:
    assert [row["step"] for row in read_table("r_ladder")] == [step.name for step in RStep]
    assert [int(step) for step in RStep] == list(range(10))


def test_a_lower_step_is_better() -> None:
    assert min(RStep.R8, RStep.R3, RStep.R9) is RStep.R3


def test_only_what_changes_hands_is_tradable() -> None:
    assert [step for step in RStep if not step.tradable] == [RStep.R0, RStep.R1, RStep.R2]


def test_labels_are_in_the_language_asked_for() -> None:
    assert RStep.R3.label("nl") == "R3 Hergebruiken"
    assert RStep.R3.label("en") == "R3 Reuse"
    assert RStep.R3.label(Language.DUTCH) == RStep.R3.label("nl")


@pytest.mark.parametrize("lang", list(Language))
def test_every_step_has_its_own_label_and_description(lang: Language) -> None:
    assert len({step.label(lang) for step in RStep}) == 10
    assert len({step.description(lang) for step in RStep}) == 10


def test_another_language_is_refused() -> None:
    french: Any = "fr"
    with pytest.raises(ValueError, match="got language 'fr', expected one of nl, en"):
        RStep.R4.label(french)


def test_a_lower_step_is_never_lower_in_the_waste_hierarchy() -> None:
    order = list(WasteHierarchyStep)
    best = [order.index(step.wfd_steps[0]) for step in RStep]
    assert best == sorted(best)


@pytest.mark.parametrize(
    ("step", "hierarchy"),
    [
        (RStep.R2, (WasteHierarchyStep.PREVENTION,)),
        (RStep.R3, (WasteHierarchyStep.PREVENTION, WasteHierarchyStep.PREPARING_FOR_REUSE)),
        (RStep.R4, (WasteHierarchyStep.PREPARING_FOR_REUSE,)),
        (RStep.R7, (WasteHierarchyStep.PREPARING_FOR_REUSE, WasteHierarchyStep.RECYCLING)),
        (RStep.R8, (WasteHierarchyStep.RECYCLING,)),
        (RStep.R9, (WasteHierarchyStep.OTHER_RECOVERY,)),
    ],
)
def test_steps_match_the_waste_hierarchy(step: RStep, hierarchy: tuple[WasteHierarchyStep, ...]) -> None:
    assert step.wfd_steps == hierarchy
