"""Finding the phrases of our own tables that look like a text, and the codes and concepts that they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.suggesting.features import LENGTH, Vector

# One phrase that is nearly the text counts for more than many that are only a little like it.
SHARPNESS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Pointers:
    """Which phrase points to which key, and how strongly: three columns of equal length, and the keys."""

    keys: tuple[str, ...]
    phrases: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]

    def pooled(self, likeness: NDArray[np.float32]) -> NDArray[np.float64]:
        """How strongly each key is pointed to by phrases of this likeness (0 to 1)."""
        strength = self.weights * likeness[self.phrases] ** SHARPNESS
        return np.asarray(np.bincount(self.targets, weights=strength, minlength=len(self.keys)), np.float64)

    def nearest(self, key: int, likeness: NDArray[np.float32]) -> int:
        """The phrase that points to the key and is most like the text."""
        own = self.phrases[self.targets == key]
        return int(own[np.argmax(likeness[own])])


class Phrasebook:
    """All phrases as vectors, by phrase and by feature.

    Those of phrase p stand in bounds[p]:bounds[p + 1] of `columns` and `values`.
    """

    def __init__(
        self,
        bounds: NDArray[np.int32],
        columns: NDArray[np.int32],
        values: NDArray[np.float16],
        codes: Pointers,
        concepts: Pointers,
    ) -> None:
        self.bounds, self.columns, self.values = bounds, columns, values
        self.codes, self.concepts = codes, concepts
        # Turned over once, at the start: a text asks by feature. Half precision is for the disk, it is slow to add up.
        order = np.argsort(columns, kind="stable")
        owners = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(bounds))
        self._phrases = owners[order]
        self._values = values[order].astype(np.float32)
        self._starts = np.searchsorted(columns[order], np.arange(int(columns.max(initial=-1)) + 2))

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def likeness(self, vector: Vector) -> NDArray[np.float32]:
        """How much each phrase is like the text: 0 nothing, 1 the same."""
        total = np.zeros(len(self), dtype=np.float32)
        for column, value in zip(vector.columns.tolist(), vector.values, strict=True):
            if column + 1 < len(self._starts):
                here = slice(self._starts[column], self._starts[column + 1])
                # A phrase stands at most once below a feature, so that adding by position loses nothing.
                total[self._phrases[here]] += self._values[here] * value
        return total / np.float32(LENGTH)

    def shared(self, vector: Vector, phrase: int) -> NDArray[np.float32]:
        """What each column of the text adds to its likeness with one phrase."""
        here = slice(self.bounds[phrase], self.bounds[phrase + 1])
        own = dict(zip(self.columns[here].tolist(), self.values[here].tolist(), strict=True))
        return np.array([own.get(column, 0.0) for column in vector.columns.tolist()], dtype=np.float32) * vector.values


def phrasebook(vectors: Sequence[Vector], codes: Pointers, concepts: Pointers) -> Phrasebook:
    """The book of the phrases with these vectors."""
    bounds = np.cumsum([0, *(len(vector.columns) for vector in vectors)]).astype(np.int32)
    columns = np.concatenate([vector.columns for vector in vectors]).astype(np.int32)
    values = np.concatenate([vector.values for vector in vectors]).astype(np.float16)
    return Phrasebook(bounds, columns, values, codes, concepts)
