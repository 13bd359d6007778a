"""Suggestions in words."""

import pytest

from contracts.vocabulary.terms import Language
from matching.suggesting.model import Certainty, HazardWarning
from matching.suggesting.wording import advice, because, hazard_text

WARNS = HazardWarning(True, 0.9, ("asbest", "plaat"))
SAFE = HazardWarning(False, 0.01, ())


@pytest.mark.parametrize("language", Language)
def test_every_outcome_has_its_own_sentence(language: Language) -> None:
    assert len({advice(certainty, language) for certainty in Certainty}) == len(Certainty)
    told = {
        hazard_text(WARNS, Certainty.LIKELY, language),
        hazard_text(SAFE, Certainty.LIKELY, language),
        hazard_text(SAFE, Certainty.NOTHING_KNOWN, language),
    }
    assert len(told) == 3
    assert not [text for text in told if "{" in text]


def test_the_words_that_led_to_it_are_named() -> None:
    assert because(("asbest", "plaat"), Language.DUTCH) == "Door: asbest, plaat."
    assert because((), Language.ENGLISH) == "Because of the text as a whole."
    assert "Because of: asbest, plaat." in hazard_text(WARNS, Certainty.NOT_SURE, Language.ENGLISH)


def test_no_warning_is_not_called_safe() -> None:
    assert "bewijst niet" in hazard_text(SAFE, Certainty.LIKELY, Language.DUTCH)
    assert "does not prove" in hazard_text(SAFE, Certainty.LIKELY, Language.ENGLISH)
