"""The answer of a check."""

from contracts.vocabulary.terms import Language
from services.checks.checking import check
from services.checks.views import check_view
from tests.unit.services.checks.scenes import DAY, facts


def test_the_answer_holds_both_languages_and_the_text_in_the_one_that_was_asked() -> None:
    view = check_view(check(facts(), DAY), Language.ENGLISH)
    assert view.text.startswith(view.explanation.en.outcome)
    assert view.explanation.nl.outcome == view.reason.nl
    assert view.receipt["on"] == "2026-11-21"
