"""Terms of months between two days, as acts count them: the same day of the month, or the last one there is."""

import calendar
from datetime import date

MONTHS_A_YEAR = len(calendar.month_name) - 1


def months_after(day: date, months: int) -> date:
    """The day `months` later; 31 January and one month is the last day of February."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year = day.year + years
    _first, last = calendar.monthrange(year, month + 1)
    return date(year, month + 1, min(day.day, last))


def not_older_than(day: date, months: int, on: date) -> bool:
    """Whether `on` is not later than `months` after `day`; the last day still counts."""
    return on <= months_after(day, months)
