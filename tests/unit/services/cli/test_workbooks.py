"""XLSX workbooks: which sheet, what a cell without a value is, and which day a number is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from services.cli.binding import knows
from services.cli.rows import Broken, Row, Unreadable
from services.cli.workbooks import day_of_serial, read_workbook

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
HEADERS = ("titel", "hoeveelheid")


def book(path: Path, *sheets: tuple[str, list[tuple[Any, ...]]], change: Callable[[Any], object] = id) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet: Worksheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    change(made)
    made.save(path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lots.xlsx"


def test_the_first_visible_sheet_with_headers_is_read(path: Path) -> None:
    def hide(made: Any) -> None:
        made["Oud"].sheet_state = "hidden"

    told = ("Uitleg", [("Lees mij",)])
    book(path, told, ("Oud", [HEADERS, ("Zand", 1)]), ("Nu", [HEADERS, ("Puin", 2)]), change=hide)
    assert list(read_workbook(path, knows).rows) == [Row(2, ("Puin", 2))]
    assert list(read_workbook(path, knows, "Oud").rows) == [Row(2, ("Zand", 1))]


def test_cells_keep_their_kind_and_rows_their_number(path: Path) -> None:
    day = datetime(2026, 9, 1)  # noqa: DTZ001
    found = read_workbook(book(path, ("A", [("Lijst",), HEADERS, (None, " "), (True, 1.5), (day, "x")])), knows)
    assert (found.header.rows, found.about_rows, found.separator) == (2, 3, None)
    assert list(found.rows) == [Row(4, (True, 1.5)), Row(5, (day, "x"))]


def test_a_formula_that_was_never_calculated_is_no_empty_cell(path: Path) -> None:
    (row,) = read_workbook(book(path, ("A", [HEADERS, ("Puin", "=1+1")])), knows).rows
    assert isinstance(row, Row)
    (_, cell) = row.cells
    assert isinstance(cell, Broken)
    assert cell.shown == "=1+1"
    assert "never calculated" in cell.expected


def test_a_cell_with_an_error_is_told_as_one(path: Path) -> None:
    (row,) = read_workbook(book(path, ("A", [HEADERS, ("Puin", "#REF!")])), knows).rows
    assert isinstance(row, Row)
    (_, cell) = row.cells
    assert isinstance(cell, Broken)
    assert cell.shown == "#REF!"
    assert "gives an error" in cell.expected


@pytest.mark.parametrize(
    ("content", "sheet", "says"),
    [
        ([("kleur", "vorm")], None, r"none of the first 10 rows of 'A' names columns"),
        ([HEADERS], "B", r"lots\.xlsx has no sheet 'B'; it has 'A'"),
    ],
)
def test_a_workbook_without_what_is_asked_says_what_it_has(
    path: Path, content: list[tuple[Any, ...]], sheet: str | None, says: str
) -> None:
    with pytest.raises(Unreadable, match=says):
        read_workbook(book(path, ("A", content)), knows, sheet)


@pytest.mark.parametrize("kept", [0, 10, 400])
def test_a_damaged_workbook_is_told_as_one(path: Path, kept: int) -> None:
    book(path, ("A", [HEADERS]))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(Unreadable, match=r"lots\.xlsx is a damaged workbook .*save it again"):
        read_workbook(path, knows)


def test_a_number_is_a_day_counted_from_the_epoch_of_the_workbook() -> None:
    assert day_of_serial(46266, EPOCH) == datetime(2026, 9, 1)  # noqa: DTZ001
    assert day_of_serial(46266.5, EPOCH) == datetime(2026, 9, 1, 12)  # noqa: DTZ001


@pytest.mark.parametrize("number", [0, 0.5])
def test_less_than_a_day_is_no_day(number: float) -> None:
    with pytest.raises(ValueError, match="is a time of day"):
        day_of_serial(number, EPOCH)
