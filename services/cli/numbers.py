"""Numbers as people and spreadsheets write them. What can be read in two ways is refused, never guessed.

"1.234" is 1234 to a Dutch reader and a bit more than one to an English one; a lot sold at a thousand times its size
is worse than a row sent back. So it is refused, unless the caller says which mark is the decimal one. "1,234" is
read as Dutch under a Dutch header and refused under an English one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Mark(StrEnum):
    """Which mark separates the decimals, when somebody says so."""

    COMMA = "comma"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Decimals:
    """What is known of the way numbers are written: the mark (None: not said), and whether the header is Dutch."""

    mark: Mark | None = None
    dutch: bool = True


DEFAULT = Decimals()

_THOUSANDS_BLANK = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")
_MONEY = re.compile(r"^(?:€|EUR|euro)\s*|\s*(?:€|EUR|euro)$", re.IGNORECASE)
_WHOLE_EUROS = re.compile(r",(?:-{1,2}|=)$")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_SIGNED = r"[+-]?"

# Forms that can be read in one way, with the mark of the thousands in them and the mark of the decimals.
_FORMS = tuple(
    (re.compile(_SIGNED + form), thousands, decimals)
    for form, thousands, decimals in (
        (r"\d+", "", ""),
        (r"\d{1,3}(\.\d{3})+,\d+", ".", ","),
        (r"\d{1,3}(,\d{3})+\.\d+", ",", "."),
        (r"\d{1,3}(\.\d{3}){2,}", ".", ""),
        (r"\d{1,3}(,\d{3}){2,}", ",", ""),
        (r"\d*,\d+", "", ","),
        (r"\d*\.\d+", "", "."),
    )
)
_MARKS = {Mark.COMMA: ",", Mark.POINT: "."}


def decimal_of(text: str, decimals: Decimals, wrong: type[ValueError]) -> Decimal:
    """The number in a text such as "1.234,5", "€ -15,00", "25,-" or "1 234"; raises `wrong` with what is expected."""
    bare = _bare(text)
    ambiguous = _AMBIGUOUS.fullmatch(bare)
    if ambiguous is not None:
        return _decided(bare, ambiguous[1], decimals, wrong)
    for form, thousands, mark in _FORMS:
        if form.fullmatch(bare):
            _check(thousands, mark, decimals, wrong)
            return _plain(bare, thousands, mark)
    raise wrong("expected a number such as 1234,5")


def _bare(text: str) -> str:
    plain = text.strip().replace("\u2212", "-").replace("\u2013", "-")
    sign = "-" if plain.startswith("-") else ""
    plain = _MONEY.sub("", plain.removeprefix("-").strip()).strip()
    return sign + re.sub(r"^([+-])\s+", r"\1", _THOUSANDS_BLANK.sub("", _WHOLE_EUROS.sub("", plain)))


def _decided(bare: str, mark: str, decimals: Decimals, wrong: type[ValueError]) -> Decimal:
    """A number with one mark and three digits after it."""
    if decimals.mark is not None:
        is_decimal = _MARKS[decimals.mark] == mark
        return _plain(bare, "" if is_decimal else mark, mark if is_decimal else "")
    if mark == "," and decimals.dutch:
        return _plain(bare, "", ",")
    whole = bare.replace(mark, "")
    part = bare.replace(".", ",") if decimals.dutch else f"{bare.replace(',', '.')}0"
    raise wrong(
        f"expected a number that can be read one way only; write {whole} or {part}, or say with --decimal comma or "
        "--decimal point which mark this file uses"
    )


def _check(thousands: str, mark: str, decimals: Decimals, wrong: type[ValueError]) -> None:
    said = decimals.mark and _MARKS[decimals.mark]
    if said and (said == thousands or (mark and mark != said)):
        raise wrong(f"expected '{said}' before the decimals, as --decimal {decimals.mark} says")


def _plain(bare: str, thousands: str, mark: str) -> Decimal:
    whole = bare.replace(thousands, "") if thousands else bare
    return Decimal(whole.replace(mark, ".") if mark else whole)
