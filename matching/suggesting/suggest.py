"""From a text to suggestions, with a model that is passed in."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contracts.vocabulary.eural import eural_codes
from contracts.vocabulary.materials import material_tree, resolve_label
from matching.suggesting.features import Vector, words_in
from matching.suggesting.linear import softmax
from matching.suggesting.model import (
    ELSEWHERE,
    Certainty,
    CodeSuggestion,
    ConceptSuggestion,
    HazardWarning,
    SuggestionModel,
    Suggestions,
)

MOST = 3
CONSIDERED = 40
"""Concepts that are nearest by their phrases; the rest would not come among the best three."""
DOUBT = 3
"""Chosen by cross-validation: half sure of "elsewhere" leaves an eighth to the codes that no example has."""
LEAST_LIKENESS = 0.15
"""Below it no phrase of our tables looks like the text."""
LEAST_KNOWN = 0.25
"""With a smaller part of the text known, likeness rests on a few letters: "qqqzx" is no material."""
# A concept counts for a part by its codes, so that a sure code lifts the concepts that travel under it.
BY_PHRASE_ALONE = 0.2
# Phrases that stand in the text word for word, in the order in which the tree finds them.
NAMED = (1.0, 0.3, 0.1)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as a model reads it: its vector, and how much it is like each phrase."""

    text: str
    vector: Vector
    likeness: NDArray[np.float32]


def suggest(model: SuggestionModel, text: str) -> Suggestions:
    """Three codes, three concepts and a hazard warning, each with the words that led to it."""
    vector = model.features.vector(words_in(text))
    reading = Reading(text, vector, model.phrasebook.likeness(vector))
    if not is_known(model, reading):
        return Suggestions(Certainty.NOTHING_KNOWN, (), (), HazardWarning(False, 0.0, ()))
    shares = code_shares(model, reading)
    codes = tuple(_code(model, reading, code, score) for code, score in _best(shares))
    concepts = tuple(
        _concept(model, reading, concept, score) for concept, score in _best(concept_shares(model, reading, shares))
    )
    likely = bool(codes) and codes[0].score >= model.scale.likely_at
    return Suggestions(Certainty.LIKELY if likely else Certainty.NOT_SURE, codes, concepts, hazard_of(model, vector))


def is_known(model: SuggestionModel, reading: Reading) -> bool:
    """Whether a phrase of our tables looks like the text, or the examples hold one of its words."""
    by_example = model.codes is not None and reading.vector.whole_words > 0
    like_a_phrase = float(reading.likeness.max()) >= LEAST_LIKENESS
    return by_example or (like_a_phrase and reading.vector.known >= LEAST_KNOWN)


def _best(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    ranked = sorted(((key, share) for key, share in shares.items() if share > 0), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:MOST]


def code_shares(model: SuggestionModel, reading: Reading) -> dict[str, float]:
    """The share of each code; together one.

    The examples of an operator are what his users write about, so that a code they do not hold needs more than a doubt:
    its share is that of "elsewhere" to the third power.
    """
    book = model.phrasebook.codes
    by_phrase = dict(zip(book.keys, book.pooled(reading.likeness).tolist(), strict=True))
    if model.codes is None:
        return _shared_out(by_phrase, 1.0)
    learnt = softmax(model.codes.margins(reading.vector), model.scale.temperature).tolist()
    shares = dict(zip(model.codes.keys, learnt, strict=True))
    elsewhere = shares.pop(ELSEWHERE, 0.0) ** DOUBT
    outside = _shared_out({code: share for code, share in by_phrase.items() if code not in shares}, elsewhere)
    return _shared_out(shares | outside, 1.0)


def _shared_out(strengths: Mapping[str, float], whole: float) -> dict[str, float]:
    total = sum(strengths.values())
    return {key: whole * strength / total for key, strength in strengths.items()} if total else {}


def concept_shares(model: SuggestionModel, reading: Reading, codes: Mapping[str, float]) -> dict[str, float]:
    """The share of each concept: by the phrases that are like the text or stand in it, and by the likely codes."""
    tree, book = material_tree(), model.phrasebook.concepts
    strengths = book.pooled(reading.likeness)
    nearest = np.argsort(-strengths, kind="stable")[:CONSIDERED].tolist()
    pooled = _shared_out({book.keys[place]: float(strengths[place]) for place in nearest}, 1.0)
    # A model of older tables may not have every concept of today.
    named = [concept for concept in resolve_label(reading.text) if concept.id in book.keys]
    for concept, bonus in zip(named, NAMED, strict=False):
        pooled[concept.id] = pooled.get(concept.id, 0.0) + bonus
    for key in pooled:
        pooled[key] *= BY_PHRASE_ALONE + sum(codes.get(code, 0.0) for code in tree.concept(key).eural)
    return _shared_out(pooled, 1.0)


def hazard_of(model: SuggestionModel, vector: Vector) -> HazardWarning:
    """The warning, from a model of its own: it warns too often rather than too seldom."""
    scale = model.hazard_scale
    margin = float(model.hazard.margins(vector)[0])
    score = 1 / (1 + math.exp(-(scale.slope * margin + scale.start)))
    warns = score >= scale.warn_at
    return HazardWarning(warns, score, vector.strongest(model.hazard.added(vector, 0)) if warns else ())


def _code(model: SuggestionModel, reading: Reading, code: str, score: float) -> CodeSuggestion:
    if model.codes is not None and code in model.codes.keys:
        added = model.codes.added(reading.vector, model.codes.keys.index(code))
    else:
        added = _by_nearest(model, reading, model.phrasebook.codes.keys.index(code))
    return CodeSuggestion(eural_codes()[code], score, reading.vector.strongest(added))


def _by_nearest(model: SuggestionModel, reading: Reading, key: int) -> NDArray[np.float32]:
    book = model.phrasebook
    return book.shared(reading.vector, book.codes.nearest(key, reading.likeness))


def _concept(model: SuggestionModel, reading: Reading, concept: str, score: float) -> ConceptSuggestion:
    book = model.phrasebook
    nearest = book.concepts.nearest(book.concepts.keys.index(concept), reading.likeness)
    words = reading.vector.strongest(book.shared(reading.vector, nearest))
    return ConceptSuggestion(material_tree().concept(concept), score, words)
