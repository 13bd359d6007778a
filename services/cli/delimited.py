"""CSV files, one row at a time.

The separator is the one given in a first line `sep=;`, else the one of semicolon, tab, comma and bar with which one
of the first ten rows names the most columns; of equals the one that gives more cells, then the first in that order.
"""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from services.cli.encodings import encoding_of
from services.cli.headers import TRIED_ROWS, Header, Knows, find_header, known_names
from services.cli.rows import BrokenRow, Row, Table, Unreadable

SEPARATORS = (";", "\t", ",", "|")
DECLARED = "sep="


def read_delimited(path: Path, knows: Knows) -> Table:
    """The table in a CSV file; raises Unreadable when it is no text or no row names columns."""
    encoding, lines = encoding_of(path)
    separator = _declared(path, encoding) or max(
        SEPARATORS, key=lambda mark: _promise(_top(path, encoding, mark), knows)
    )
    header = find_header(_top(path, encoding, separator), knows)
    if header is None:
        raise Unreadable(
            f"none of the first {TRIED_ROWS} rows of {path.name} names columns that are known; give the first row "
            "names such as titel, materiaal, euralcode, hoeveelheid, eenheid, postcode"
        )
    rows = _rows(path, encoding, separator, header)
    return Table(path, header, rows, max(lines - header.rows, 0), separator=separator)


def _declared(path: Path, encoding: str) -> str | None:
    with path.open(encoding=encoding, newline="") as file:
        line = file.readline(8).strip("\r\n")
    return line[len(DECLARED)] if len(line) == len(DECLARED) + 1 and line.lower().startswith(DECLARED) else None


def _top(path: Path, encoding: str, separator: str) -> list[list[str]]:
    """The first rows; fewer when one of them is broken under this separator."""
    top: list[list[str]] = []
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            top.extend(islice(reader, TRIED_ROWS + 1))
        except csv.Error:
            return top
    return top


def _promise(top: list[list[str]], knows: Knows) -> tuple[int, int]:
    tried = top[:TRIED_ROWS]
    return max((known_names(row, knows) for row in tried), default=0), max(map(len, tried), default=0)


def _rows(path: Path, encoding: str, separator: str, header: Header) -> Iterator[Row | BrokenRow]:
    """A quote that does not close could swallow the rest of the file into one cell: reading ends there."""
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if number > header.rows and any(cell.strip() for cell in cells):
                    yield Row(number, tuple(cells))
        except csv.Error as error:
            yield BrokenRow(
                number + 1,
                str(error),
                'the quotes of this row do not match; write a quote inside a text as "" and send the file again '
                "(this row and those after it were not read)",
            )
