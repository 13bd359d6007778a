"""Limits on properties: kept, broken, or a question."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.terms import Operator
from matching.limits import broken_or_doubtful
from matching.questions import DoubtKind
from tests.unit.matching.makers import limit, stated

AT_MOST_50 = limit("lead", Operator.AT_MOST, Decimal(50), "mg/kg")


@pytest.mark.parametrize(
    ("operator", "below", "same", "above"),
    [
        (Operator.AT_MOST, True, True, False),
        (Operator.BELOW, True, False, False),
        (Operator.AT_LEAST, False, True, True),
        (Operator.ABOVE, False, False, True),
        (Operator.EQUAL, False, True, False),
    ],
)
def test_each_operator_compares_as_it_reads(operator: Operator, below: bool, same: bool, above: bool) -> None:
    asked = [limit("lead", operator, Decimal(50), "mg/kg")]
    for value, kept in ((49, below), (50, same), (51, above)):
        answer = broken_or_doubtful(asked, (stated("lead", Decimal(value), "mg/kg"),))
        assert (answer == ()) is kept
        assert (answer is None) is not kept


def test_units_of_one_dimension_are_converted() -> None:
    assert broken_or_doubtful([AT_MOST_50], (stated("lead", Decimal("0.005"), "% w/w"),)) == ()
    assert broken_or_doubtful([AT_MOST_50], (stated("lead", Decimal("0.0051"), "% w/w"),)) is None


def test_an_unknown_property_is_a_question_that_names_the_limit() -> None:
    doubts = broken_or_doubtful([AT_MOST_50], (stated("ash", Decimal(1), "%"),))
    assert doubts is not None
    assert [(doubt.kind, doubt.about) for doubt in doubts] == [(DoubtKind.PROPERTY, "property:lead")]


def test_a_value_in_another_dimension_is_a_question_of_its_own() -> None:
    doubts = broken_or_doubtful([AT_MOST_50], (stated("lead", Decimal(900), "mg/kg ds"),))
    assert doubts is not None
    assert [(doubt.kind, doubt.words["given"]) for doubt in doubts] == [(DoubtKind.PROPERTY_UNIT, "mg/kg ds")]


def test_of_two_measurements_the_one_that_breaks_the_limit_decides() -> None:
    both = (stated("lead", Decimal(1), "mg/kg"), stated("lead", Decimal(90), "mg/kg"))
    assert broken_or_doubtful([AT_MOST_50], both) is None


def test_a_comparable_value_settles_what_another_leaves_open() -> None:
    both = (stated("lead", Decimal(90), "mg/kg ds"), stated("lead", Decimal(1), "mg/kg"))
    assert broken_or_doubtful([AT_MOST_50], both) == ()


@pytest.mark.parametrize(
    ("unit", "wanted", "operator", "kept", "broken"),
    [
        ("bool", False, Operator.EQUAL, False, True),
        ("class", "A", Operator.EQUAL, " a", "B"),
        ("class", "1", Operator.EQUAL, Decimal(1), "2"),
        ("date", "2026-01-01", Operator.AT_LEAST, "2026-03-01", "2025-12-31"),
    ],
)
def test_yes_or_no_texts_and_dates_compare_as_such(
    unit: str, wanted: Any, operator: Operator, kept: Any, broken: Any
) -> None:
    asked = [limit("grade", operator, wanted, unit)]
    assert broken_or_doubtful(asked, (stated("grade", kept, unit),)) == ()
    assert broken_or_doubtful(asked, (stated("grade", broken, unit),)) is None


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "operator"),
    [
        ("B", "class", "A", Operator.AT_MOST),
        ("a little", "mg/kg", Decimal(5), Operator.AT_MOST),
        (True, "mg/kg", Decimal(5), Operator.AT_MOST),
        ("yes", "bool", True, Operator.EQUAL),
        ("last year", "date", "2026-01-01", Operator.AT_LEAST),
        (Decimal(5), "furlong", Decimal(5), Operator.AT_MOST),
    ],
)
def test_what_cannot_be_compared_is_asked_and_never_guessed(
    value: Any, unit: str, wanted: Any, operator: Operator
) -> None:
    doubts = broken_or_doubtful([limit("x", operator, wanted, unit)], (stated("x", value, unit),))
    assert doubts is not None
    assert len(doubts) == 1
