"""What a text looks like to a model: pieces of its words, its words, and its pairs of words, as a sparse vector."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from contracts.vocabulary.material_labels import words_of

MOST_WORDS = 40
SHORTEST_PIECE, LONGEST_PIECE = 2, 5
# Words decide less than their pieces: Dutch glues words together, and people misspell them.
WORD_SHARE = 0.7
LENGTH = 1 + WORD_SHARE**2
"""The product of a vector with itself."""

LEAST_PART = 0.15
"""A word that adds less than this part of all that is added does not explain anything."""

_WORD_MARK = "="


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """The known features of one text, by column. `owners` names, per column, the words that it comes from.

    `whole_words` counts the columns that stand for words and pairs of words, not for pieces;
    `known` is the part of all features of the text that is known.
    """

    words: tuple[str, ...]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]
    owners: tuple[tuple[int, ...], ...]
    whole_words: int
    known: float

    def strongest(self, contributions: NDArray[np.float32], most: int = 3) -> tuple[str, ...]:
        """The words that add most, in order, given what each column adds; words that add little are left out."""
        per_word = [0.0] * len(self.words)
        for owners, share in zip(self.owners, contributions.tolist(), strict=True):
            for owner in owners:
                per_word[owner] += share / len(owners)
        least = LEAST_PART * sum(share for share in per_word if share > 0)
        ranked = sorted(range(len(per_word)), key=lambda place: (-per_word[place], place))
        return tuple(dict.fromkeys(self.words[place] for place in ranked if per_word[place] > least))[:most]


def pieces_of(word: str) -> list[str]:
    """The pieces of a word of 2 to 5 letters; a blank marks where the word begins and ends.

    >>> pieces_of("pet")
    [' p', 'pe', 'et', 't ', ' pe', 'pet', 'et ', ' pet', 'pet ', ' pet ']
    """
    padded = f" {word} "
    sizes = range(SHORTEST_PIECE, min(LONGEST_PIECE, len(padded)) + 1)
    return [padded[start : start + size] for size in sizes for start in range(len(padded) - size + 1)]


def features_of(words: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
    """Every feature as often as it occurs, with the places of the words that it comes from."""
    found = [(piece, (place,)) for place, word in enumerate(words) for piece in pieces_of(word)]
    found += [(_WORD_MARK + word, (place,)) for place, word in enumerate(words)]
    pairs = pairwise(words)
    return found + [(f"{_WORD_MARK}{left} {right}", (place, place + 1)) for place, (left, right) in enumerate(pairs)]


def words_in(text: str) -> tuple[str, ...]:
    """The words that are looked at: bare and lower case, the first forty."""
    return words_of(text)[:MOST_WORDS]


class FeatureTable:
    """The features that are known, and how telling each is (inverse document frequency)."""

    def __init__(self, names: Sequence[str], weights: NDArray[np.float32]) -> None:
        self.names = tuple(names)
        self.weights = weights
        self._columns = {name: column for column, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def fitted(cls, texts: Iterable[Sequence[str]]) -> "FeatureTable":
        """The table of all features in these texts, each of them given as its words."""
        count, seen = 0, Counter[str]()
        for words in texts:
            count += 1
            seen.update({name for name, _owners in features_of(words)})
        names = sorted(seen)
        weights = [math.log((1 + count) / (1 + seen[name])) + 1 for name in names]
        return cls(names, np.array(weights, dtype=np.float32))

    def vector(self, words: tuple[str, ...]) -> Vector:
        """The vector of a text. Features that are not known are passed over."""
        times: Counter[int] = Counter()
        owners: dict[int, dict[int, None]] = {}
        found = features_of(words)
        for name, places in found:
            column = self._columns.get(name)
            if column is not None:
                times[column] += 1
                owners.setdefault(column, {}).update(dict.fromkeys(places))
        known = len(times) / max(1, len({name for name, _places in found}))
        columns = np.fromiter(times, dtype=np.int64, count=len(times))
        counts = np.fromiter(times.values(), dtype=np.float32, count=len(times))
        raw = (1 + np.log(counts)) * self.weights[columns]
        is_word = np.array([self.names[column][0] == _WORD_MARK for column in times], dtype=bool)
        values = np.where(is_word, WORD_SHARE * _scaled(raw, is_word), _scaled(raw, ~is_word)).astype(np.float32)
        return Vector(words, columns, values, tuple(map(tuple, owners.values())), int(is_word.sum()), known)


def _scaled(raw: NDArray[np.float32], part: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The values, scaled so that those of the part have length one together."""
    length = float(np.sqrt((raw[part] ** 2).sum()))
    return raw / np.float32(length or 1.0)
