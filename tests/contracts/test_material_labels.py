"""Searching phrases in free text: inflection, order, compounds, slips of the pen, and what must not match."""

import doctest

import pytest

from contracts.vocabulary import material_labels
from contracts.vocabulary.material_labels import Closeness, Hit, PhraseIndex, fold_word, words_of

INDEX = PhraseIndex(
    [
        ("hout", "wood"),
        ("B-hout", "wood_b"),
        ("beton", "concrete"),
        ("schoon puin", "clean"),
        ("karton 1.05", "board_105"),
        ("cacao", "cocoa"),
        ("grond met asbest", "soil_asbestos"),
        ("boten", "boats"),
        ("botten", "bones"),
        ("verontreinigd", "polluted"),
        ("niet teerhoudend", "tarfree"),
    ]
)


def keys(text: str) -> set[str]:
    return {hit.key for hit in INDEX.hits(text)}


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(material_labels).failed == 0


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("schone", "schoon"),
        ("glazen", "glas"),
        ("houten", "hout"),
        ("betonnen", "beton"),
        ("stenen", "steen"),
        ("stoffen", "stof"),
        ("metalen", "metaal"),
        ("tegels", "tegel"),
        ("gemengde", "gemengd"),
        ("doors", "door"),
    ],
)
def test_plural_and_adjective_endings_fold_to_one_form(form: str, other: str) -> None:
    assert fold_word(form) == fold_word(other)


@pytest.mark.parametrize(("one", "other"), [("groen", "gro"), ("klein", "klei"), ("pvc", "pv"), ("gas", "ga")])
def test_words_that_only_look_inflected_stay_apart(one: str, other: str) -> None:
    assert fold_word(one) != fold_word(other)


def test_entities_accents_and_joining_words_are_taken_out() -> None:
    assert words_of("Geëxpandeerd &amp;lt; 5% met ZAND") == ("geexpandeerd", "5", "zand")


def test_a_text_of_only_joining_words_keeps_them() -> None:
    assert words_of("per") == ("per",)


def test_a_phrase_is_found_with_its_place_length_and_closeness() -> None:
    assert Hit("wood_b", 2, 1, Closeness.AS_WRITTEN, "b hout") in INDEX.hits("partij B-hout, extern")


@pytest.mark.parametrize(
    ("text", "key", "closeness"),
    [
        ("betonnen", "concrete", Closeness.INFLECTED),
        ("puin schoon", "clean", Closeness.OTHER_ORDER),
        ("kasthout", "wood", Closeness.COMPOUND),
        ("cacaorestanten", "cocoa", Closeness.COMPOUND),
        ("verontreingd", "polluted", Closeness.INFLECTED),
    ],
)
def test_each_way_of_being_close_is_told(text: str, key: str, closeness: Closeness) -> None:
    assert (key, closeness) in {(hit.key, hit.closeness) for hit in INDEX.hits(text)}


def test_numbers_and_measures_between_the_words_do_not_hide_a_phrase() -> None:
    assert "clean" in keys("240 puin &amp;lt; 70 cm schoon")
    assert "board_105" in keys("karton 1.05 balen")


def test_a_folded_form_of_two_phrases_means_neither() -> None:
    assert keys("boten") == {"boats"}
    assert keys("botten") == {"bones"}
    assert keys("boot") == set()


def test_a_suffix_that_looks_like_a_head_is_none() -> None:
    assert PhraseIndex([("slag", "slag")]).hits("grondslag") == ()


def test_a_negation_counts_only_where_it_stands() -> None:
    assert keys("asfalt niet teerhoudend") == {"tarfree"}
    assert keys("teerhoudend, niet route") == set()


def test_short_words_are_not_corrected() -> None:
    assert keys("bout") == set()


def test_one_phrase_for_two_keys_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'schoon puin' is given to a and to b"):
        PhraseIndex([("schoon puin", "a"), ("Schoon puin!", "b")])
