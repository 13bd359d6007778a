"""A fault as its reader sees it."""

import pytest

from services.cli.rows import LONGEST_SHOWN, Fault, shortened


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault(2, "prijs", "duur", "expected a number"), "column 'prijs': got 'duur'; expected a number"),
        (Fault(2, "prijs", "", "expected a number"), "column 'prijs': got ''; expected a number"),
        (Fault(2, "titel", None, "expected a value"), "column 'titel': expected a value"),
        (Fault(2, None, "9 cells", "expected 8"), "got '9 cells'; expected 8"),
        (Fault(2, None, None, "expected one object"), "expected one object"),
    ],
)
def test_a_fault_says_where_what_was_got_and_what_was_expected(fault: Fault, sentence: str) -> None:
    assert fault.sentence() == sentence


def test_a_long_text_is_cut_with_a_mark_and_a_short_one_is_not() -> None:
    whole = "x" * LONGEST_SHOWN
    assert shortened(whole) == whole
    assert shortened(whole + "y") == whole + "…"


def test_a_fault_with_a_very_long_cell_stays_readable() -> None:
    assert len(Fault(1, "titel", "x" * 100_000, "expected less").sentence()) < 150
