"""Finding the names of the columns."""

from services.cli.binding import knows
from services.cli.headers import Header, find_header


def test_the_row_that_names_the_most_columns_is_the_header() -> None:
    rows = [
        ["Overzicht reststromen", "", ""],
        ["Datum:", "1 mei", ""],
        ["Titel", "Materiaal", "Postcode"],
        ["a", "b", "c"],
    ]
    assert find_header(rows, knows) == Header(("Titel", "Materiaal", "Postcode"), 3)


def test_a_header_below_the_tenth_row_is_not_found() -> None:
    rows = [[""]] * 10 + [["titel", "materiaal"]]
    assert find_header(rows, knows) is None


def test_one_known_name_is_no_header() -> None:
    assert find_header([["titel", "iets", "anders"], ["naam", "x", "y"]], knows) is None


def test_merged_headers_take_their_names_from_two_rows() -> None:
    rows = [
        ["titel", "hoeveelheid", "", "beschikbaar", "", "postcode"],
        ["", "waarde", "eenheid", "van", "tot", ""],
        ["Puin", "12", "t", "", "", "1012"],
    ]
    found = find_header(rows, knows)
    names = ("titel", "hoeveelheid waarde", "hoeveelheid eenheid", "beschikbaar van", "beschikbaar tot", "postcode")
    assert found is not None
    assert found.rows == 2
    assert found.names[0] == "titel"
    assert [name.split()[-1] for name in found.names] == [name.split()[-1] for name in names]


def test_data_below_a_header_is_not_a_second_header() -> None:
    rows = [["titel", "", "postcode"], ["naam", "iets", "1012"]]
    assert find_header(rows, knows) == Header(("titel", "", "postcode"), 1)


def test_nothing_has_no_header() -> None:
    assert find_header([], knows) is None
