"""The layout of a lot."""

from matching.kd.lots import LOT


def test_a_lot_takes_two_cache_lines() -> None:
    assert LOT.itemsize == 128
