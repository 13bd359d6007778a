"""The index gives exactly what a slow re-reading of the constraints gives, whatever happened to it before."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.index import FamilyIndexes, ListingIndex
from matching.model import (
    Absent,
    EntryKind,
    OfferEntry,
    SearchEntry,
    Taken,
    WantEntry,
    entry_of_listing,
    entry_of_search,
)
from tests.unit.matching.brief import Drawn
from tests.unit.matching.makers import TREE, offer, search, uid, want
from tests.unit.matching.oracle import Lot, pair_fits, search_finds
from tests.unit.matching.strategies import offers, searches, wants

NAMES = [f"{kind}-{number}" for kind in ("offer", "want", "search") for number in range(4)]
MAKERS: dict[str, Any] = {"offer": offers, "want": wants, "search": searches}
changes = st.lists(
    st.sampled_from(NAMES).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.none() | MAKERS[name.split("-")[0]](name),
            st.sampled_from([Decimal(0), Decimal(0), Decimal("0.5"), Decimal(9)]),
        )
    ),
    max_size=25,
).map(Drawn)


@dataclass
class World:
    """An index beside plain lists of what should be in it."""

    index: ListingIndex = field(default_factory=ListingIndex)
    lots: dict[str, Lot] = field(default_factory=dict)
    searches: dict[str, Any] = field(default_factory=dict)

    def apply(self, name: str, state: Any, taken: Decimal) -> None:
        """One change: a new state, or None for a removal."""
        self.lots.pop(name, None)
        self.searches.pop(name, None)
        if state is None:
            self.index.remove(uid(name))
        elif name.startswith("search"):
            self.index.put(entry_of_search(state, TREE))
            self.searches[name] = state
        else:
            self.index.put(entry_of_listing(state, TREE, Taken(taken)))
            self.lots[name] = Lot(state, state.quantity - taken)

    def of_kind(self, kind: str) -> list[Lot]:
        """The offers or the wants."""
        return [lot for name, lot in self.lots.items() if name.startswith(kind)]

    def found(self) -> set[tuple[UUID, UUID]]:
        """Every pair the index tells of, asked from all sides; fails when two sides disagree."""
        entries = [record for record in self.index if not isinstance(record, Absent)]
        told: dict[bool, set[tuple[UUID, UUID]]] = {True: set(), False: set()}
        for entry in entries:
            answers = [*self.index.counterparts(entry)]
            if not isinstance(entry, SearchEntry):
                answers += self.index.searches_for(entry)
            assert len(answers) == len({answer.key for answer in answers})
            for answer in answers:
                asked_first = _rank(entry) < _rank(answer)
                told[asked_first].add((entry.key, answer.key) if asked_first else (answer.key, entry.key))
        assert told[True] == told[False]
        return told[True]

    def expected(self) -> set[tuple[UUID, UUID]]:
        """Every pair that the definition gives."""
        offers_, wants_ = self.of_kind("offer"), self.of_kind("want")
        pairs = {
            (one.state.listing_id, other.state.listing_id)
            for one in offers_
            for other in wants_
            if pair_fits(one, other)
        }
        hits = {
            (lot.state.listing_id, sought.search_id)
            for lot in self.lots.values()
            for sought in self.searches.values()
            if search_finds(sought, lot)
        }
        return pairs | hits


def _rank(entry: Any) -> int:
    return (OfferEntry, WantEntry, SearchEntry).index(type(entry))


@settings(max_examples=250, deadline=None)
@given(changes)
def test_the_index_finds_exactly_the_pairs_that_the_definition_gives(steps: Any) -> None:
    world = World()
    for name, state, taken in steps:
        world.apply(name, state, taken)
    assert world.found() == world.expected()


@settings(max_examples=300, deadline=None)
@given(offers(), wants())
def test_one_offer_and_one_want_meet_exactly_when_the_definition_says_so(offered: Any, wanted: Any) -> None:
    world = World()
    world.apply("offer", offered, Decimal(0))
    world.apply("want", wanted, Decimal(0))
    assert world.found() == world.expected()


@settings(max_examples=60, deadline=None)
@given(changes, changes)
def test_a_rollback_brings_back_exactly_what_was_there(before: Any, after: Any) -> None:
    world = World()
    for name, state, taken in before:
        world.apply(name, state, taken)
    records, pairs = set(map(_identity, world.index)), world.found()

    world.index.journal.checkpoint()
    for name, state, taken in after:
        world.apply(name, state, taken)
    world.index.journal.rollback()

    assert set(map(_identity, world.index)) == records
    assert world.found() == pairs


def _identity(record: Any) -> tuple[UUID, int]:
    """The very object: an equal copy is not what was there."""
    return record.key, id(record)


@settings(max_examples=40, deadline=None)
@given(changes)
def test_a_rebuilt_index_gives_the_same_answers(steps: Any) -> None:
    world = World()
    for name, state, taken in steps:
        world.apply(name, state, taken)
    pairs = world.found()
    records = list(world.index)
    world.index.put(offer("left over"))
    world.index.rebuild(records)
    assert world.found() == pairs
    assert len(world.index) == len(records)


def test_many_more_entries_than_the_first_columns_hold_are_all_found() -> None:
    index = ListingIndex()
    for number in range(500):
        index.put(want(f"want-{number}"))
    for number in range(0, 500, 2):
        index.remove(uid(f"want-{number}"))
    assert len(index.counterparts(offer())) == 250


def test_a_counterpart_need_not_be_in_the_index_to_be_asked() -> None:
    index = ListingIndex()
    index.put(want())
    assert [entry.key for entry in index.counterparts(offer())] == [uid("want")]
    assert index.get(uid("offer")) is None


def test_what_is_absent_is_remembered_but_never_found() -> None:
    index = ListingIndex()
    index.put(want())
    index.put(Absent(uid("want"), EntryKind.WANT, 4))
    assert index.counterparts(offer()) == []
    assert index.entry(uid("want")) is None
    record = index.get(uid("want"))
    assert record is not None
    assert record.revision == 4


def test_the_journal_keeps_nothing_when_nobody_holds_a_mark() -> None:
    index = ListingIndex()
    with index.journal.staged():
        index.put(offer())
    index.put(want())
    assert index.journal._undo == []
    assert len(index) == 2


def test_an_inner_failure_undoes_only_the_inner_changes() -> None:
    indexes = FamilyIndexes()
    with indexes.journal.staged():
        indexes.of("wood").put(offer())
        with pytest.raises(RuntimeError, match="inner"), indexes.journal.staged():
            indexes.of("wood").put(want())
            indexes.of("glass").put(search())
            raise RuntimeError("inner")
    assert len(indexes.of("wood")) == 1
    assert len(indexes.of("glass")) == 0


def test_an_outer_failure_undoes_the_inner_changes_too() -> None:
    indexes = FamilyIndexes()
    with pytest.raises(RuntimeError, match="outer"), indexes.journal.staged():
        with indexes.journal.staged():
            indexes.of("wood").put(offer())
        raise RuntimeError("outer")
    assert len(indexes.of("wood")) == 0


def test_a_dropped_family_is_forgotten() -> None:
    indexes = FamilyIndexes()
    indexes.of("wood").put(offer())
    indexes.drop(["wood"])
    assert indexes.families() == ()
    assert len(indexes.of("wood")) == 0
