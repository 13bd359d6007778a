"""What the readers of files hand on, whatever the file was: rows of cells with the number they have in the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from services.cli.headers import Header

LONGEST_SHOWN = 80


class Unreadable(Exception):
    """The file, or the rest of it, cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value, e.g. a formula that was never calculated."""

    shown: str
    expected: str


Cell = str | int | float | bool | datetime | date | time | timedelta | Broken | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty. `number` counts from 1 as a spreadsheet does, headers and empty rows included."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be taken apart. Nothing after it can be trusted, so reading ends with it."""

    number: int
    got: str
    expected: str


@dataclass(frozen=True)
class Table:
    """A CSV file or a sheet: its headers and the rows below them.

    `about_rows` is a guess for the progress bar. `epoch` is the day from which the workbook counts dates; None for
    text. `separator` is None for a sheet.
    """

    path: Path
    header: Header
    rows: Iterator[Row | BrokenRow]
    about_rows: int | None = None
    epoch: datetime | None = None
    separator: str | None = None


@dataclass(frozen=True)
class Lines:
    """An NDJSON file: a JSON object per line, in the form of the API."""

    path: Path
    rows: Iterator[Row]
    about_rows: int | None = None
    header: Header = field(default_factory=lambda: Header(("regel",), 0))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row. `column` is the header as it stands in the file; None: the row as a whole."""

    row: int
    column: str | None
    got: str | None
    expected: str

    def sentence(self) -> str:
        """As people read it, without the row number."""
        where = f"column {self.column!r}: " if self.column else ""
        got = f"got {shortened(self.got)!r}; " if self.got is not None else ""
        return f"{where}{got}{self.expected}"


def shortened(text: str) -> str:
    """A text of any length as a message can hold it."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


@dataclass(frozen=True)
class Refused:
    """A row that is not published, and why."""

    row: Row
    faults: tuple[Fault, ...]
