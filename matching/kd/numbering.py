"""Small numbers for words, in the order in which they were first heard."""

from collections.abc import Hashable


class Numbering:
    """Number of each word; a word keeps its number for the life of the numbering."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, word: Hashable) -> int:
        """The number of a word, a new one when it was never heard."""
        return self._numbers.setdefault(word, len(self._numbers))
