"""A linear model: for each key a weight per feature and a start. Which library fitted it is not known here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.suggesting.features import Vector


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """`weights` is features by keys, `starts` by keys. Half precision is enough to rank."""

    keys: tuple[str, ...]
    weights: NDArray[np.float16]
    starts: NDArray[np.float32]

    def margins(self, vector: Vector) -> NDArray[np.float64]:
        """How far the text lies on the side of each key; above zero is on it."""
        return np.asarray(vector.values @ self.weights[vector.columns].astype(np.float32) + self.starts, np.float64)

    def added(self, vector: Vector, key: int) -> NDArray[np.float32]:
        """What each column of the text adds to the margin of one key."""
        return np.asarray(vector.values * self.weights[vector.columns, key].astype(np.float32))


def softmax(margins: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Shares that add up to one along the last axis; a lower temperature gives more to the highest."""
    scaled = margins / temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
