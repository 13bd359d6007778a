"""What a dossier says in each of its forms."""

import json

from contracts.vocabulary.terms import Language
from tests.unit.services.checks.scenes import dossier


def test_every_criterion_has_its_article_its_source_and_its_limit() -> None:
    rows = {row.rule_id: row for row in dossier().criteria}
    assert all(row.article and row.source and row.title and row.confidence_label for row in rows.values())
    foreign = rows["CU-1"]
    assert (foreign.value, foreign.limit, foreign.outcome_label) == ("1,2 % w/w", "< 2 % w/w", "in orde")


def test_it_says_that_it_is_a_proposal_what_is_missing_and_what_it_was_made_with() -> None:
    found = dossier()
    assert found.notice == "Voorstel, geen besluit"
    assert found.missing
    assert found.receipt["rulebook"]
    assert found.law_files
    assert {file.label: file.text for file in found.law_files} == json.loads(found.receipt["law_files"])


def test_the_words_of_the_facts_are_told_in_the_language_of_the_reader() -> None:
    dutch = {pair.label: pair.text for pair in dossier().subject}
    english = {pair.label: pair.text for pair in dossier(Language.ENGLISH).subject}
    assert dutch["Beoogd gebruik"] == "smelten in een oven"
    assert english["Intended use"] == "furnace melting"
    assert dutch["Soort materiaal"] == "koperschroot"


def test_an_inspector_sees_where_a_document_stands_in_for_a_figure() -> None:
    made = dossier(evidence=["visual_inspection_record"], properties={})
    rows = {row.rule_id: row for row in made.criteria}
    assert rows["CU-OIL"].value == "niet gezien; een document staat ervoor in"
    assert rows["CU-1"].value == ""
