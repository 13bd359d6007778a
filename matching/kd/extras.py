"""Properties, limits, partners and further concepts as numbers beside a lot.

A property and a limit can be compared when they have one name and one dimension; both stand in the base unit of it. A
number of more than fifteen digits does not survive as a float, so it is marked NaN: ask the listings themselves.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import nan
from typing import Any
from uuid import UUID

from contracts.events.listings import LimitState, PropertyState
from contracts.vocabulary.measures import MEASURE_UNITS, Dimension, MeasureUnit
from contracts.vocabulary.terms import Operator
from matching.kd.numbering import Numbering
from matching.kd.pairs import OPERATOR_BITS
from matching.kd.stock import CONCEPT

DIMENSIONS = {dimension: number for number, dimension in enumerate(Dimension)}
OPERATORS = {
    Operator.AT_MOST: 0,
    Operator.BELOW: 1,
    Operator.AT_LEAST: 2,
    Operator.ABOVE: 3,
    Operator.EQUAL: 4,
}
UNORDERED = frozenset({Dimension.TRUTH, Dimension.TEXT})
EXACT_DIGITS = 15
LARGEST_EXPONENT = 100
KEPT_VALUES = 50_000

Extra = tuple[int, float]


class Incomparable(ValueError):
    """The value is none of its dimension: no limit can be kept or broken by it."""


class Extras:
    """Names and texts have numbers, the same for offers and wants of one index."""

    def __init__(self) -> None:
        self._names = Numbering()
        self._texts = Numbering()
        self.organisations = Numbering()
        self._code = lru_cache(maxsize=KEPT_VALUES)(self._code_of)
        self._value = lru_cache(maxsize=KEPT_VALUES)(self._value_of)

    def properties(self, stated: Iterable[PropertyState]) -> Iterator[Extra]:
        """What an offer states, without what can never be compared."""
        for item in stated:
            unit = MEASURE_UNITS.get(item.unit)
            if unit is not None:
                try:
                    yield (
                        self._code(item.name, unit.dimension, None),
                        self._value(item.value, type(item.value).__name__, unit),
                    )
                except Incomparable:
                    continue

    def limits(self, limits: Iterable[LimitState]) -> Iterator[Extra]:
        """What a want asks, without limits that no value can break."""
        for limit in limits:
            unit = MEASURE_UNITS.get(limit.unit)
            if unit is None or (unit.dimension in UNORDERED and limit.operator is not Operator.EQUAL):
                continue
            try:
                value = self._value(limit.value, type(limit.value).__name__, unit)
                yield self._code(limit.property, unit.dimension, limit.operator), value
            except Incomparable:
                continue

    def partners(self, partners: Iterable[UUID]) -> Iterator[Extra]:
        """Who may be told of it."""
        for partner in partners:
            yield -1 - self.organisations.of(partner), 0.0

    def _code_of(self, name: str, dimension: Dimension, operator: Operator | None) -> int:
        about = self._names.of(name) * len(DIMENSIONS) + DIMENSIONS[dimension]
        return (about << OPERATOR_BITS) + (OPERATORS[operator] if operator else 0)

    def _value_of(self, value: Any, _type: str, unit: MeasureUnit) -> float:
        """The type is part of what is remembered: for Python the number 1 equals True."""
        if unit.dimension is Dimension.TEXT:
            return float(self._texts.of(str(value).strip().casefold()))
        return READ.get(unit.dimension, _in_base_unit)(value, unit)


def further_concepts(firsts: Iterable[int]) -> Iterator[Extra]:
    """More concepts of one want, by their preorder numbers."""
    return ((CONCEPT + first, 0.0) for first in firsts)


def _in_base_unit(value: Any, unit: MeasureUnit) -> float:
    try:
        number = Decimal("not a number" if isinstance(value, bool) else value)
    except InvalidOperation as error:
        raise Incomparable(f"got {value!r}; expected a number") from error
    based = number * unit.factor
    return float(based) if _is_exact(number) and _is_exact(based) else nan


def _is_exact(number: Decimal) -> bool:
    _sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return False
    return len(digits) <= EXACT_DIGITS and -LARGEST_EXPONENT < exponent < LARGEST_EXPONENT


def _truth(value: Any, _unit: MeasureUnit) -> float:
    if not isinstance(value, bool):
        raise Incomparable(f"got {value!r}; expected yes or no")
    return float(value)


def _day(value: Any, _unit: MeasureUnit) -> float:
    try:
        return float(date.fromisoformat(str(value).strip()).toordinal())
    except ValueError as error:
        raise Incomparable(f"got {value!r}; expected a date such as 2026-11-21") from error


READ: dict[Dimension, Callable[[Any, MeasureUnit], float]] = {Dimension.TRUTH: _truth, Dimension.DATE: _day}
