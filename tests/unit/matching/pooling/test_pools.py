"""The pool of a want: when there is one, what it costs, and what each lot gives."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from matching.model import WantEntry
from matching.pooling.lots import Lot, least_of, lot_between
from matching.pooling.pools import CHEAPEST, LARGEST, Pool, considered, pool_of, pool_reaching, pool_with
from tests.unit.matching.makers import offer, uid, want
from tests.unit.matching.pooling.scenes import buyer, lot, scattered


def pool_among(asked: WantEntry, lots: Iterable[Lot]) -> Pool | None:
    return pool_of(asked, {one.key: one for one in lots})


def test_there_is_no_pool_when_a_pair_serves_the_want() -> None:
    asked = buyer()
    small = [lot("a", 30), lot("b", 30)]

    assert pool_among(asked, small) is not None
    assert pool_among(asked, [*small, lot("large", 50)]) is None
    assert pool_among(asked, small[:1]) is None


def test_a_large_lot_that_is_too_dear_alone_does_not_stand_in_the_way() -> None:
    asked = buyer(max_landed_eur_per_tonne=Decimal(20))
    dear = lot("dear", 55, 40, asked)

    assert not dear.alone
    pool = pool_among(asked, [lot("a", 30, 5, asked), lot("b", 30, 5, asked), dear])
    assert pool is not None
    assert pool.members == {uid("a"), uid("b")}


def test_the_pool_as_a_whole_keeps_the_price_of_the_seeker() -> None:
    asked = buyer(max_landed_eur_per_tonne=Decimal(20))
    mixed = [lot("cheap", 40, 5, asked), lot("dear", 20, 30, asked)]
    pool = pool_among(asked, mixed)

    assert pool is not None
    assert pool.landed.price_eur_per_tonne == Decimal("13.33")
    assert pool.landed.landed_eur_per_tonne is not None
    assert pool.landed.landed_eur_per_tonne <= 20
    assert pool_among(asked, [lot("dear 1", 30, 30, asked), lot("dear 2", 30, 30, asked)]) is None


def test_an_open_price_leaves_the_price_of_the_pool_open() -> None:
    asked = buyer()
    known = lot("known", 30)
    open_lot = lot_between(
        offer("open", quantity=Decimal(30), price_eur_per_tonne=None, organisation_id=uid("other")), asked
    )
    assert open_lot is not None
    pool = pool_among(asked, [known, open_lot])

    assert pool is not None
    assert pool.landed.landed_eur_per_tonne is None


def test_all_lots_are_there_on_one_day() -> None:
    asked = buyer(available_until=date(2027, 6, 1))
    spring: dict[str, Any] = {"available_from": date(2027, 3, 1)}
    winter: dict[str, Any] = {"available_until": date(2027, 2, 1)}

    assert pool_among(asked, [lot("a", 30, **winter), lot("b", 30, **spring)]) is None
    pool = pool_among(asked, [lot("a", 30, **winter), lot("b", 30, **spring), lot("c", 29)])
    assert pool is not None
    assert uid("c") in pool.members


def test_the_dearest_lot_gives_only_what_is_still_wanted() -> None:
    asked = buyer(quantity=55)
    pool = pool_with(asked, [lot("dear", 30, 20, asked), lot("cheap", 30, 5, asked)])

    assert {share.lot.key: share.amount for share in pool.shares} == {uid("cheap"): 30, uid("dear"): 25}
    assert {share.lot.key: share.offered for share in pool.shares} == {uid("cheap"): 30, uid("dear"): 25}
    assert [pool.amount, pool.load_kg] == [55, 55_000]


def test_the_id_is_the_same_for_the_same_revisions_and_amounts() -> None:
    asked = buyer()
    one, two = lot("a", 30), lot("b", 30)

    assert pool_with(asked, [one, two]).joint_id == pool_with(asked, [two, one]).joint_id
    assert pool_with(asked, [one, lot("b", 29)]).joint_id != pool_with(asked, [one, two]).joint_id


def test_only_the_cheapest_and_the_largest_lots_are_looked_at() -> None:
    asked = buyer()
    many = scattered(90, 3, asked)
    found = considered(many)

    assert len(found) <= CHEAPEST + LARGEST
    assert min(many, key=lambda one: one.cost) in found
    assert max(many, key=lambda one: one.amount) in found


def cost_at_the_door(pool: Pool) -> float:
    assert pool.landed.landed_eur_per_tonne is not None
    return float(pool.landed.landed_eur_per_tonne * pool.amount)


@pytest.mark.parametrize("seed", range(12))
def test_with_the_milk_run_counted_the_gap_to_the_best_of_all_sets_is_small(seed: int) -> None:
    """The search counts straight roads; here every set of the same size is priced with its real tour.

    Measured over forty such markets, where prices lie up to EUR 80 a tonne apart: nothing in 34, EUR 4.29 at worst.
    """
    asked = buyer(minimum=40, quantity=60)
    lots = [one for one in scattered(9, 500 + seed, asked) if not one.alone]
    pool = pool_reaching(asked, lots, least_of(asked))
    assert pool is not None
    size = len(pool.shares)
    sets = [one for one in combinations(lots, size) if sum(lot.amount for lot in one) >= 40]
    best = min(cost_at_the_door(pool_with(asked, one)) for one in sets)

    assert not [one for one in combinations(lots, size - 1) if sum(lot.amount for lot in one) >= 40]
    assert cost_at_the_door(pool) - best <= 5 * float(pool.amount)


def test_a_want_without_lots_has_no_pool() -> None:
    assert pool_of(want("w", minimum=Decimal(5)), {}) is None
