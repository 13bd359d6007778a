"""Text, numbers and measured values are refused when hostile and brought to one form when not."""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.values import clean_line, clean_prose, measured_value, plain_decimal

CONTROLS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cc"]


@pytest.mark.parametrize("character", [*(c for c in CONTROLS if c not in "\t\r\n"), "\u202e", "\u2066", "\ud800"])
@pytest.mark.parametrize("place", ["{}hout", "ho{}ut", "hout{}"])
def test_a_character_that_does_not_belong_in_text_is_refused(character: str, place: str) -> None:
    for clean in (clean_line, clean_prose):
        with pytest.raises(ValueError, match=rf"U\+{ord(character):04X}"):
            clean(place.format(character))


@pytest.mark.parametrize("character", ["\n", "\t", "\r", "\u2028", "\u2029"])
def test_a_line_has_no_line_breaks_or_tabs_inside(character: str) -> None:
    with pytest.raises(ValueError, match="remove it"):
        clean_line(f"een{character}twee")


def test_prose_keeps_newlines_and_tabs_and_writes_windows_newlines_as_one() -> None:
    assert clean_prose(" een\r\n\ttwee \n") == "een\n\ttwee"


def test_text_is_trimmed_and_composed() -> None:
    assert clean_line("\u3000 Cafe\u0301\xa0\n") == "Café"


@pytest.mark.parametrize("value", [None, 3, True, ["tekst"], {"a": 1}])
def test_what_is_no_text_is_left_to_the_type_of_the_field(value: object) -> None:
    assert clean_line(value) is value


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=50))
def test_cleaning_clean_text_changes_nothing(text: str) -> None:
    try:
        once = clean_prose(text)
    except ValueError:
        return
    assert clean_prose(once) == once


@pytest.mark.parametrize(("value", "written"), [("1E+3", "1000"), ("-0.00", "0.00"), ("12.50", "12.50")])
def test_a_decimal_is_written_without_exponent_or_negative_zero(value: str, written: str) -> None:
    assert str(plain_decimal(Decimal(value))) == written


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12.5, "mg/kg ds", Decimal("12.5")),
        ("12.5", "mm", Decimal("12.5")),
        (-4, "C", Decimal(-4)),
        (True, "bool", True),
        ("  B ", "class", "B"),
        ("170204", "code", "170204"),
        ("2026-05-31", "date", "2026-05-31"),
        (date(2026, 5, 31), "date", "2026-05-31"),
    ],
)
def test_a_value_is_read_as_its_unit_asks(value: object, unit: str, expected: object) -> None:
    found = measured_value(value, unit)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (True, "mm"),
        ("NaN", "mm"),
        (float("inf"), "mm"),
        ("1e-9999", "mm"),
        ("1e9999", "mm"),
        ("9" * 5000, "mm"),
        ("twaalf", "mm"),
        (None, "mm"),
        (1, "bool"),
        ("true", "bool"),
        ("", "text"),
        ("a\x00b", "text"),
        (3, "text"),
        ("31-05-2026", "date"),
        ("2026-02-30", "date"),
        (5, "furlong"),
    ],
)
def test_a_value_that_its_unit_cannot_have_is_refused(value: object, unit: str) -> None:
    with pytest.raises(ValueError, match=r"got|not a unit"):
        measured_value(value, unit)
