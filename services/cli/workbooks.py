"""XLSX workbooks, one row at a time.

A workbook keeps for each formula the value it had when it was last calculated. Programs that write workbooks often
leave that value out, and then the cell would look empty. So formulas and values are read side by side.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from services.cli.headers import TRIED_ROWS, Header, Knows, find_header
from services.cli.rows import Broken, BrokenRow, Cell, Row, Table, Unreadable

DAMAGED = (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, EOFError, OSError)
_UNCALCULATED = "a value; the formula in this cell was never calculated: open the file, save it and send it again"
_WRONG = "a value; the formula in this cell gives an error: correct it and send the file again"


def read_workbook(path: Path, knows: Knows, sheet: str | None = None) -> Table:
    """The table in a sheet: the one named, else the first visible one with a row that names columns."""
    with ExitStack() as stack:
        book = _open(path, stack)
        name, header = _chosen(book, path, knows, sheet)
        about, epoch = book[name].max_row, book.epoch
    return Table(path, header, _rows(path, name, header), about and max(about - header.rows, 0), epoch)


def _open(path: Path, stack: ExitStack, *, values: bool = True) -> Any:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=values)
    except DAMAGED as error:
        raise Unreadable(
            f"{path.name} is a damaged workbook ({error}); open it in a spreadsheet program and save it again"
        ) from error
    stack.callback(book.close)
    return book


def _chosen(book: Any, path: Path, knows: Knows, sheet: str | None) -> tuple[str, Header]:
    titles = [found.title for found in book.worksheets if found.sheet_state == "visible"]
    if sheet is not None and sheet not in [found.title for found in book.worksheets]:
        raise Unreadable(f"{path.name} has no sheet {sheet!r}; it has {', '.join(map(repr, titles))}")
    for title in [sheet] if sheet else titles:
        header = find_header(_top(book[title]), knows)
        if header is not None:
            return title, header
    raise Unreadable(
        f"none of the first {TRIED_ROWS} rows of {', '.join(map(repr, [sheet] if sheet else titles))} names columns "
        "that are known; give one row names such as titel, materiaal, euralcode, hoeveelheid, eenheid, postcode"
    )


def _top(sheet: Any) -> list[list[str]]:
    rows = islice(sheet.iter_rows(values_only=True), TRIED_ROWS + 1)
    return [["" if value is None else str(value) for value in row] for row in rows]


def _rows(path: Path, name: str, header: Header) -> Iterator[Row | BrokenRow]:
    number = 0
    with ExitStack() as stack:
        values, formulas = _open(path, stack)[name], _open(path, stack, values=False)[name]
        try:
            pairs = zip(values.iter_rows(), formulas.iter_rows(), strict=False)
            for number, (shown, written) in enumerate(pairs, start=1):
                cells = tuple(map(_cell, shown, written))
                if number > header.rows and not all(map(_empty, cells)):
                    yield Row(number, cells)
        except DAMAGED as error:
            yield BrokenRow(number + 1, str(error), "the sheet is damaged from here on; save the file again")


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _cell(shown: Any, written: Any) -> Cell:
    if shown.value is None and written.data_type == "f":
        return Broken(str(written.value), _UNCALCULATED)
    if shown.data_type == "e":
        return Broken(str(shown.value), _WRONG)
    value: Cell = shown.value
    return value


def day_of_serial(number: float, epoch: datetime) -> datetime:
    """The day that a workbook writes as a number."""
    found = from_excel(number, epoch)
    if not isinstance(found, datetime):
        raise ValueError(f"{number} is a time of day")
    return found
