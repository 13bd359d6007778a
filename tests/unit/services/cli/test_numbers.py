"""Numbers as spreadsheets and people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.cells import Wrong
from services.cli.numbers import Decimals, Mark, decimal_of

DUTCH, ENGLISH = Decimals(dutch=True), Decimals(dutch=False)
COMMA, POINT = Decimals(Mark.COMMA), Decimals(Mark.POINT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("1.2345", "1.2345"),
        (",5", "0.5"),
        ("-15,00", "-15.00"),
        ("\u221215", "-15"),
        ("€ -15,00", "-15.00"),
        ("-€ 15", "-15"),
        ("- 15", "-15"),
        ("25,-", "25"),
        ("EUR 25", "25"),
        ("25 euro", "25"),
        ("+7", "7"),
    ],
)
def test_what_has_one_reading_is_read(text: str, expected: str) -> None:
    assert decimal_of(text, DUTCH, Wrong) == Decimal(expected)
    assert decimal_of(text, ENGLISH, Wrong) == Decimal(expected)


def test_a_point_before_three_digits_is_refused_with_both_ways_out() -> None:
    with pytest.raises(Wrong, match=r"write 1234 or 1,234, or say with --decimal"):
        decimal_of("1.234", DUTCH, Wrong)
    assert decimal_of("1,234", DUTCH, Wrong) == Decimal("1.234")


@pytest.mark.parametrize("text", ["1.234", "1,234"])
def test_under_an_english_header_both_marks_are_refused(text: str) -> None:
    with pytest.raises(Wrong, match=r"write 1234 or 1\.2340"):
        decimal_of(text, ENGLISH, Wrong)
    assert decimal_of("1.2340", ENGLISH, Wrong) == Decimal("1.234")


def test_who_says_which_mark_is_the_decimal_one_is_believed() -> None:
    assert decimal_of("1.234", COMMA, Wrong) == 1234
    assert decimal_of("1,234", COMMA, Wrong) == Decimal("1.234")
    assert decimal_of("1.234", POINT, Wrong) == Decimal("1.234")
    assert decimal_of("1,234", POINT, Wrong) == 1234
    assert decimal_of("1.234,5", COMMA, Wrong) == Decimal("1234.5")


@pytest.mark.parametrize(
    ("text", "said"), [("12.5", COMMA), ("1,234.5", COMMA), ("12,5", POINT), ("1.234.567", POINT), ("1.234,5", POINT)]
)
def test_a_number_against_what_was_said_is_refused(text: str, said: Decimals) -> None:
    with pytest.raises(Wrong, match="as --decimal"):
        decimal_of(text, said, Wrong)


@pytest.mark.parametrize(
    "text", ["", "twaalf", "12,5,1", "1.23.456", "1,2E+05", "(15)", "15-", "12 34", "--5", "1'234"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="expected a number"):
        decimal_of(text, DUTCH, Wrong)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_in_dutch_or_english_writing_comes_back(value: Decimal) -> None:
    english = f"{value:,.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    assert decimal_of(english, DUTCH, Wrong) == value
    assert decimal_of(dutch, ENGLISH, Wrong) == value


@given(st.text(max_size=12))
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        found = decimal_of(text, DUTCH, Wrong)
    except Wrong:
        return
    assert found.is_finite()
