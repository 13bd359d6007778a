"""What one cell means."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.vocabulary.quantities import Recurrence, Unit
from services.cli import cells
from services.cli.cells import Amount, Style, Wrong, says_nothing
from services.cli.numbers import Decimals
from services.cli.rows import Cell
from services.cli.words import RECURRENCE_OF, UNIT_OF

TEXT = Style()
ENGLISH = Style(Decimals(dutch=False))
BOOK = Style(epoch=datetime(1899, 12, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("31-12-2026", date(2026, 12, 31)),
        ("1-9-2026", date(2026, 9, 1)),
        ("01/09/2026", date(2026, 9, 1)),
        ("1.9.2026", date(2026, 9, 1)),
        ("2026-09-01", date(2026, 9, 1)),
        ("2026-09-01T13:00:00", date(2026, 9, 1)),
        ("1 september 2026", date(2026, 9, 1)),
        ("1 mrt. 2026", date(2026, 3, 1)),
        (datetime(2026, 9, 1, 8), date(2026, 9, 1)),  # noqa: DTZ001
        (date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_a_day_is_read_day_first(cell: Cell, expected: date) -> None:
    assert cells.day(cell, TEXT) == expected


@pytest.mark.parametrize("cell", ["31-13-2026", "30-02-2026", "1-9-26", "volgende week", "45900", 45900, True, 12.5])
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(Wrong, match="expected a day"):
        cells.day(cell, TEXT)


def test_a_workbook_may_write_a_day_as_a_number() -> None:
    assert cells.day(46266, BOOK) == date(2026, 9, 1)


def test_a_day_between_slashes_under_an_english_header_must_have_one_reading() -> None:
    assert cells.day("31/12/2026", ENGLISH) == date(2026, 12, 31)
    with pytest.raises(Wrong, match="one way only"):
        cells.day("03/04/2026", ENGLISH)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12,5 ton", Amount(Decimal("12.5"), Unit.TONNE)),
        ("12,5ton", Amount(Decimal("12.5"), Unit.TONNE)),
        ("1 200 kg", Amount(Decimal(1200), Unit.KG)),
        ("30 m³", Amount(Decimal(30), Unit.CUBIC_METRE)),
        ("40 stuks", Amount(Decimal(40), Unit.PIECE)),
        ("5 ton/jaar", Amount(Decimal(5), Unit.TONNE, Recurrence.PER_YEAR)),
        ("5 t per maand", Amount(Decimal(5), Unit.TONNE, Recurrence.PER_MONTH)),
        ("7", Amount(Decimal(7))),
        (7.25, Amount(Decimal("7.25"))),
        (0.1 + 0.2, Amount(Decimal("0.3"))),
    ],
)
def test_an_amount_may_bring_its_unit_and_its_rhythm(cell: Cell, expected: Amount) -> None:
    assert cells.amount(cell, TEXT) == expected


@pytest.mark.parametrize("cell", ["12 containers", "ton", "12 ton/uur", "5 ton of 6", "1.234 kg", True, "veel"])
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(Wrong, match="expected"):
        cells.amount(cell, TEXT)


def test_words_are_understood_however_they_are_spelled() -> None:
    read = cells.one_of(RECURRENCE_OF)
    assert {read(word, TEXT) for word in ("per maand", "Maandelijks", "PER_MONTH", "per-maand ")} == {
        Recurrence.PER_MONTH
    }
    with pytest.raises(Wrong, match="expected one of one_off, per_week, per_month, per_year"):
        read("soms", TEXT)
    assert UNIT_OF["ton"] is Unit.TONNE


def test_text_is_mended() -> None:
    assert cells.words("afval &amp;gt; 1 m &amp; meer") == "afval > 1 m & meer"
    assert cells.words("geÃ¯soleerd") == "geïsoleerd"
    assert cells.words(4711.0) == "4711"
    assert cells.words(30105) == "30105"


def test_eural_codes_are_read_as_exports_write_them() -> None:
    assert [cells.eural(cell, TEXT) for cell in (30105, "03 01 05", "17 02 04*", "170204.0".removesuffix(".0"))] == [
        "030105",
        "030105",
        "170204",
        "170204",
    ]
    with pytest.raises(Wrong, match=r"^expected a code of the List of Waste; perhaps"):
        cells.eural("999999", TEXT)


def test_a_price_may_be_below_zero_or_open() -> None:
    assert cells.price("€ -15,00", TEXT) == -15
    assert cells.price("n.o.t.k.", TEXT) is None


def test_a_hyphen_is_nothing_but_in_a_text() -> None:
    assert says_nothing("-", text=False)
    assert says_nothing("n.v.t.", text=False)
    assert not says_nothing("-", text=True)
    assert says_nothing("  ", text=True)
    assert not says_nothing(0, text=False)


def test_yes_and_no() -> None:
    assert [cells.truth(cell, TEXT) for cell in ("Ja", "nee", True, 0, "x")] == [True, False, True, False, True]
    with pytest.raises(Wrong, match="ja or nee"):
        cells.truth("misschien", TEXT)
