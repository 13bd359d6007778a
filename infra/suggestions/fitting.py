"""Fitting a model for suggestions: our own tables always, labelled examples when there are any."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from contracts.vocabulary.eural import eural_codes
from infra.suggestions.calibrating import WITHOUT_EXAMPLES, Measuring, code_scale, folds_of, hazard_scale
from infra.suggestions.fingerprint import fingerprint
from infra.suggestions.machine import Lesson, learnt, only
from matching.suggesting.features import FeatureTable, Vector, words_in
from matching.suggesting.knowledge import Known, Labelled, known_phrases
from matching.suggesting.model import ELSEWHERE, SuggestionModel
from matching.suggesting.phrasebook import Pointers, phrasebook

# In the hazard lesson a phrase of our own counts for half an example of the field.
KNOWN_IN_HAZARD = 0.5
HAZARD, HARMLESS = "hazardous", "harmless"


def fitted(examples: Sequence[Labelled], known: Sequence[Known] | None = None) -> SuggestionModel:
    """A model of these examples and phrases (all of our own tables unless given). The same input gives the same."""
    phrases = known_phrases() if known is None else tuple(known)
    read = [(words_in(example.text), example.code) for example in examples]
    usable = [(words, code) for words, code in read if words]
    labels = [code for _words, code in usable]
    texts = [words for words, _code in usable] + [one.words for one in phrases]
    features = FeatureTable.fitted(texts)
    vectors = [features.vector(words) for words in texts]
    measuring = Measuring(_matrix(vectors, len(features)), folds_of(texts), len(labels))
    hazard = _hazard_lesson(labels, phrases)
    codes = _code_lesson(labels, phrases) if labels else None
    return SuggestionModel(
        features=features,
        phrasebook=phrasebook(vectors[len(labels) :], *_pointers(phrases)),
        hazard=only(learnt(measuring.matrix, hazard), HAZARD),
        hazard_scale=hazard_scale(measuring, hazard, HAZARD),
        scale=code_scale(measuring, codes) if codes else WITHOUT_EXAMPLES,
        codes=learnt(measuring.matrix, codes) if codes else None,
        examples=len(labels),
        tables=fingerprint(phrases),
    )


def _matrix(vectors: Sequence[Vector], features: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(vector.columns) for vector in vectors)])
    columns = np.concatenate([vector.columns for vector in vectors])
    values = np.concatenate([vector.values for vector in vectors])
    return csr_matrix((values, columns, ends), shape=(len(vectors), features))


def _code_lesson(labels: Sequence[str], phrases: Sequence[Known]) -> Lesson:
    """The labelled texts, and our own phrases: for codes that occur, or else for "elsewhere"."""
    inside = set(labels)
    rows = [(row, label, 1.0) for row, label in enumerate(labels)]
    for row, phrase in enumerate(phrases, start=len(labels)):
        own = [(row, code, weight) for code, weight in phrase.codes if code in inside]
        rows += own or [(row, ELSEWHERE, weight) for _code, weight in phrase.codes[:1]]
    return Lesson.of(rows)


def _hazard_lesson(labels: Sequence[str], phrases: Sequence[Known]) -> Lesson:
    rows = [(row, _hazard_word(code), 1.0) for row, code in enumerate(labels)]
    for row, phrase in enumerate(phrases, start=len(labels)):
        # A phrase of which one code is hazardous and another not teaches both: the text alone does not tell.
        words = dict.fromkeys(_hazard_word(code) for code, _weight in phrase.codes)
        rows += [(row, word, KNOWN_IN_HAZARD) for word in words]
    return Lesson.of(rows)


def _hazard_word(code: str) -> str:
    return HAZARD if eural_codes()[code].hazardous else HARMLESS


def _pointers(phrases: Sequence[Known]) -> tuple[Pointers, Pointers]:
    codes = ((place, code, weight) for place, phrase in enumerate(phrases) for code, weight in phrase.codes)
    concepts = ((place, concept, 1.0) for place, phrase in enumerate(phrases) for concept in phrase.concepts)
    return _pointing(codes), _pointing(concepts)


def _pointing(rows: Iterable[tuple[int, str, float]]) -> Pointers:
    listed = list(rows)
    keys = tuple(sorted({key for _place, key, _weight in listed}))
    numbers = {key: number for number, key in enumerate(keys)}
    return Pointers(
        keys,
        np.array([place for place, _key, _weight in listed], dtype=np.int32),
        np.array([numbers[key] for _place, key, _weight in listed], dtype=np.int32),
        np.array([weight for _place, _key, weight in listed], dtype=np.float32),
    )
