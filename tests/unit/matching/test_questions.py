"""Questions are whole sentences in both languages."""

import pytest

from matching.questions import SENTENCES, Doubt, DoubtKind, question_of

WORDS = {
    "offer_unit": "m3",
    "want_unit": "kg",
    "limit": "50",
    "accepted": "waste",
    "name": "lead",
    "operator": "<=",
    "unit": "mg/kg",
    "given": "mg/kg ds",
}


@pytest.mark.parametrize("kind", DoubtKind)
def test_every_doubt_becomes_a_question_in_dutch_and_english(kind: DoubtKind) -> None:
    question = question_of(Doubt(kind, "about this", WORDS))
    assert question.about == "about this"
    for sentence in (question.nl, question.en):
        assert "?" in sentence
        assert sentence.endswith((".", "?"))
        assert "{" not in sentence
    assert question.nl != question.en


def test_no_doubt_is_without_a_sentence() -> None:
    assert set(SENTENCES) == set(DoubtKind)
