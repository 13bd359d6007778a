"""Terms of months are counted as acts count them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.end_of_waste.calendar_terms import months_after, not_older_than

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2023, 11, 21), 36, date(2026, 11, 21)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_there_is(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


def test_the_last_day_of_a_term_still_counts() -> None:
    assert not_older_than(date(2023, 11, 21), 36, date(2026, 11, 21))
    assert not not_older_than(date(2023, 11, 20), 36, date(2026, 11, 21))


@given(DAYS, st.integers(0, 240))
def test_a_longer_term_never_ends_sooner(day: date, months: int) -> None:
    assert day <= months_after(day, months) < months_after(day, months + 1)
