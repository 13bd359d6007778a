"""Read the packaged reference tables and their source notes.

Every table is a pair: `<name>.csv` (UTF-8, one header row) and `<name>.source.yaml` (where it comes from and when
it holds). Files are found through importlib.resources, so that an installed wheel reads them like a checkout does.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import yaml

_FOLDER = resources.files("contracts.reference")
_TEXT_KEYS = ("title", "source", "licence", "notes")
_DATE_KEYS = ("read_on", "valid_from", "valid_to")


class UnknownTable(ValueError):
    """Asked for a table that is not packaged."""


class BrokenTable(ValueError):
    """A packaged table or its source note is not what it should be; nothing of it may be used."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """Where a table comes from and when it holds. Both validity days are included; None means no known limit."""

    title: str
    source: str
    licence: str
    read_on: date
    valid_from: date | None
    valid_to: date | None
    notes: str

    def holds_on(self, day: date) -> bool:
        """Whether the table may be relied on for something that happened on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def table_names() -> tuple[str, ...]:
    """The names of all packaged tables, sorted."""
    files = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".csv") for name in files if name.endswith(".csv")))


def read_table(name: str) -> list[dict[str, str]]:
    """All rows of the table `name`, by column; cells are text, an empty cell is an empty text.

    Raises UnknownTable, and BrokenTable when a row is empty or its length differs from the header.
    """
    return parse_table(name, _text_of(name, ".csv"))


def parse_table(name: str, text: str) -> list[dict[str, str]]:
    """As read_table, from text already in hand; `name` is only used in messages.

    csv.DictReader is not used: it drops empty lines and files surplus cells away without a word.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    if not header or "" in header or len(set(header)) != len(header):
        raise BrokenTable(f"table {name}: got header {header}, expected column names, each of them once")
    rows = []
    for cells in reader:
        if len(cells) != len(header):
            raise BrokenTable(
                f"table {name}, line {reader.line_num}: got {len(cells)} cells, expected {len(header)}; "
                "correct the line or remove it"
            )
        rows.append(dict(zip(header, cells, strict=True)))
    return rows


def read_source(name: str) -> TableSource:
    """The source note of the table `name`. Raises UnknownTable, or BrokenTable when a key is missing or wrong."""
    return parse_source(name, _text_of(name, ".source.yaml"))


def parse_source(name: str, text: str) -> TableSource:
    """As read_source, from text already in hand; `name` is only used in messages."""
    note: Any = yaml.safe_load(text)
    expected = {*_TEXT_KEYS, *_DATE_KEYS}
    if not isinstance(note, dict) or set(note) != expected:
        got = sorted(map(str, note)) if isinstance(note, dict) else type(note).__name__
        raise BrokenTable(f"source note of {name}: got {got}, expected exactly the keys {sorted(expected)}")
    texts = {key: _filled(name, key, note[key]) for key in _TEXT_KEYS}
    days = {key: _day(name, key, note[key]) for key in _DATE_KEYS}
    read_on = days["read_on"]
    if read_on is None:
        raise BrokenTable(f"source note of {name}: read_on is empty, expected the day the source was read")
    return TableSource(**texts, read_on=read_on, valid_from=days["valid_from"], valid_to=days["valid_to"])


def _text_of(name: str, ending: str) -> str:
    """Names are checked against the listing first, so that a name can never walk out of the folder."""
    if name not in table_names():
        raise UnknownTable(f"got table name {name!r:.60}, expected one of {', '.join(table_names())}")
    file = _FOLDER / f"{name}{ending}"
    if not file.is_file():
        raise BrokenTable(f"table {name} has no {name}{ending}; add it next to the table")
    return file.read_text(encoding="utf-8")


def _filled(name: str, key: str, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise BrokenTable(f"source note of {name}: {key} is {value!r}, expected a text")


def _day(name: str, key: str, value: object) -> date | None:
    if value is None or type(value) is date:
        return value
    raise BrokenTable(f"source note of {name}: {key} is {value!r}, expected a date like 2015-06-01 or null")
