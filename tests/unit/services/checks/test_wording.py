"""Labels and words in both languages."""

from decimal import Decimal

import pytest

from contracts.vocabulary.terms import Language, LegalStatus
from contracts.vocabulary.verdict import Confidence, Outcome
from matching.end_of_waste import Measurement, Origin, Processing, Stream, Trade, Use
from services.checks.dutch import DUTCH
from services.checks.wording import LABELS, day_in, value_in, word_in
from tests.unit.services.checks.scenes import DAY


def test_every_word_of_the_check_has_a_dutch_form() -> None:
    words = {word.value for kind in (Stream, Origin, Processing, Use) for word in kind} | set(Trade.__slots__)
    assert words - DUTCH.keys() == set()


def test_every_status_outcome_and_confidence_has_a_label() -> None:
    for prefix, kind in (("status", LegalStatus), ("outcome", Outcome), ("confidence", Confidence)):
        assert {f"{prefix}_{one.value}" for one in kind} <= LABELS.keys()


@pytest.mark.parametrize(("language", "text"), [(Language.DUTCH, "1,2 % w/w"), (Language.ENGLISH, "1.2 % w/w")])
def test_numbers_have_the_decimal_sign_of_the_language(language: Language, text: str) -> None:
    assert value_in(language, Measurement(Decimal("1.2"), "% w/w")) == text


def test_days_and_words_are_written_as_people_do() -> None:
    assert (day_in(Language.DUTCH, DAY), day_in(Language.ENGLISH, DAY)) == ("21-11-2026", "2026-11-21")
    assert word_in(Language.ENGLISH, "copper_scrap") == "copper scrap"
