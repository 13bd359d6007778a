"""The first sentence of a verdict, in both languages."""

from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.reasons import reason
from matching.end_of_waste.rules import Rulebook, Text

WASTE = LegalStatus.WASTE


def test_the_rule_that_decided_first_is_named_with_its_article(rulebook: Rulebook) -> None:
    (decisive,), (other,) = rulebook.by_id["CU-1"], rulebook.by_id["REACH-50"]
    told = reason(rulebook, WASTE, [decisive, other], LegalStatus.END_OF_WASTE)
    assert told.nl == f"Dit is afval. Dat volgt uit: {decisive.title.nl} ({decisive.article})."
    assert told.en == f"This is waste. This follows from: {decisive.title.en} ({decisive.article})."


def test_without_a_rule_a_status_that_was_claimed_is_the_listings_own_word(rulebook: Rulebook) -> None:
    assert reason(rulebook, WASTE, [], WASTE) == Text(
        "Dit is afval. Dat staat ook zo in de aanbieding.", "This is waste. The listing says the same."
    )


def test_without_a_rule_and_without_that_claim_no_rule_shows_otherwise(rulebook: Rulebook) -> None:
    for claimed in (None, LegalStatus.PRODUCT):
        assert reason(rulebook, WASTE, [], claimed).en == "This is waste. No rule shows that it is anything else."
