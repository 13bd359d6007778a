"""Limits that a wanted material must keep, against what an offer states of its properties."""

import operator
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.events.listings import LimitState, PropertyState
from contracts.vocabulary.measures import Dimension, UnknownUnit, WrongDimension, convert, measure_unit
from contracts.vocabulary.terms import Operator
from matching.questions import Doubt, DoubtKind

COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.AT_MOST: operator.le,
    Operator.BELOW: operator.lt,
    Operator.AT_LEAST: operator.ge,
    Operator.ABOVE: operator.gt,
    Operator.EQUAL: operator.eq,
}

UNORDERED = (Dimension.TRUTH, Dimension.TEXT)


class NotComparable(ValueError):
    """A stated value and a limit are not of one kind."""


def broken_or_doubtful(limits: Iterable[LimitState], properties: tuple[PropertyState, ...]) -> tuple[Doubt, ...] | None:
    """None when a known value breaks a limit; otherwise a doubt for each limit of which the value is unknown."""
    doubts: list[Doubt] = []
    for limit in limits:
        kept = list(_answers(limit, properties))
        if False in kept:
            return None
        if True not in kept:
            doubts.append(_doubt(limit, properties))
    return tuple(doubts)


def _answers(limit: LimitState, properties: tuple[PropertyState, ...]) -> Iterator[bool | None]:
    """One answer per statement of the property: kept, broken, or None when it cannot be compared.

    Two laboratories may have measured the same thing; a limit is kept only when no comparable value breaks it.
    """
    for stated in properties:
        if stated.name == limit.property:
            try:
                yield _keeps(stated, limit)
            except (NotComparable, WrongDimension, UnknownUnit):
                yield None


def _keeps(stated: PropertyState, limit: LimitState) -> bool:
    """Raises NotComparable, WrongDimension or UnknownUnit when the two are not of one kind."""
    dimension = measure_unit(limit.unit).dimension
    if measure_unit(stated.unit).dimension is not dimension:
        raise WrongDimension(f"{stated.name} is stated in {stated.unit}; expected something like {limit.unit}")
    if dimension in UNORDERED and limit.operator is not Operator.EQUAL:
        raise NotComparable(f"{limit.operator} was asked of a {dimension}; expected {Operator.EQUAL}")
    read = READ.get(dimension, _number)
    have, need = read(stated.value), read(limit.value)
    if isinstance(have, Decimal):
        have = convert(have, stated.unit, limit.unit)
    return COMPARE[limit.operator](have, need)


def _number(value: Decimal | bool | str) -> Decimal:
    try:
        return Decimal("not a number" if isinstance(value, bool) else value)
    except InvalidOperation as error:
        raise NotComparable(f"got {value!r}; expected a number") from error


def _truth(value: Decimal | bool | str) -> bool:
    if not isinstance(value, bool):
        raise NotComparable(f"got {value!r}; expected yes or no")
    return value


def _text(value: Decimal | bool | str) -> str:
    return str(value).strip().casefold()


def _date(value: Decimal | bool | str) -> date:
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise NotComparable(f"got {value!r}; expected a date such as 2026-11-21") from error


READ: dict[Dimension, Callable[[Decimal | bool | str], Any]] = {
    Dimension.TRUTH: _truth,
    Dimension.TEXT: _text,
    Dimension.DATE: _date,
}


def _doubt(limit: LimitState, properties: tuple[PropertyState, ...]) -> Doubt:
    given = [stated.unit for stated in properties if stated.name == limit.property]
    words = {
        "name": limit.property.replace("_", " "),
        "operator": limit.operator.value,
        "limit": str(limit.value),
        "unit": limit.unit,
        "given": ", ".join(given),
    }
    kind = DoubtKind.PROPERTY_UNIT if given else DoubtKind.PROPERTY
    return Doubt(kind, f"property:{limit.property}", words)
