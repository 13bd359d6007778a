"""Fewest lots, then least expense: against an exact solver on small instances, and bounded on large ones."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.pooling.cover import MOST_PARTIES, Search, cover
from matching.pooling.lots import Lot
from tests.unit.matching.pooling.scenes import buyer, lot, scattered


def exact(lots: list[Lot], least: float) -> tuple[int, float] | None:
    """How many lots an exact solver takes and what they cost; None when nothing reaches the minimum.

    Solved twice: for the fewest lots, then for the least expense with exactly so many.
    """
    amounts = np.array([[float(one.amount) for one in lots]])
    count = np.ones((1, len(lots)))
    reach = LinearConstraint(amounts, least, np.inf)
    fewest = solved(count[0], [reach, LinearConstraint(count, 0, MOST_PARTIES)])
    if fewest is None:
        return None
    size = int(fewest.sum())
    expense = np.array([one.expense for one in lots])
    chosen = solved(expense, [reach, LinearConstraint(count, size, size)])
    assert chosen is not None
    return size, float(expense[chosen].sum())


def solved(cost: Any, constraints: list[LinearConstraint]) -> Any:
    """Which lots are taken at the least cost, without any gap; None when it cannot be done."""
    whole = np.ones(len(cost))
    answer = milp(cost, integrality=whole, bounds=Bounds(0, 1), constraints=constraints, options={"mip_rel_gap": 0})
    return None if answer.x is None else np.round(answer.x) == 1


@pytest.mark.parametrize("seed", range(40))
def test_on_small_instances_the_answer_is_that_of_an_exact_solver(seed: int) -> None:
    asked = buyer(minimum=60, quantity=80)
    lots = scattered(4 + seed % 9, seed, asked)
    found = cover(lots, Decimal(60))
    expected = exact(lots, 60)

    if expected is None:
        assert found == ()
    else:
        assert [len(found), sum(one.expense for one in found)] == [expected[0], pytest.approx(expected[1], abs=0.01)]
        assert sum(one.amount for one in found) >= 60


@pytest.mark.parametrize("seed", range(10))
def test_on_large_instances_the_bounded_search_still_finds_the_best(seed: int) -> None:
    asked = buyer(minimum=100, quantity=140)
    lots = scattered(32, 1000 + seed, asked)
    found = cover(lots, Decimal(100))
    best = exact(lots, 100)
    assert best is not None

    assert len(found) == best[0]
    assert sum(one.expense for one in found) == pytest.approx(best[1], abs=0.01)


def test_nothing_reaches_a_minimum_that_is_too_large() -> None:
    assert cover([lot("a", 20), lot("b", 20)], Decimal(50)) == ()
    assert cover([], Decimal(1)) == ()


def test_no_more_parties_are_brought_together_than_people_can_arrange() -> None:
    tiny = [lot(f"tiny {number}", 5) for number in range(MOST_PARTIES + 2)]

    assert cover(tiny, Decimal(5 * MOST_PARTIES + 1)) == ()
    assert len(cover(tiny, Decimal(5 * MOST_PARTIES))) == MOST_PARTIES


def test_the_order_of_the_lots_makes_no_difference() -> None:
    lots = scattered(20, 7, buyer(minimum=60, quantity=80))

    assert cover(lots, Decimal(60)) == cover(lots[::-1], Decimal(60))


def test_a_search_starts_without_an_answer() -> None:
    assert Search([], Decimal(1), 1).best == ()
