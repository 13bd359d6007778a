"""What one cell means. Each reader takes a cell that says something and gives the value, or raises Wrong."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contracts.vocabulary.eural import parse_eural
from contracts.vocabulary.quantities import Recurrence, Unit
from services.cli.encodings import repaired
from services.cli.numbers import DEFAULT, Decimals, decimal_of
from services.cli.rows import Broken, Cell
from services.cli.words import MONTH_OF, NOTHING_SAID, OPEN_PRICE, RECURRENCE_OF, TRUTH_OF, UNIT_OF, folded
from services.cli.workbooks import day_of_serial

MOST_ESCAPES = 3


class Wrong(ValueError):
    """The cell does not hold what its column is for; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Style:
    """How the column is written: which mark is the decimal one, and the epoch of a workbook (None: text)."""

    decimals: Decimals = DEFAULT
    epoch: datetime | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, with the unit and the rhythm when they stand in the same cell: "12,5 ton per jaar"."""

    value: Decimal
    unit: Unit | None = None
    recurrence: Recurrence | None = None


Read = Callable[[Cell, Style], Any]


def shown(cell: Cell) -> str:
    """The cell as its reader sees it in the file."""
    if isinstance(cell, Broken):
        return cell.shown
    return words(cell) if isinstance(cell, float) else str(cell)


def says_nothing(cell: Cell, *, text: bool) -> bool:
    """Whether the cell is empty; where no text is asked for, "-", "onbekend" and the like are empty too."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return True
    return not text and isinstance(cell, str) and (folded(cell) or cell.strip()) in NOTHING_SAID


def words(cell: Cell, _style: Style = Style()) -> str:
    """Text, mended: HTML escapes (also escaped twice) and mojibake. A number is written as people write it."""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float):
        return format(Decimal(format(cell, ".15g")), "f").removesuffix(".0")
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return unescaped(repaired(str(cell))).strip()


def unescaped(text: str) -> str:
    """`&amp;gt;` and `&gt;` become `>`."""
    for _ in range(MOST_ESCAPES):
        better = html.unescape(text)
        if better == text:
            break
        text = better
    return text


def number(cell: Cell, style: Style) -> Decimal:
    """A number; see `numbers`."""
    if isinstance(cell, bool | date):
        raise Wrong("expected a number such as 12,5")
    if isinstance(cell, int | float):
        return Decimal(format(cell, ".15g") if isinstance(cell, float) else cell)
    return decimal_of(words(cell), style.decimals, Wrong)


def price(cell: Cell, style: Style) -> Decimal | None:
    """EUR per tonne; None when it is left open."""
    if isinstance(cell, str) and folded(cell) in OPEN_PRICE:
        return None
    return number(cell, style)


_AMOUNT = re.compile(r"(?P<number>[^a-zA-Z]*?[0-9.,][^a-zA-Z³]*?)\s*(?P<rest>[a-zA-Z].*)?")
_RHYTHM = re.compile(r"\s*(?:/|\bper\b|\bp/)\s*")


def amount(cell: Cell, style: Style) -> Amount:
    """A number, possibly with its unit and rhythm."""
    if not isinstance(cell, str):
        return Amount(number(cell, style))
    match = _AMOUNT.fullmatch(words(cell))
    if match is None:
        raise Wrong("expected an amount such as 12,5 or 12,5 ton")
    if not match["rest"]:
        return Amount(number(match["number"], style))
    unit, recurrence = unit_and_rhythm(match["rest"], style)
    return Amount(number(match["number"], style), unit, recurrence)


def unit_and_rhythm(cell: Cell, _style: Style) -> tuple[Unit, Recurrence | None]:
    """ "ton" or "ton/jaar"."""
    written, *rhythm = _RHYTHM.split(words(cell), maxsplit=1)
    return one_of(UNIT_OF)(written, _style), one_of(RECURRENCE_OF)(rhythm[0], _style) if rhythm else None


def one_of(table: Mapping[str, Any]) -> Read:
    """A reader of words of a table; the message names the values that are accepted."""

    def read(cell: Cell, _style: Style) -> Any:
        found = table.get(folded(words(cell)))
        if found is None:
            accepted = ", ".join(dict.fromkeys(str(value) for value in table.values()))
            raise Wrong(f"expected one of {accepted}")
        return found

    return read


def truth(cell: Cell, style: Style) -> bool:
    """Yes or no."""
    try:
        return cell if isinstance(cell, bool) else bool(one_of(TRUTH_OF)(cell, style))
    except Wrong:
        raise Wrong("expected ja or nee") from None


def eural(cell: Cell, style: Style) -> str:
    """Six digits, from "17 02 04*", 170204, or 10408 that lost its zero."""
    try:
        return parse_eural(words(cell, style)).code
    except ValueError as error:
        raise Wrong(expectation(str(error))) from None


def expectation(message: str) -> str:
    """What a message of the vocabulary expects, without what it got: that stands beside it already."""
    _, found, rest = message.partition(", expected ")
    return f"expected {rest}" if found else message


_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ][0-9:.]+Z?)?")
_DUTCH = re.compile(r"(?P<day>\d{1,2})(?P<mark>[-./ ])\s?(?P<month>\d{1,2}|[a-zA-Z]{3,9}\.?)[-./ ]\s?(?P<year>\d{4})")


def day(cell: Cell, style: Style) -> date:
    """A day: dd-mm-jjjj, ISO, "1 september 2026", or a date of a workbook."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return _of_serial(cell, style)
    text = words(cell)
    match = _ISO.fullmatch(text) or _DUTCH.fullmatch(text)
    if match is None:
        raise Wrong("expected a day as dd-mm-jjjj, such as 31-12-2026, or as 2026-12-31")
    return _of_parts(match, style)


def _of_serial(cell: float, style: Style) -> date:
    if isinstance(cell, bool) or style.epoch is None:
        raise Wrong("expected a day as dd-mm-jjjj")
    try:
        return day_of_serial(cell, style.epoch).date()
    except (ValueError, OverflowError):
        raise Wrong("expected a day; this number is none") from None


def _of_parts(match: re.Match[str], style: Style) -> date:
    written = match["month"]
    month = int(written) if written.isdigit() else MONTH_OF.get(folded(written), 0)
    days = int(match["day"])
    slashed = match.groupdict().get("mark") == "/"
    if slashed and not style.decimals.dutch and days != month and days <= 12:
        raise Wrong("expected a day that can be read one way only; write 2026-12-31 or 31-12-2026")
    try:
        return date(int(match["year"]), month, days)
    except ValueError:
        raise Wrong("expected a day that exists, day first: dd-mm-jjjj") from None


_BETWEEN_ITEMS = re.compile(r"\s*[;|\n]\s*")


def items(cell: Cell, _style: Style) -> list[str]:
    """The parts of a cell with several things, between semicolons, bars or line ends."""
    return [part for part in _BETWEEN_ITEMS.split(words(cell)) if part]


def listed(read: Read) -> Read:
    """A reader of several of what `read` reads; commas separate as well, because no such word has one."""

    def read_all(cell: Cell, style: Style) -> list[Any]:
        return [read(part.strip(), style) for item in items(cell, style) for part in item.split(",") if part.strip()]

    return read_all
