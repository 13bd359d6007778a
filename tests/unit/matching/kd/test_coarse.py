"""Sixteen-bit columns are rounded outward."""

from math import inf, nan

import numpy as np
import pytest

from matching.kd.coarse import (
    AMOUNT,
    ASKED,
    BORDER,
    COLUMNS,
    ENDS,
    LEAST,
    MARGIN,
    MONEY,
    MOST,
    OPENS,
    REACH,
    X,
    Y,
    day,
    doubling,
    offer_row,
    want_row,
)  # fmt: skip
from matching.kd.lots import EVER, NEVER
from tests.unit.matching.kd.lots import lot


def row_of(write: object, one: np.void) -> np.ndarray:
    """The columns that `write` gives."""
    row = np.zeros(COLUMNS, np.int16)
    write(one, row)  # type: ignore[operator]
    return row


def test_what_is_unknown_passes_every_comparison() -> None:
    offered, wanted = row_of(offer_row, lot(0, kg=nan)), row_of(want_row, lot(1, kg=nan, minimum=5.0))
    assert (offered[MONEY], offered[AMOUNT]) == (LEAST, MOST)
    assert (wanted[MONEY], wanted[MARGIN], wanted[AMOUNT], wanted[ASKED]) == (MOST, 0, LEAST, LEAST)


def test_a_price_is_rounded_down_and_a_limit_up() -> None:
    assert row_of(offer_row, lot(0, money=1234.0))[MONEY] == 123
    assert row_of(want_row, lot(0, money=1234.0))[MONEY] == 124


def test_a_reach_is_rounded_up_and_one_beyond_the_scale_has_no_end() -> None:
    assert row_of(want_row, lot(0, reach=10.0))[REACH] == 402
    assert row_of(want_row, lot(0, reach=inf))[REACH] == MOST
    assert row_of(want_row, lot(0, reach=5000.0))[REACH] == MOST


@pytest.mark.parametrize(("lat", "lon"), [(-33.0, 151.0), (40.0, -74.0), (0.0, 5.3)])
def test_a_place_far_away_lies_on_the_border(lat: float, lon: float) -> None:
    row = row_of(offer_row, lot(0, lat, lon))
    assert BORDER in (abs(row[X]), abs(row[Y]))


def test_days_keep_their_order_to_the_ends_of_time() -> None:
    assert [day(NEVER), day(1), day(737_425), day(EVER)] == [LEAST, LEAST, 0, MOST]
    row = row_of(offer_row, lot(0, opens=740_000, ends=740_010))
    assert row[ENDS] - row[OPENS] == 10


def test_a_weight_is_rounded_away_from_the_middle() -> None:
    assert doubling(1024.0, 1) > 10 * 512 > doubling(1024.0, -1)
    assert doubling(0.0, -1) == LEAST + 2
