"""CSV files: which separator, which encoding, and where reading ends."""

from pathlib import Path

import pytest

from services.cli.binding import knows
from services.cli.delimited import read_delimited
from services.cli.rows import BrokenRow, Row, Table, Unreadable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lots.csv"


def read(path: Path, content: str | bytes) -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_delimited(path, knows)


def test_the_separator_is_the_one_under_which_most_columns_are_named(path: Path) -> None:
    found = read(path, "titel,materiaal;prijs;postcode\na,b;1;2\n")
    assert (found.separator, found.header.names) == (";", ("titel,materiaal", "prijs", "postcode"))


def test_of_separators_that_name_as_many_the_one_with_most_cells_is_taken(path: Path) -> None:
    found = read(path, "titel;prijs\nPuin;1,5\n")
    assert (found.separator, list(found.rows)) == (";", [Row(2, ("Puin", "1,5"))])


@pytest.mark.parametrize("first", ["sep=|", "SEP=|", "sep=|\r"])
def test_a_declared_separator_is_obeyed(path: Path, first: str) -> None:
    found = read(path, f"{first}\ntitel|prijs\nPuin;grof|1\n")
    assert (found.separator, list(found.rows)) == ("|", [Row(3, ("Puin;grof", "1"))])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_usual_encodings_are_read(path: Path, encoding: str) -> None:
    found = read(path, "titel;prijs\nGlaswol één €;1\n".encode(encoding))
    assert list(found.rows) == [Row(2, ("Glaswol één €", "1"))]


def test_rows_above_the_headers_and_empty_rows_are_passed_over_and_counted(path: Path) -> None:
    found = read(path, "Overzicht 2026\n\ntitel;prijs\n;\nPuin;1\n")
    assert (found.header.rows, found.about_rows) == (3, 2)
    assert list(found.rows) == [Row(5, ("Puin", "1"))]


def test_a_file_of_headers_only_has_no_rows(path: Path) -> None:
    found = read(path, "titel;prijs")
    assert (list(found.rows), found.about_rows) == ([], 0)


def test_a_text_between_quotes_may_hold_the_separator_quotes_and_line_ends(path: Path) -> None:
    found = read(path, 'titel;omschrijving\n"a;b";"zegt ""ja""\nen nee"\n')
    assert list(found.rows) == [Row(2, ("a;b", 'zegt "ja"\nen nee'))]


def test_reading_ends_at_a_row_whose_quotes_do_not_match(path: Path) -> None:
    first, last = read(path, 'titel;prijs\nPuin;1\n"Zand"x;2\nKlei;3\n').rows
    assert first == Row(2, ("Puin", "1"))
    assert isinstance(last, BrokenRow)
    assert last.number == 3
    assert 'write a quote inside a text as ""' in last.expected


def test_a_file_without_known_columns_says_what_a_header_looks_like(path: Path) -> None:
    with pytest.raises(Unreadable, match=r"first 10 rows of lots\.csv names columns .* such as titel, materiaal"):
        read(path, "kleur;vorm\nrood;rond\n")
