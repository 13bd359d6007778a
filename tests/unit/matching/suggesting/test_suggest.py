"""What is suggested for which text, and how sure it is."""

import pytest

from contracts.vocabulary.eural import eural_codes
from matching.suggesting.features import words_in
from matching.suggesting.model import ELSEWHERE, Certainty, SuggestionModel, Suggestions
from matching.suggesting.suggest import MOST, Reading, code_shares, concept_shares, is_known, suggest
from tests.support.suggesting import examples_model, tables_model

# No text here is a phrase of our own tables as a whole.
MEANT = [
    ("oude golfplaten asbest", "170605", "asbestos_hazardous"),
    ("asbestos sheets from a roof", "170605", "asbestos_hazardous"),
    ("restje verfresten in blik", "080111", "paint_ink"),
    ("afgewerkte motorolie uit de garage", "130205", "oils"),
    ("used engine oil in drums", "130205", "oils"),
    ("loodaccu's van heftrucks", "160601", "batteries"),
    ("kapotte koelkasten en vriezers", "200123", "electronics"),
    ("partij koffiedik uit kantoren", "020304", "food_residues"),
    ("brokken betonpuin", "170101", "minerals"),
    ("glass bottles, mixed colours", "150107", "glass"),
    ("oude kranten en tijdschriften", "200101", "paper"),
]


def codes_of(found: Suggestions) -> list[str]:
    return [one.code.code for one in found.codes]


@pytest.mark.parametrize(("text", "code", "family"), MEANT)
def test_dutch_and_english_texts_get_the_code_and_material_that_are_meant(text: str, code: str, family: str) -> None:
    found = suggest(tables_model(), text)
    assert code in codes_of(found)
    families = [one.concept.family for one in found.concepts]
    concepts = [one.concept.id for one in found.concepts]
    assert family in families or family in concepts, (families, concepts)


@pytest.mark.parametrize(
    "text",
    ["asbest", "verf", "olie", "accu's", "kitspuit met verfresten", "paint", "engine oil", "car batteries", "tl-buizen",
     "teerhoudend asfalt", "PCB houdende trafo", "asbestos", "bestrijdingsmiddelen", "koelkast"],
)  # fmt: skip
def test_it_warns_for_what_is_hazardous_and_says_by_which_words(text: str) -> None:
    hazard = suggest(tables_model(), text).hazard
    assert hazard.warns
    assert set(hazard.words) <= set(words_in(text))
    assert hazard.words


@pytest.mark.parametrize("text", ["schone houten pallets", "wood chips", "koffiedik", "frituurvet", "oude kranten"])
def test_it_does_not_warn_for_everything(text: str) -> None:
    hazard = suggest(tables_model(), text).hazard
    assert (hazard.warns, hazard.words) == (False, ())


@pytest.mark.parametrize("text", ["", "   ", "!!!", "qqqzx", "\N{SNOWMAN}", "дерево"])
def test_what_is_not_recognised_gets_no_suggestion(text: str) -> None:
    found = suggest(tables_model(), text)
    assert (found.certainty, found.codes, found.concepts) == (Certainty.NOTHING_KNOWN, (), ())
    assert not found.hazard.warns


def test_a_doubtful_text_is_called_not_sure_and_a_clear_one_likely() -> None:
    assert suggest(tables_model(), "frituurvet van restaurants").certainty is Certainty.LIKELY
    assert suggest(tables_model(), "diverse spullen van de zolder").certainty is Certainty.NOT_SURE


@pytest.mark.parametrize("model", [tables_model, examples_model])
@pytest.mark.parametrize("text", ["mengpuin", "asbest verpakt", "b-hout &amp;gt; 10 cm", "x" * 400, "verf " * 99])
def test_three_at_most_best_first_with_scores_between_none_and_all(text: str, model: object) -> None:
    assert callable(model)
    found = suggest(model(), text)
    for scores in ([one.score for one in found.codes], [one.score for one in found.concepts]):
        assert len(scores) <= MOST
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert sum(scores) <= 1 + 1e-6


def test_explanations_use_words_of_the_text_only() -> None:
    text = "sloophout en betonpuin van de oude school"
    found = suggest(tables_model(), text)
    explained = [one.words for one in found.codes] + [one.words for one in found.concepts]
    assert all(set(words) <= set(words_in(text)) for words in explained)
    assert found.codes[0].words


def test_examples_teach_what_no_table_says() -> None:
    assert "200301" not in codes_of(suggest(tables_model(), "vgw gemeente"))
    assert codes_of(suggest(examples_model(), "vgw van de gemeente"))[0] == "200301"


def test_codes_that_no_example_has_can_still_be_suggested() -> None:
    model = examples_model()
    assert model.codes is not None
    outside = suggest(model, "zaagsel en houtkrullen").codes[0].code.code
    assert outside not in model.codes.keys
    assert outside in eural_codes()


def reading(model: SuggestionModel, text: str) -> Reading:
    vector = model.features.vector(words_in(text))
    return Reading(text, vector, model.phrasebook.likeness(vector))


@pytest.mark.parametrize("model", [tables_model(), examples_model()], ids=["tables", "examples"])
def test_shares_are_of_real_codes_and_add_up_to_one(model: SuggestionModel) -> None:
    read = reading(model, "asbest verpakt in big bags")
    codes = code_shares(model, read)
    assert ELSEWHERE not in codes
    assert set(codes) <= set(eural_codes())
    assert sum(codes.values()) == pytest.approx(1)
    assert sum(concept_shares(model, read, codes).values()) == pytest.approx(1)


def test_a_word_of_the_examples_is_enough_to_be_known() -> None:
    assert is_known(examples_model(), reading(examples_model(), "vgw"))
    assert not is_known(examples_model(), reading(examples_model(), "qqqzx"))
