"""Suggestions as they are told."""

from contracts.vocabulary.terms import Language
from matching.suggesting.suggest import suggest
from services.suggestions.views import suggestions_view
from tests.support.suggesting import examples_model


def test_names_and_labels_follow_the_language_and_nothing_else_does() -> None:
    model = examples_model()
    found = suggest(model, "asbest verpakt")
    dutch, english = (suggestions_view(found, model, language) for language in (Language.DUTCH, Language.ENGLISH))
    assert [one.code for one in dutch.codes] == [one.code for one in english.codes]
    assert [one.score for one in dutch.materials] == [one.score for one in english.materials]
    assert dutch.codes[0].name != english.codes[0].name
    assert dutch.materials[0].label != english.materials[0].label
    assert dutch.hazard.text != english.hazard.text
    assert dutch.examples == model.examples > 0
