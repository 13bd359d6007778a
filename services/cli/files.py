"""What kind of file it is, by its content and not by its name, and its rows."""

from collections.abc import Iterator
from pathlib import Path

from services.cli.delimited import read_delimited
from services.cli.encodings import encoding_of
from services.cli.headers import Knows
from services.cli.rows import Lines, Row, Table, Unreadable
from services.cli.workbooks import read_workbook

ZIP = b"PK\x03\x04"
LOOKED_AT_BYTES = 4096

# Files that people send by mistake, by their first bytes.
FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old .xls workbook, or one with a password; save it as .xlsx without a password",
    b"%PDF": "a PDF; export the table as CSV or XLSX",
    b"\x1f\x8b": "a compressed file; unpack it first",
    b"<?xml": "XML; export the table as CSV or XLSX",
    b"<html": "a web page; export the table as CSV or XLSX",
    b"<!DOC": "a web page; export the table as CSV or XLSX",
    b"[{": "one JSON list; write one JSON object per line (NDJSON)",
}


def open_file(path: Path, knows: Knows, sheet: str | None = None) -> Table | Lines:
    """The rows of a CSV, XLSX or NDJSON file; raises Unreadable."""
    try:
        head = _head(path)
        if head.startswith(ZIP):
            return read_workbook(path, knows, sheet)
        return _read_text(path, head, knows, sheet)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}; check the path and its rights") from error


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LOOKED_AT_BYTES)


def _read_text(path: Path, head: bytes, knows: Knows, sheet: str | None) -> Table | Lines:
    for start, what in FOREIGN.items():
        if head.startswith(start):
            raise Unreadable(f"{path.name} is {what}; expected a CSV, XLSX or NDJSON file")
    if not head.strip():
        raise Unreadable(f"{path.name} is empty; expected a CSV, XLSX or NDJSON file")
    if sheet is not None:
        raise Unreadable(f"{path.name} is no workbook, so it has no sheet {sheet!r}; leave --sheet out")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _lines_of(path)
    return read_delimited(path, knows)


def _lines_of(path: Path) -> Lines:
    encoding, lines = encoding_of(path)
    return Lines(path, _lines(path, encoding), lines)


def _lines(path: Path, encoding: str) -> Iterator[Row]:
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield Row(number, (line.strip(),))
