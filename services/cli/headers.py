"""Finding the row with the names of the columns, which is not always the first, and not always one row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

TRIED_ROWS = 10
FEWEST_KNOWN = 2

Knows = Callable[[str], bool]
"""Whether a text is the name of a column that can be published."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names as they stand in the file, and how many rows at the top are not data."""

    names: tuple[str, ...]
    rows: int


def known_names(row: Sequence[str], knows: Knows) -> int:
    """How many different cells of the row name a column."""
    return len({cell.strip().casefold() for cell in row if cell.strip() and knows(cell)})


def find_header(rows: Sequence[Sequence[str]], knows: Knows) -> Header | None:
    """The row among the first ten that names the most columns (the first of equals); None when none names two."""
    tried = rows[:TRIED_ROWS]
    best = max(range(len(tried)), key=lambda index: known_names(tried[index], knows), default=None)
    if best is None or known_names(tried[best], knows) < FEWEST_KNOWN:
        return None
    upper = [cell.strip() for cell in tried[best]]
    lower = [cell.strip() for cell in rows[best + 1]] if best + 1 < len(rows) else []
    if _continues(upper, lower, knows):
        return Header(_joined(upper, lower, knows), best + 2)
    return Header(tuple(upper), best + 1)


def _continues(upper: Sequence[str], lower: Sequence[str], knows: Knows) -> bool:
    """Whether `lower` is a second row of headers: it names columns only, below headers merged over several cells."""
    named = [index for index, cell in enumerate(lower) if cell]
    filled = _filled(upper, len(lower))
    merged = any(index >= len(upper) or not upper[index] for index in named)
    return merged and all(_known_as(filled[index], lower[index], knows) is not None for index in named)


def _joined(upper: Sequence[str], lower: Sequence[str], knows: Knows) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    filled = _filled(upper, width)
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    return tuple(
        (_known_as(filled[index], below[index], knows) or below[index]) if below[index] else above[index]
        for index in range(width)
    )


def _filled(upper: Sequence[str], width: int) -> list[str]:
    """A merged header stands in its first cell only; the empty ones to its right get it too."""
    filled: list[str] = []
    for index in range(width):
        own = upper[index] if index < len(upper) else ""
        filled.append(own or (filled[-1] if filled else ""))
    return filled


def _known_as(group: str, name: str, knows: Knows) -> str | None:
    return next((text for text in (f"{group} {name}", name) if knows(text)), None)
