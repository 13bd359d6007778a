"""Field types that refuse hostile or broken values before they reach a listing: text, numbers and lists.

Text is brought to one form (Unicode NFC, trimmed), so that the same words compare equal whoever typed them.
Refused are NUL (PostgreSQL cannot store it), other control characters, lone surrogates (not UTF-8) and the
direction overrides with which one text can be made to look like another.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from contracts.vocabulary.measures import Dimension, measure_unit

MAX_MEASURED = Decimal("1e15")
MAX_WRITTEN = 40
MAX_MEASURED_DECIMALS = 15

_PLAIN_BLANKS = " \t\r\n\xa0"
_OVERRIDES = "\u202a-\u202e\u2066-\u2069"
_SURROGATES = "\ud800-\udfff"
_REFUSED_IN_PROSE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_SURROGATES}{_OVERRIDES}]")
_REFUSED_IN_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_SURROGATES}{_OVERRIDES}]")


def clean_line(value: object) -> object:
    """One line of text in its one form; raises ValueError for characters that have no place in it.

    Anything but text is passed on, for the field's own type to refuse; so does `clean_prose`.
    """
    return _clean(value, _REFUSED_IN_LINE) if isinstance(value, str) else value


def clean_prose(value: object) -> object:
    """Text of several lines in its one form: newline and tab may stay, other controls are refused."""
    return _clean(value.replace("\r\n", "\n"), _REFUSED_IN_PROSE) if isinstance(value, str) else value


def _clean(value: str, refused: re.Pattern[str]) -> str:
    text = value.strip(_PLAIN_BLANKS)
    found = refused.search(text)
    if found is not None:
        raise ValueError(f"got the character U+{ord(found[0]):04X}, expected readable text; remove it")
    return unicodedata.normalize("NFC", text).strip()


LINE = BeforeValidator(clean_line)
PROSE = BeforeValidator(clean_prose)

Title = Annotated[str, StringConstraints(min_length=3, max_length=120), LINE]
Description = Annotated[str, StringConstraints(max_length=5000), PROSE]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100), LINE]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=200), LINE]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500), LINE]


def plain_decimal(value: Decimal) -> Decimal:
    """The same number written without an exponent and without a negative zero, so that it stores as it reads."""
    return abs(value) if value == 0 else Decimal(format(value, "f"))


PLAIN = AfterValidator(plain_decimal)
Amount = Annotated[Decimal, Field(gt=0, le=Decimal("1e9"), max_digits=18, decimal_places=6, allow_inf_nan=False), PLAIN]
Price = Annotated[
    Decimal,
    Field(ge=Decimal(-100_000), le=Decimal(100_000), max_digits=12, decimal_places=4, allow_inf_nan=False),
    PLAIN,
]
Kilometres = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]


Item = TypeVar("Item")


def _each_once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items in the order they came, so that the same list twice compares equal."""
    return tuple(dict.fromkeys(items))


EACH_ONCE = AfterValidator(_each_once)

MeasuredValue = Decimal | bool | str


def measured_value(value: object, unit: str) -> MeasuredValue:
    """`value` as its unit asks: a number, yes/no, a text, or a date as ISO text.

    Raises ValueError (UnknownUnit for a unit that the vocabulary does not have). A number may be written as
    text, because that is how a Decimal travels in JSON.
    """
    read = _READERS.get(measure_unit(unit).dimension, _number)
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"got {str(value)[:40]!r} in unit {unit!r}: {error}") from None


def _number(value: object) -> Decimal:
    number = _as_decimal(value)
    if not number.is_finite() or abs(number) > MAX_MEASURED:
        raise ValueError(f"expected a finite number of at most {MAX_MEASURED:f}")
    if number and number.adjusted() < -MAX_MEASURED_DECIMALS:
        raise ValueError(f"expected a number with at most {MAX_MEASURED_DECIMALS} decimals")
    return plain_decimal(number)


def _as_decimal(value: object) -> Decimal:
    """Python counts True as a number; here yes/no has a unit of its own."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("expected a number such as 12.5")
    written = str(value).strip()
    if len(written) > MAX_WRITTEN:
        raise ValueError(f"expected a number of at most {MAX_WRITTEN} characters")
    try:
        return Decimal(written)
    except InvalidOperation:
        raise ValueError("expected a number such as 12.5") from None


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _words(value: object) -> str:
    text = clean_line(value)
    if not isinstance(text, str) or not 1 <= len(text) <= 200:
        raise ValueError("expected a text of 1 to 200 characters")
    return text


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return date.fromisoformat(_words(value)).isoformat()


_READERS: Mapping[Dimension, Callable[[object], MeasuredValue]] = {
    Dimension.TRUTH: _truth,
    Dimension.TEXT: _words,
    Dimension.DATE: _day,
}
