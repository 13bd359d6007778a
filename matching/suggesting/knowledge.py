"""What our own tables say: each name of a code and each phrase of a concept, with the codes it points to.

A phrase of a concept counts for the first three codes of the concept, the most usual one for most.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.vocabulary.eural import EuralCode, eural_codes
from contracts.vocabulary.materials import Concept, material_tree
from matching.suggesting.features import words_in

DUTCH_NAME, ENGLISH_NAME = 1.0, 0.5
OF_CONCEPT = (0.5, 0.25, 0.15)


@dataclass(frozen=True, slots=True)
class Known:
    """One phrase of our own tables, as its words. Weights are 0 to 1; either part may be empty."""

    words: tuple[str, ...]
    codes: tuple[tuple[str, float], ...]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the code that somebody gave it, six digits."""

    text: str
    code: str


def known_phrases() -> tuple[Known, ...]:
    """All phrases, each once, in a fixed order."""
    codes: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    concepts: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for words, code, weight in _all_codes(eural_codes().values(), material_tree()):
        codes[words][code] = max(weight, codes[words].get(code, 0.0))
    for concept in material_tree():
        for phrase in concept.phrases:
            concepts[words_in(phrase)][concept.id] = None
    every = sorted({*codes, *concepts} - {()})
    return tuple(Known(words, tuple(codes[words].items()), tuple(concepts[words])) for words in every)


def _all_codes(
    entries: Iterable[EuralCode], concepts: Iterable[Concept]
) -> Iterator[tuple[tuple[str, ...], str, float]]:
    for entry in entries:
        yield words_in(entry.name_nl), entry.code, DUTCH_NAME
        yield words_in(entry.name_en), entry.code, ENGLISH_NAME
    for concept in concepts:
        for phrase in concept.phrases:
            for code, weight in zip(concept.eural, OF_CONCEPT, strict=False):
                yield words_in(phrase), code, weight
