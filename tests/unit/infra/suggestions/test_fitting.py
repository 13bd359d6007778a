"""Fitting a model."""

import numpy as np

from infra.suggestions.fitting import fitted
from matching.suggesting.knowledge import Labelled
from matching.suggesting.model import ELSEWHERE
from matching.suggesting.suggest import suggest
from tests.support.suggesting import NOTES, examples, examples_model, few_phrases, tables_model


def test_without_examples_there_is_no_model_of_codes_but_there_are_suggestions() -> None:
    model = tables_model()
    assert (model.codes, model.examples) == (None, 0)
    assert suggest(model, "betonpuin").codes


def test_the_codes_of_the_examples_are_learnt_and_what_lies_elsewhere() -> None:
    model = examples_model()
    assert model.codes is not None
    assert set(model.codes.keys) == {code for _text, code in NOTES} | {ELSEWHERE}
    assert model.examples == len(NOTES)
    assert model.codes.weights.shape == (len(model.features), len(model.codes.keys))


def test_the_same_input_gives_the_same_model() -> None:
    one, other = examples_model(), fitted(examples(), few_phrases())
    assert one.codes is not None
    assert other.codes is not None
    assert np.array_equal(one.codes.weights, other.codes.weights)
    assert (one.scale, one.hazard_scale, one.tables) == (other.scale, other.hazard_scale, other.tables)


def test_examples_without_words_are_passed_over() -> None:
    odd = fitted([Labelled("---", "170504"), Labelled("", "170504"), Labelled("grond", "170504")], few_phrases())
    assert odd.examples == 1


def test_one_code_alone_can_be_learnt() -> None:
    model = fitted([Labelled("vreemd spul", "200301")], few_phrases())
    assert suggest(model, "vreemd spul").codes[0].code.code == "200301"


def test_it_is_a_few_megabytes() -> None:
    model = tables_model()
    assert model.phrasebook.values.nbytes + model.phrasebook.columns.nbytes + model.hazard.weights.nbytes < 10e6
