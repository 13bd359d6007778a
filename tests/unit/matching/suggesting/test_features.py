"""Texts as vectors."""

import numpy as np
import pytest

from matching.suggesting.features import LENGTH, MOST_WORDS, FeatureTable, Vector, features_of, pieces_of, words_in

TEXTS = [words_in(text) for text in ("b-hout schoon", "beton puin", "schoon zand")]


@pytest.fixture
def table() -> FeatureTable:
    """The features of three texts."""
    return FeatureTable.fitted(TEXTS)


def test_pieces_of_a_word_are_two_to_five_letters_with_its_ends() -> None:
    assert {len(piece) for piece in pieces_of("zand")} == {2, 3, 4, 5}
    assert {" z", "d ", "zand", " zand", "zand "} <= set(pieces_of("zand"))
    assert pieces_of("a") == [" a", "a ", " a "]


def test_words_and_pairs_of_words_are_features_that_know_where_they_come_from() -> None:
    found = dict(features_of(("schoon", "zand")))
    assert (found["=schoon"], found["=zand"], found["=schoon zand"]) == ((0,), (1,), (0, 1))


def test_escaped_and_accented_texts_have_the_words_that_were_meant() -> None:
    assert words_in("Vërf &amp;gt; 10 liter") == ("verf", "10", "liter")
    assert len(words_in("woord " * 500)) == MOST_WORDS


def test_every_known_text_has_the_same_length(table: FeatureTable) -> None:
    for words in TEXTS:
        assert float((table.vector(words).values ** 2).sum()) == pytest.approx(LENGTH, rel=1e-5)


def test_what_is_rare_weighs_more(table: FeatureTable) -> None:
    weights = dict(zip(table.names, table.weights.tolist(), strict=True))
    assert weights["=beton"] > weights["=schoon"]


def test_a_text_of_unknown_features_is_an_empty_vector(table: FeatureTable) -> None:
    vector = table.vector(("qqqq",))
    assert (len(vector.columns), len(vector.values), vector.whole_words, vector.known) == (0, 0, 0, 0)


def test_a_part_of_a_word_is_known_without_the_word(table: FeatureTable) -> None:
    vector = table.vector(("betonblokken",))
    assert len(vector.columns) > 5
    assert 0.1 < vector.known < 1
    assert vector.whole_words == 0


def test_the_strongest_words_come_first_and_weak_ones_are_left_out() -> None:
    columns, values = np.arange(3), np.ones(3, dtype=np.float32)
    vector = Vector(("met", "asbest", "plaat"), columns, values, ((0,), (1,), (1, 2)), 3, 1.0)
    assert vector.strongest(np.array([0.05, 2.0, 1.0], dtype=np.float32)) == ("asbest", "plaat")
    assert vector.strongest(np.array([-1.0, -2.0, -1.0], dtype=np.float32)) == ()
