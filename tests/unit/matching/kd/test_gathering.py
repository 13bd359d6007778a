"""All that fits is found, by comparing each with each; near is a circle."""

import numpy as np

from matching.kd.coarse import KM
from matching.kd.engine import Engine
from matching.kd.gathering import gather, is_above_door, longer, near
from matching.kd.marks import Marks
from matching.kd.pairs import REFUSED, distance_km, judged, landed_cents, may_trade
from matching.kd.stock import deepest
from tests.bench.matching.market import offers, wants, world
from tests.unit.matching.kd.lots import engine_of, lot

WORLD = world(3)


def test_everything_that_fits_is_gathered_and_nothing_else() -> None:
    engine = Engine(WORLD.concepts)
    for holding, market in ((engine.offers, offers(WORLD, 60, 2)), (engine.wants, wants(WORLD, 4000, 2))):
        holding.add_many(market.lots, market.codes, market.values)
    sold, sought = engine.offers.side.stock, engine.wants.side.stock
    for number in range(60):
        offer, found = sold.lots[number], []
        for other in range(4000):
            want = sought.lots[other]
            if deepest(want, sought.codes, offer["concept"], WORLD.concepts):
                km = distance_km(offer["x"], offer["y"], offer["z"], want["x"], want["y"], want["z"])
                fits = may_trade(offer, want, km, landed_cents(offer, want, km))
                if fits and judged(offer, want, sold.codes, sold.values, sought.codes, sought.values) != REFUSED:
                    found.append(other)
        numbers, _scores = gather(engine.wants.side, sold, number, True, WORLD.concepts, Marks().table, False)
        assert sorted(numbers.tolist()) == found


def test_near_is_a_circle_around_a_point_on_the_shelves_that_are_named() -> None:
    engine = engine_of([], [lot(0, 52.2, 5.3), lot(1, 52.2, 5.6), lot(2, 52.2, 5.3, concept=4)])
    point = np.array([0, 0, 10 * KM], np.int32)
    assert near(engine.wants.side, np.array([0, 1], np.int32), point, False).tolist() == [0]
    assert near(engine.wants.side, np.array([0, 4], np.int32), point, True).tolist() == [0, 1, 2]


def test_an_array_is_made_longer_when_it_is_full() -> None:
    assert len(longer(np.zeros(4), 3)) == 4
    assert len(longer(np.zeros(4), 4)) == 8
    assert is_above_door(0.5, 16_000)
    assert not is_above_door(0.49, 16_000)
