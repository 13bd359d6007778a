"""Criteria of a verdict as people read them."""

from contracts.vocabulary.terms import Language
from matching.end_of_waste import packaged_rulebook
from services.web.articles_told import criteria_told


def test_what_can_be_mended_stands_first_and_articles_lead_to_their_text() -> None:
    rule = packaged_rulebook().rules[0]
    criteria = [
        {"rule_id": rule.id, "article": rule.article, "outcome": outcome} for outcome in ("met", "unknown", "failed")
    ]
    told = criteria_told(criteria, Language.DUTCH)
    assert [item.outcome for item in told] == ["failed", "unknown", "met"]
    assert told[0].about == rule.title.nl
    assert told[0].link == rule.law.link


def test_a_rule_that_is_no_longer_there_is_shown_by_its_id() -> None:
    (told,) = criteria_told([{"rule_id": "oud", "article": "art. 1", "outcome": "met"}], Language.ENGLISH)
    assert (told.about, told.article, told.link) == ("oud", "art. 1", "")
