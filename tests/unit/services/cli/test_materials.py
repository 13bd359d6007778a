"""A text is a material only when there is no doubt."""

import pytest

from services.cli.cells import Wrong
from services.cli.materials import concept_of, concepts_of


@pytest.mark.parametrize("text", ["wood_grade_a", "A-hout", "a hout", "A-HOUT "])
def test_an_id_a_label_and_a_synonym_are_taken(text: str) -> None:
    assert concept_of(text.strip()) == "wood_grade_a"


@pytest.mark.parametrize("text", ["B-hout gemengd", "hout beuken", "schoon", "houten palen enzo"])
def test_anything_less_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="expected a material of the material tree"):
        concept_of(text)


def test_at_most_three_are_suggested() -> None:
    with pytest.raises(Wrong) as refusal:
        concept_of("papier en karton en glas en hout")
    assert 1 <= str(refusal.value).count("(") <= 3


def test_several_may_stand_between_commas() -> None:
    assert concepts_of(["hout, papier"]) == ["wood", "paper"]
    with pytest.raises(Wrong):
        concepts_of(["hout, iets"])
