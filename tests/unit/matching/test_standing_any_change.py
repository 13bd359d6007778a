"""The best k of every listing, kept through any change, against all pairs scored, sorted and cut off."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.index import ListingIndex
from matching.legal import undetermined_check
from matching.model import OfferEntry, WantEntry, entry_of_listing
from matching.ranking import Ranking
from matching.standing import Pair, Standing
from tests.unit.matching.brief import Drawn
from tests.unit.matching.makers import TODAY, TREE, offer, uid, want
from tests.unit.matching.oracle import Lot, standing_pairs
from tests.unit.matching.strategies import offers, wants

NAMES = [f"{kind}-{number}" for kind in ("offer", "want") for number in range(5)]
MAKERS: dict[str, Any] = {"offer": offers, "want": wants}
changes = st.lists(
    st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), st.none() | MAKERS[name[:-2]](name))),
    max_size=25,
).map(Drawn)


class World:
    """An index of wood, and plain lists of what should be in it."""

    def __init__(self, best_k: int) -> None:
        self.index = ListingIndex()
        self.best_k = best_k
        self.lots: dict[str, Lot] = {}

    @property
    def standing(self) -> Standing:
        return self.index.standing(Ranking(undetermined_check, TODAY, self.best_k))

    def entries(self) -> list[OfferEntry | WantEntry]:
        return [record for record in self.index if isinstance(record, OfferEntry | WantEntry)]

    def apply(self, name: str, state: Any) -> None:
        """A new state of a listing, or None for a removal; only what lives in the family of wood is kept."""
        self.lots.pop(name, None)
        if state is None or "wood" not in state.families:
            self.index.remove(uid(name))
        else:
            self.index.put(entry_of_listing(state, TREE))
            self.lots[name] = Lot(state, state.quantity)

    def found(self) -> set[Pair]:
        return {pair for entry in self.entries() for pair in self.standing.around(entry)}

    def expected(self) -> set[Pair]:
        offered = [lot for name, lot in self.lots.items() if name.startswith("offer")]
        wanted = [lot for name, lot in self.lots.items() if name.startswith("want")]
        return standing_pairs(offered, wanted, self.best_k)


@settings(max_examples=120, deadline=None)
@given(changes, st.sampled_from((1, 2, 20)))
def test_what_stands_is_what_a_full_sort_says_after_any_changes(steps: Any, best_k: int) -> None:
    world = World(best_k)
    for name, state in steps:
        world.apply(name, state)
        world.found()
    assert world.found() == world.expected()


@settings(max_examples=60, deadline=None)
@given(changes, st.sampled_from((1, 2)))
def test_what_a_listing_keeps_out_stands_as_soon_as_it_is_gone(steps: Any, best_k: int) -> None:
    world = World(best_k)
    for name, state in steps:
        world.apply(name, state)
    before = world.found()
    for entry in world.entries():
        own, kept_out = world.standing.around(entry), world.standing.kept_out(entry)
        assert not own.keys() & kept_out.keys()
        world.index.remove(entry.key)
        assert world.found() == (before - own.keys()) | kept_out.keys()
        world.index.put(entry)


@settings(max_examples=60, deadline=None)
@given(changes, changes, st.sampled_from((1, 2)))
def test_a_rollback_brings_back_what_stood(first: Any, then: Any, best_k: int) -> None:
    world = World(best_k)
    for name, state in first:
        world.apply(name, state)
    before = world.found()
    world.index.journal.checkpoint()
    for name, state in then:
        world.apply(name, state)
        world.found()
    world.index.journal.rollback()
    assert world.found() == before


def test_the_lists_of_another_ranking_are_dropped() -> None:
    world = World(1)
    assert world.standing is world.standing
    former = world.standing
    world.best_k = 2
    assert world.standing is not former


def test_the_best_come_best_first_and_no_more_than_k() -> None:
    world = World(2)
    for number in range(4):
        world.index.put(want(f"want-{number}", quantity=Decimal(100 * (number + 1))))
    offered = offer()
    world.index.put(offered)
    assert [fit.want.key for fit in world.standing.best(offered)] == [uid("want-0"), uid("want-1")]


def test_around_nothing_nothing_stands() -> None:
    assert World(1).standing.around(None) == World(1).standing.kept_out(None) == {}
