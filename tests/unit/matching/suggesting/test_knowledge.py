"""What our own tables teach."""

from contracts.vocabulary.eural import eural_codes
from contracts.vocabulary.materials import material_tree
from matching.suggesting.features import words_in
from matching.suggesting.knowledge import DUTCH_NAME, OF_CONCEPT, known_phrases


def test_every_code_and_every_concept_can_be_suggested() -> None:
    known = known_phrases()
    assert {code for one in known for code, _weight in one.codes} == set(eural_codes())
    assert {concept for one in known for concept in one.concepts} == {concept.id for concept in material_tree()}


def test_each_phrase_comes_once_in_a_fixed_order() -> None:
    words = [one.words for one in known_phrases()]
    assert words == sorted(set(words))


def test_a_phrase_of_a_concept_points_to_its_usual_codes() -> None:
    found = next(one for one in known_phrases() if one.words == words_in("zaagmeel"))
    assert found.concepts == ("wood_sawdust",)
    assert found.codes == (("030105", OF_CONCEPT[0]),)


def test_the_name_of_a_code_counts_in_full() -> None:
    name = words_in(eural_codes()["170605"].name_nl)
    assert dict(next(one for one in known_phrases() if one.words == name).codes)["170605"] == DUTCH_NAME
