"""Reading labelled examples: a file with a column of texts and a column of Eural codes, whatever else it has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.vocabulary.eural import UnknownEuralCode, parse_eural
from matching.suggesting.features import words_in
from matching.suggesting.knowledge import Labelled
from services.cli.columns import plain_name
from services.cli.encodings import repaired
from services.cli.files import open_file
from services.cli.rows import BrokenRow, Cell, Fault, Lines, Row, Unreadable

TEXT_NAMES = (
    "benaming afval", "benamingafval", "gebruikelijke naam afvalstof", "gebruikelijkenaamafvalstof", "omschrijving",
    "tekst", "titel", "description", "text", "title",
)  # fmt: skip
CODE_NAMES = ("euralcode", "eural code", "eural", "ewc code", "ewc", "code")
LONGEST_TEXT = 500
MOST_EXAMPLES = 200_000


@dataclass(frozen=True)
class LabelledFile:
    """The examples of a file, and what is wrong with the rows that are none."""

    examples: tuple[Labelled, ...]
    faults: tuple[Fault, ...]


def read_labelled(path: Path) -> LabelledFile:
    """The examples of a CSV or XLSX file; raises Unreadable when it has no such columns or too many rows."""
    names = {*TEXT_NAMES, *CODE_NAMES}
    table = open_file(path, lambda header: plain_name(header) in names)
    if isinstance(table, Lines):
        raise Unreadable(f"{path.name} holds lines of JSON; expected a CSV or XLSX file with a header")
    header = {plain_name(name): place for place, name in reversed(list(enumerate(table.header.names)))}
    text, code = _column(path, header, TEXT_NAMES, "texts"), _column(path, header, CODE_NAMES, "Eural codes")
    examples: list[Labelled] = []
    faults: list[Fault] = []
    for found in _read(table.rows, text, code):
        examples.append(found) if isinstance(found, Labelled) else faults.append(found)
        if len(examples) > MOST_EXAMPLES:
            raise Unreadable(f"{path.name} has more than {MOST_EXAMPLES} examples; give a part of them")
    return LabelledFile(tuple(examples), tuple(faults))


def _column(path: Path, header: Mapping[str, int], names: Sequence[str], what: str) -> int:
    place = next((header[name] for name in names if name in header), None)
    if place is None:
        raise Unreadable(f"{path.name} has no column with {what}; its name must be one of {', '.join(names)}")
    return place


def _read(rows: Iterator[Row | BrokenRow], text: int, code: int) -> Iterator[Labelled | Fault]:
    for row in rows:
        if isinstance(row, BrokenRow):
            yield Fault(row.number, None, row.got, row.expected)
            return
        yield _example(row.number, _told(row.cells, text), _told(row.cells, code))


def _told(cells: Sequence[Cell], place: int) -> str:
    cell = cells[place] if place < len(cells) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _example(number: int, text: str, code: str) -> Labelled | Fault:
    if not words_in(text):
        return Fault(number, "text", text, "expected a text with words")
    try:
        return Labelled(repaired(text[:LONGEST_TEXT]), parse_eural(code).code)
    except UnknownEuralCode as error:
        return Fault(number, "code", None, str(error))
