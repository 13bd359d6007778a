"""Where numbers cannot tell, the listings are compared; lists are kept and corrected. See also what stands."""

from typing import Any
from uuid import UUID

import pytest

import matching.kd.engine
from matching.kd.describing import Described
from matching.kd.lots import DOUBTFUL
from tests.unit.matching.kd.lots import Sure, engine_of, lot


class Refusing(Sure):
    """Refuses whatever is asked about."""

    def fits(self, offer: UUID, want: UUID) -> bool:
        """Never."""
        return super().fits(offer, want) and False


def test_doubtful_pairs_that_do_not_fit_make_room_for_the_next() -> None:
    engine = engine_of([lot(0)], [lot(10 + number, flags=DOUBTFUL) for number in range(30)] + [lot(100)])
    oracle = Refusing()
    assert [pair.number for pair in engine.best(engine.offers, 0, 2, oracle)] == [30]
    assert len(set(oracle.asked)) == 30


def test_a_newcomer_takes_its_place_in_a_list_that_is_kept() -> None:
    engine, oracle = engine_of([lot(0)], [lot(10, lat=52.5), lot(11, lat=52.9)]), Sure()
    assert [pair.number for pair in engine.listed(engine.offers, 0, 1, oracle)] == [0, 1]
    near = lot(12, lat=52.2)
    newcomer = engine.put(engine.wants, Described(tuple(near.tolist()), ()))
    assert [pair.number for pair in engine.listed(engine.offers, 0, 1, oracle)] == [newcomer, 0]
    assert engine.remove(engine.wants, UUID(int=13))
    assert not engine.remove(engine.wants, UUID(int=13))
    assert [pair.number for pair in engine.listed(engine.offers, 0, 1, oracle)] == [0, 1]
    assert [pair.number for pair in engine.entered(engine.wants, 0, 1, oracle)] == [0]
    assert engine.entered(engine.wants, 1, 1, oracle) == []


def test_lists_are_dropped_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching.kd.engine, "MOST_LISTS", 2)
    engine, oracle = engine_of([lot(0), lot(1), lot(2)], [lot(10)]), Sure()
    lists: list[Any] = [engine.listed(engine.offers, number, 1, oracle) for number in (0, 1, 2, 0)]
    assert [len(one) for one in lists] == [1, 1, 1, 1]
    assert len(engine._lists) <= 2


def test_all_that_may_fit_and_the_bytes_it_takes() -> None:
    engine = engine_of([lot(0)], [lot(10), lot(11, minimum=99.0)])
    assert engine.all_fitting(engine.offers, engine.offers.side.stock).tolist() == [0]
    assert engine.nbytes >= 3 * 128
    engine.forget()
