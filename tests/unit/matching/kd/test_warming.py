"""After warming, nothing is left to compile."""

from matching.kd.searching import best
from matching.kd.warming import OFFERS, WANTS, warm


def test_warming_finds_pairs_and_finds_the_kernels_compiled_the_second_time() -> None:
    first = warm()
    compiled = len(best.signatures)  # type: ignore[attr-defined]
    assert warm() == first
    assert first > WANTS + OFFERS
    assert len(best.signatures) == compiled  # type: ignore[attr-defined]
