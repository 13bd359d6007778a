"""What numbers say of one pair: it is refused, it fits, or the listings must be compared."""

from math import nan
from typing import Any

import numpy as np
import pytest

from matching.kd.lots import DOUBTFUL, PARTNERS
from matching.kd.pairs import (
    ABOVE,
    AT_LEAST,
    AT_MOST,
    BELOW,
    EQUAL,
    OPERATOR_BITS,
    REFUSED,
    SURE,
    UNSURE,
    enough,
    judged,
    keeps,
    may_trade,
)  # fmt: skip
from tests.unit.matching.kd.lots import lot

NOTHING = (np.zeros(0, np.int32), np.zeros(0))


def offered(**given: Any) -> np.void:
    """An offer of another organisation than wants have."""
    return lot(0, **({"organisation": 2} | given))


@pytest.mark.parametrize(
    ("offer", "want", "answer"),
    [
        ({"amount": 10.0}, {"minimum": 10.0}, SURE),
        ({"amount": 9.99}, {"minimum": 10.0}, REFUSED),
        ({"amount": 9.99, "kg": nan}, {"minimum": 10.0, "unit": 3}, SURE),
        ({"amount": 10_000.0, "unit": 0, "kg": 1.0}, {"minimum": 10.0}, UNSURE),
        ({"amount": 9_999.0, "unit": 0, "kg": 1.0}, {"minimum": 10.0}, REFUSED),
        ({"amount": 1.0, "times": 52}, {"minimum": 10.0, "times": 1}, SURE),
        ({"amount": 1.0, "times": 0}, {"minimum": 10.0, "times": 1}, REFUSED),
    ],
)
def test_an_amount_is_compared_where_it_can_be(offer: dict[str, Any], want: dict[str, Any], answer: int) -> None:
    assert enough(offered(**offer), lot(1, **want)) == answer


@pytest.mark.parametrize(
    ("offer", "want"),
    [
        ({"organisation": 1}, {}),
        ({"statuses": 1}, {"statuses": 6}),
        ({"opens": 740_010}, {"ends": 740_009}),
        ({"opens": 740_010, "ends": 740_005}, {}),
    ],
)
def test_a_pair_that_breaks_a_plain_constraint_may_not_trade(offer: dict[str, Any], want: dict[str, Any]) -> None:
    assert not may_trade(offered(**offer), lot(1, **want), 5.0, nan)


def test_distance_and_landed_price_are_limits_that_may_be_met() -> None:
    assert may_trade(offered(), lot(1, reach=5.0, money=300.0), 5.0, 300.0)
    assert not may_trade(offered(), lot(1, reach=5.0), 5.01, nan)
    assert not may_trade(offered(), lot(1, money=300.0), 5.0, 301.0)
    assert may_trade(offered(), lot(1, money=300.0), 5.0, nan)


def test_operators() -> None:
    kept = {operator: [keeps(operator, have, 2.0) for have in (1.0, 2.0, 3.0)] for operator in range(5)}
    assert kept == {
        AT_MOST: [True, True, False],
        BELOW: [True, False, False],
        AT_LEAST: [False, True, True],
        ABOVE: [False, False, True],
        EQUAL: [False, True, False],
    }


@pytest.mark.parametrize(("have", "answer"), [(2.0, SURE), (3.0, REFUSED), (nan, UNSURE)])
def test_a_limit_refuses_only_what_is_known_to_break_it(have: float, answer: int) -> None:
    code = np.array([4 << OPERATOR_BITS], np.int32)
    offer, want = offered(extras=1), lot(1, extras=1)
    assert judged(offer, want, code, np.array([have]), code + AT_MOST, np.array([2.0])) == answer
    other = np.array([5 << OPERATOR_BITS], np.int32)
    assert judged(offer, want, other, np.array([have]), code, np.array([2.0])) == SURE


def test_partners_only_is_for_partners_only() -> None:
    codes, values = np.array([-1 - 1], np.int32), np.zeros(1)
    assert judged(offered(flags=PARTNERS, extras=1), lot(1), codes, values, *NOTHING) == SURE
    assert judged(offered(flags=PARTNERS, extras=1), lot(1, organisation=3), codes, values, *NOTHING) == REFUSED


def test_a_doubtful_listing_is_always_asked_again() -> None:
    assert judged(offered(flags=DOUBTFUL), lot(1), *NOTHING, *NOTHING) == UNSURE
