"""Phrases that look like a text."""

import numpy as np
import pytest

from matching.suggesting.features import FeatureTable, words_in
from matching.suggesting.phrasebook import Phrasebook, Pointers, phrasebook

PHRASES = ("asbestplaten", "golfplaten asbest", "schoon hout")
NONE = Pointers((), np.array([], np.int32), np.array([], np.int32), np.array([], np.float32))


def pointers() -> Pointers:
    """Two phrases for one key, one for the other, which counts for half."""
    targets, weights = np.array([0, 0, 1], np.int32), np.array([1, 1, 0.5], np.float32)
    return Pointers(("asbest", "hout"), np.array([0, 1, 2], np.int32), targets, weights)


@pytest.fixture
def table() -> FeatureTable:
    """The features of the phrases."""
    return FeatureTable.fitted(map(words_in, PHRASES))


@pytest.fixture
def book(table: FeatureTable) -> Phrasebook:
    """The three phrases."""
    return phrasebook([table.vector(words_in(phrase)) for phrase in PHRASES], pointers(), NONE)


def test_a_phrase_is_wholly_like_itself(book: Phrasebook, table: FeatureTable) -> None:
    for place, phrase in enumerate(PHRASES):
        likeness = book.likeness(table.vector(words_in(phrase)))
        assert likeness[place] == pytest.approx(1, abs=2e-3)
        assert likeness.argmax() == place


def test_a_text_without_known_features_is_like_nothing(book: Phrasebook, table: FeatureTable) -> None:
    assert book.likeness(table.vector(("qqqq",))).tolist() == [0, 0, 0]


def test_keys_are_pointed_to_as_strongly_as_their_phrases_are_like_the_text() -> None:
    pooled = pointers().pooled(np.array([1, 0.5, 1], np.float32))
    assert pooled.tolist() == pytest.approx([1 + 0.5**4, 0.5])


def test_the_nearest_phrase_of_a_key_explains_it(book: Phrasebook, table: FeatureTable) -> None:
    vector = table.vector(words_in("oude golfplaten"))
    likeness = book.likeness(vector)
    nearest = book.codes.nearest(0, likeness)
    assert PHRASES[nearest] == "golfplaten asbest"
    shared = book.shared(vector, nearest)
    assert float(shared.sum()) == pytest.approx(float(likeness[nearest]) * 1.49, rel=1e-2)
    assert vector.strongest(shared) == ("golfplaten",)
