"""A bound is never below the score of a pair that fits, and refuses no pair that fits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import numeric
from matching.kd.bounds import REFUSED, most_marks, most_share, upper
from matching.kd.coarse import COLUMNS, MOST, WEIGHING, offer_row, want_row
from matching.kd.floors import floors_of
from matching.kd.pairs import REFUSED as NEVER
from matching.kd.pairs import distance_km, judged, landed_cents, may_trade, scored
from matching.kd.scanning import pass_offers, pass_wants
from matching.kd.trees import BLOCK
from tests.bench.matching.market import offers, wants, world

WORLD = world(3)
OFFERS, WANTS = offers(WORLD, 200, 1), wants(WORLD, 200, 1)
pairs = st.tuples(st.integers(0, 199), st.integers(0, 199), st.floats(0, 1), st.sampled_from((np.nan, 8.0, 10.0)))


@settings(max_examples=600, deadline=None)
@given(pairs)
def test_a_bound_holds_for_every_pair_and_so_do_the_loops_that_read_blocks(one: tuple[int, int, float, float]) -> None:
    offered, wanted, legal, usual = one
    offer, want = OFFERS.lots[offered], WANTS.lots[wanted]
    km = distance_km(offer["x"], offer["y"], offer["z"], want["x"], want["y"], want["z"])
    landed = landed_cents(offer, want, km)
    rows = np.zeros((2, 1, COLUMNS), np.int16)
    offer_row(offer, rows[0, 0])
    want_row(want, rows[1, 0])
    marks = most_marks(rows[0], rows[0], 0, rows[1], rows[1], 0, 1.0, usual, legal)
    chain = bool(rows[1, 0, WEIGHING])
    bound = upper(marks, not chain, chain)
    fits = may_trade(offer, want, km, landed) and (
        judged(offer, want, OFFERS.codes, OFFERS.values, WANTS.codes, WANTS.values) != NEVER
    )
    if fits:
        score = scored(offer, want, 0.0, km, landed, usual, legal)
        assert bound >= score
        floors = floors_of(marks, not chain, chain, score)
        passing, cells = np.zeros(BLOCK, np.uint8), np.zeros((1, COLUMNS, BLOCK), np.int16)
        near = numeric.HALF_DISTANCE_KM / marks[2] - numeric.HALF_DISTANCE_KM
        cells[0, :, 0] = rows[1, 0]
        pass_wants(cells, 0, 1, rows[0], floors, near, passing)
        assert passing[0]
        cells[0, :, 0] = rows[0, 0]
        pass_offers(cells, 0, 1, rows[1], floors, near, passing)
        assert passing[0]
    assert bound >= 0.0 or bound == REFUSED


@settings(deadline=None)
@given(st.integers(-3000, 3000), st.integers(-3000, 3000))
def test_the_share_is_never_below_the_true_one(have: int, asked: int) -> None:
    assert most_share(have, asked) >= min(1.0, 2.0 ** ((have - asked) / 512)) - 1e-12
    assert most_share(MOST, asked) == 1.0
