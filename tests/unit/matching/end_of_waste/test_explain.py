"""Explanations: the outcome first, in both languages, with article, link, what is missing and who can provide it."""

from dataclasses import replace
from datetime import date

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Language, LegalStatus
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.explain import explain
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.rules import Rulebook

TODAY = date(2026, 11, 21)


def test_the_outcome_comes_first_and_says_which_rule_decided(copper: Facts, rulebook: Rulebook) -> None:
    without = replace(copper, evidence=copper.evidence - {EvidenceKind.QMS_CERTIFICATE})
    told = explain(evaluate(without, rulebook, TODAY), rulebook, Language.DUTCH)
    assert told.outcome.startswith("Dit is afval.")
    assert "Gecontroleerd kwaliteitssysteem" in told.outcome
    assert told.missing[0].text == "Certificaat van het kwaliteitssysteem: vraag dit aan een certificerende instelling."
    assert told.reasons[0].link.startswith("https://eur-lex.europa.eu/")
    assert "voorstel, geen besluit" in told.advice


def test_the_english_explanation_says_the_same(copper: Facts, rulebook: Rulebook) -> None:
    text = explain(evaluate(copper, rulebook, TODAY), rulebook, Language.ENGLISH).text(rulebook, Language.ENGLISH)
    assert text.startswith("This is no longer waste (end of waste).")
    assert "limit: < 2 % w/w" in text
    assert "proposed, not a decision" in text


def test_every_status_and_document_has_words_in_both_languages(rulebook: Rulebook) -> None:
    for status in LegalStatus:
        said = rulebook.message("status", status.value)
        assert said.nl != status.value != said.en
    for kind in EvidenceKind:
        assert rulebook.documents[kind.value].name.nl
        assert rulebook.message("provider", rulebook.documents[kind.value].provider).nl


def test_every_blocker_of_the_rulebook_can_be_said(rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        for consequence in (*rule.on_fail, *rule.on_unknown):
            for blocker in consequence.blockers:
                kind, _colon, _what = blocker.partition(":")
                assert rulebook.message("blocker", kind).nl != kind


def test_sentences_are_short_enough_for_plain_dutch(rulebook: Rulebook) -> None:
    words = [len(part.split()) for rule in rulebook.rules for part in rule.explanation.nl.split(".") if part.strip()]
    assert sum(words) / len(words) < 13


def test_a_value_that_only_a_document_vouches_for_is_told_as_such(copper: Facts, rulebook: Rulebook) -> None:
    verdict = evaluate(copper, rulebook, TODAY)
    vouched = [line.text for line in explain(verdict, rulebook).reasons]
    assert any("zichtbare olie" in text and "een document staat ervoor in" in text for text in vouched)
    assert not any("Vreemd materiaal" in text and "staat ervoor in" in text for text in vouched)
