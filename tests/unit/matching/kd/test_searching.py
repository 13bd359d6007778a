"""The best k are the first k of all that fit, in both directions, after any churn."""

import numpy as np
import pytest

from matching.kd.engine import Engine
from matching.kd.gathering import gather
from matching.kd.searching import best
from tests.bench.matching.market import LEGAL_OFFERS, LEGAL_WANTS, offers, wants, world

WORLD = world(3)
K = 20


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Three thousand offers and wants, of which a third came, left, and came back."""
    made, chance = Engine(WORLD.concepts), np.random.default_rng(4)
    for holding, market in ((made.offers, offers(WORLD, 3000, 1)), (made.wants, wants(WORLD, 3000, 1))):
        holding.add_many(market.lots, market.codes, market.values)
        for number in chance.choice(3000, 1000, replace=False).tolist():
            one, stock = holding.lots[number].copy(), holding.side.stock
            extras = range(int(one["extra"]), int(one["extra"]) + int(one["extras"]))
            kept = [(int(stock.codes[place]), float(stock.values[place])) for place in extras]
            holding.remove(holding.key(number))
            holding.add(one, kept)
    for offer in range(LEGAL_OFFERS):
        for want in range(LEGAL_WANTS):
            made.marks.put(offer, want, float(WORLD.marks[offer, want]))
    return made


@pytest.mark.parametrize("is_offer", [True, False])
def test_the_best_are_the_first_of_all_that_fit(engine: Engine, is_offer: bool) -> None:
    own = engine.offers if is_offer else engine.wants
    other, legal = engine.other(own), engine.marks.table
    for number in range(400):
        numbers, scores = np.empty(K, np.int32), np.empty(K)
        count = best(other.side, own.side.stock, number, is_offer, WORLD.concepts, legal, numbers, scores)
        every, each = gather(other.side, own.side.stock, number, is_offer, WORLD.concepts, legal, False)
        ordered = sorted(
            zip((-each).tolist(), [other.key(one).int for one in every.tolist()], every.tolist(), strict=True)
        )
        assert numbers[:count].tolist() == [one for _score, _key, one in ordered[:K]]
        assert (-scores[:count]).tolist() == [score for score, _key, _one in ordered[:K]]
