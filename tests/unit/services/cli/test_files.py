"""Files of any kind become rows."""

from pathlib import Path

import openpyxl
import pytest

from services.cli.binding import knows
from services.cli.files import open_file
from services.cli.rows import Broken, BrokenRow, Lines, Row, Table, Unreadable


def table(path: Path, content: str | bytes, sheet: str | None = None) -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = open_file(path, knows, sheet)
    assert isinstance(found, Table)
    return found


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_names_columns(tmp_path: Path, mark: str) -> None:
    lines = (("titel", "materiaal", "prijs"), ("Puin; schoon, fijn | grof\tok", "minerals", "12,50"))
    text = "\n".join(mark.join(f'"{cell}"' for cell in line) for line in lines)
    found = table(tmp_path / "x.csv", text)
    assert found.separator == mark
    assert list(found.rows) == [Row(2, lines[1])]


def test_a_declared_separator_goes_before_a_better_looking_one(tmp_path: Path) -> None:
    found = table(tmp_path / "x.csv", "sep=,\ntitel,materiaal\nPuin;a,minerals\n")
    assert (found.separator, found.header.rows) == (",", 2)
    assert list(found.rows) == [Row(3, ("Puin;a", "minerals"))]


def test_rows_keep_their_number_across_empty_ones_and_line_ends_in_cells(tmp_path: Path) -> None:
    found = table(tmp_path / "x.csv", 'titel;postcode\r\n"twee\r\nregels";1012\r\n\r\n;\r\nb;1013\r\n')
    assert [row.number for row in found.rows] == [2, 5]


def test_a_quote_that_does_not_close_ends_the_reading(tmp_path: Path) -> None:
    found = table(tmp_path / "x.csv", 'titel;omschrijving\na;goed\nb;"open\nc;nooit gelezen\n')
    first, broken = found.rows
    assert first == Row(2, ("a", "goed"))
    assert isinstance(broken, BrokenRow)
    assert broken.number == 3
    assert "were not read" in broken.expected


def test_a_row_is_read_only_when_asked_for(tmp_path: Path) -> None:
    found = table(tmp_path / "x.csv", "titel;postcode\n" + "a;1012\n" * 200_000)
    assert next(iter(found.rows)) == Row(2, ("a", "1012"))
    assert found.about_rows == 200_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls"),
        (b'[{"title": "x"}]', "one JSON object per line"),
        (b"PK\x03\x04nonsense", "damaged workbook"),
        (b"a;b\n1;2\n", "none of the first 10 rows"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        table(tmp_path / "x.csv", content)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"geen\.csv cannot be read: No such file"):
        open_file(tmp_path / "geen.csv", knows)


def test_lines_of_json_are_known_by_their_content(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'\xef\xbb\xbf{"title": "a"}\n\n{"title": "b"}\n')
    found = open_file(path, knows)
    assert isinstance(found, Lines)
    assert [row.number for row in found.rows] == [1, 3]


def book(path: Path) -> Path:
    made = openpyxl.Workbook()
    first, second = made.active, made.create_sheet("Data")
    assert first is not None
    first.title = "Uitleg"
    first.append(["Lees mij"])
    second.append(["titel", "hoeveelheid", "eenheid"])
    second.append(["Puin", 12.5, "t"])
    second.append([None, None, None])
    second.append(["Zand", "=A1", "#N/A"])
    second["C4"].data_type = "e"
    made.save(path)
    return path


def test_the_first_sheet_with_headers_is_read(tmp_path: Path) -> None:
    found = open_file(book(tmp_path / "x.xlsx"), knows)
    rows = list(found.rows)
    assert rows[0] == Row(2, ("Puin", 12.5, "t"))
    assert isinstance(rows[1], Row)
    assert [rows[1].number, *map(type, rows[1].cells)] == [4, str, Broken, Broken]


def test_a_sheet_can_be_named(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx")
    assert len(list(open_file(path, knows, "Data").rows)) == 2
    with pytest.raises(Unreadable, match="has no sheet 'Blad1'; it has 'Uitleg', 'Data'"):
        open_file(path, knows, "Blad1")
    with pytest.raises(Unreadable, match="'Uitleg' names columns"):
        open_file(path, knows, "Uitleg")
    with pytest.raises(Unreadable, match="leave --sheet out"):
        table(tmp_path / "x.csv", "titel;postcode\n", "Data")
