"""Choosing a material."""

from contracts.vocabulary.terms import Language
from services.web.picking import MOST, known_concepts, suggestions, tree_of


def test_a_text_gives_at_most_three_materials_best_first() -> None:
    found = suggestions("B-hout van de sloop", "", Language.DUTCH)
    assert found.concepts[0] == ("wood_grade_b", "B-hout (geverfd, gelijmd)")
    assert 1 < len(found.concepts) <= MOST


def test_codes_are_those_of_the_material_that_was_chosen() -> None:
    codes = dict(suggestions("iets", "wood_grade_b", Language.DUTCH).eural_codes)
    assert "170201" in codes
    assert codes["170201"].startswith("17 02 01")


def test_what_was_chosen_stays_among_the_suggestions() -> None:
    assert "glass" in dict(suggestions("B-hout", "glass", Language.DUTCH).concepts)


def test_no_text_and_nonsense_suggest_nothing() -> None:
    assert suggestions("  ", "", Language.DUTCH).concepts == ()
    assert suggestions("qqqqzzzz", "bestaat-niet", Language.ENGLISH).concepts == ()


def test_the_whole_tree_is_there_by_family_in_both_languages() -> None:
    for language in Language:
        rows = [row for _, rows in tree_of(language) for row in rows]
        assert {concept for concept, _ in rows} == known_concepts()
