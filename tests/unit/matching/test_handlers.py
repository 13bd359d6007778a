"""Events of topic kringmarkt.listings, and the proposals, lapses and search hits that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import listings, registry
from contracts.events.base import EventData
from contracts.events.listings import (
    LISTINGS,
    OfferClosed,
    OfferExpired,
    OfferReopened,
    OfferReserved,
    OfferRevised,
    OfferWithdrawn,
    RemainingChanged,
    SavedSearchPublished,
    WantRevised,
)
from contracts.events.organisations import OrganisationRegistered, OrganisationState
from contracts.events.trades import SearchesMatched, TradesLapsed, TradesProposed
from contracts.topics import LANES
from contracts.vocabulary.materials import UnknownConcept
from contracts.vocabulary.terms import LapseReason, ListingKind, ListingStatus
from matching.errors import UnexpectedEvent
from matching.handlers import HANDLERS, Matcher, record_of, stored_of
from matching.legal import undetermined_check
from matching.model import Absent
from matching.proposing import trade_id_of
from tests.unit.matching.fakes import FailingProjection
from tests.unit.matching.makers import (
    TODAY,
    TREE,
    offer,
    offer_published,
    offer_revised,
    offer_state,
    remaining,
    search,
    search_state,
    uid,
    want,
    want_published,
    want_revised,
)
from tests.unit.matching.oracle import Lot, pair_fits
from tests.unit.matching.scenes import Scene, Standing, hits_in, lapsed_in, proposals_in
from tests.unit.matching.strategies import offers, wants

FIRST = trade_id_of(uid("offer"), 1, uid("want"), 1)


async def test_an_offer_and_a_want_that_fit_are_proposed_once_whoever_comes_first() -> None:
    for first, second in ((offer_published(), want_published()), (want_published(), offer_published())):
        scene = Scene()
        assert await scene.hear(first) == []
        (event,) = await scene.hear(second)
        assert [proposal.trade_id for proposal in proposals_in([event])] == [FIRST]
        assert event.partition_keys == ("wood",)


async def test_the_event_says_which_listing_it_follows_from() -> None:
    scene = Scene()
    (event,) = await scene.hear(want_published(), offer_published(revision=3))
    assert isinstance(event.data, TradesProposed)
    assert event.data.listing_id == uid("offer")
    assert event.data.listing_kind is ListingKind.OFFER
    assert event.data.listing_revision == 3
    assert event.subject == str(uid("offer"))


async def test_a_revision_replaces_the_proposals_that_still_fit() -> None:
    scene = Scene()
    events = await scene.hear(want_published(), offer_published(), offer_revised(price_eur_per_tonne=Decimal(5)))
    assert [proposal.supersedes for proposal in proposals_in(events)] == [None, FIRST]
    assert lapsed_in(events) == []


async def test_a_revision_that_no_longer_fits_ends_the_proposal() -> None:
    scene = Scene()
    events = await scene.hear(
        want_published(max_landed_eur_per_tonne=Decimal(20)),
        offer_published(),
        offer_revised(price_eur_per_tonne=Decimal(50)),
    )
    assert lapsed_in(events) == [(FIRST, LapseReason.REVISED)]


@pytest.mark.parametrize(
    ("event", "status", "reason"),
    [
        (OfferWithdrawn, ListingStatus.CLOSED, LapseReason.WITHDRAWN),
        (OfferExpired, ListingStatus.EXPIRED, LapseReason.EXPIRED),
        (OfferClosed, ListingStatus.CLOSED, LapseReason.CLOSED),
        (OfferReserved, ListingStatus.RESERVED, LapseReason.TAKEN),
    ],
)
async def test_a_proposal_lapses_for_the_reason_that_ended_the_listing(
    event: Any, status: ListingStatus, reason: LapseReason
) -> None:
    scene = Scene()
    await scene.hear(want_published(), offer_published())
    news = await scene.hear(event(offer=offer_state(revision=2, status=status)))
    assert lapsed_in(news) == [(FIRST, reason)]
    assert proposals_in(news) == []


async def test_a_revision_that_is_not_newer_changes_nothing() -> None:
    scene = Scene()
    await scene.hear(want_published(), offer_revised(revision=5))
    assert await scene.hear(offer_revised(revision=5, concept="glass"), offer_published()) == []
    withdrawn = OfferWithdrawn(offer=offer_state(revision=6, status=ListingStatus.CLOSED))
    await scene.hear(withdrawn)
    assert await scene.hear(offer_revised(revision=5)) == []


async def test_pairs_that_are_taken_lapse_and_come_back_when_it_is_given_back() -> None:
    scene = Scene()
    await scene.hear(want_published(minimum=Decimal(30)), offer_published())
    assert await scene.hear(remaining("offer", 1, held=60)) == []
    assert lapsed_in(await scene.hear(remaining("offer", 2, held=80))) == [(FIRST, LapseReason.TAKEN)]
    back = proposals_in(await scene.hear(remaining("offer", 3, held=50)))
    assert [(one.trade_id, one.quantity, one.supersedes) for one in back] == [(FIRST, Decimal(50), None)]


async def test_an_older_sequence_changes_nothing() -> None:
    scene = Scene()
    await scene.hear(want_published(), offer_published(), remaining("offer", 2, held=10))
    assert await scene.hear(remaining("offer", 1, held=100), remaining("offer", 2, held=100)) == []


async def test_what_is_taken_survives_a_revision_of_the_quantity() -> None:
    scene = Scene()
    await scene.hear(want_published(quantity=Decimal(500)), offer_published(), remaining("offer", 1, held=80))
    (proposal,) = proposals_in(await scene.hear(offer_revised(quantity=Decimal(150))))
    assert proposal.quantity == Decimal(70)


async def test_what_is_taken_is_remembered_of_a_listing_that_comes_later_or_comes_back() -> None:
    scene = Scene()
    await scene.hear(want_published(), remaining("offer", 1, held=40))
    (proposal,) = proposals_in(await scene.hear(offer_published()))
    assert proposal.quantity == Decimal(60)
    await scene.hear(OfferExpired(offer=offer_state(revision=2, status=ListingStatus.EXPIRED)))
    assert await scene.hear(remaining("offer", 2, held=90)) == []
    (again,) = proposals_in(await scene.hear(OfferReopened(offer=offer_state(revision=3))))
    assert again.quantity == Decimal(10)


async def test_a_want_over_two_families_meets_each_offer_in_that_offers_own_family() -> None:
    scene = Scene()
    wanted = want_published(concepts=("wood", "glass"))
    glass = offer_published("glass", concept="glass")
    await scene.hear(wanted, offer_published())
    await scene.hear(wanted, glass, family="glass")
    told = [(event.partition_keys, one.offer_id) for event in scene.told for one in proposals_in([event])]
    assert sorted(told) == sorted([(("wood",), uid("offer")), (("glass",), uid("glass"))])


async def test_an_offer_that_moves_to_another_family_lapses_here_and_is_proposed_there() -> None:
    scene = Scene()
    wanted = want_published(concepts=("wood", "glass"))
    await scene.hear(wanted, offer_published())
    await scene.hear(wanted, family="glass")
    moved = offer_revised(concept="glass")
    assert lapsed_in(await scene.hear(moved)) == [(FIRST, LapseReason.REVISED)]
    (proposal,) = proposals_in(await scene.hear(moved, family="glass"))
    assert (proposal.family, proposal.supersedes) == ("glass", None)


async def test_a_long_list_of_proposals_comes_in_events_of_fifty_best_first() -> None:
    scene = Scene()
    await scene.hear(*(want_published(f"want-{number}", quantity=Decimal(number + 1)) for number in range(120)))
    events = await scene.hear(offer_published())
    assert [len(proposals_in([event])) for event in events] == [50, 50, 20]
    scores = [(-one.score, str(one.trade_id)) for one in proposals_in(events)]
    assert scores == sorted(scores)
    assert len({event.id for event in events}) == 3


async def test_a_cap_keeps_the_best_proposals() -> None:
    far = [want_published(f"want-{number}", place=offer_state().place) for number in range(4)]
    capped, free = Scene(best_k=2), Scene()
    await capped.hear(*far)
    await free.hear(*far)
    best = proposals_in(await free.hear(offer_published()))[:2]
    assert proposals_in(await capped.hear(offer_published())) == best


async def test_handling_an_event_again_gives_the_same_events() -> None:
    one, other = Scene(), Scene()
    for scene in (one, other):
        await scene.hear(want_published(), offer_published(), offer_revised())
    assert one.told == other.told


async def test_a_saved_search_is_told_of_a_new_listing_and_once_only() -> None:
    scene = Scene()
    await scene.hear(SavedSearchPublished(search=search_state()))
    assert hits_in(await scene.hear(offer_published())) == [(uid("offer"), uid("search"))]
    assert hits_in(await scene.hear(offer_revised(price_eur_per_tonne=Decimal(1)))) == []


async def test_a_new_saved_search_hears_of_each_listing_in_an_event_of_its_own() -> None:
    scene = Scene()
    await scene.hear(offer_published("one"), offer_published("two"), offer_published("glass", concept="glass"))
    events = await scene.hear(SavedSearchPublished(search=search_state()))
    assert sorted(hits_in(events)) == sorted([(uid("one"), uid("search")), (uid("two"), uid("search"))])
    assert [len(hits_in([event])) for event in events] == [1, 1]
    assert len({event.id for event in events}) == 2


async def test_a_changed_saved_search_hears_only_of_what_it_did_not_find_before() -> None:
    scene = Scene()
    await scene.hear(offer_published("a", concept="wood_grade_a"), offer_published("b", concept="wood_grade_b"))
    await scene.hear(SavedSearchPublished(search=search_state(concepts=("wood_grade_a",))))
    wider = SavedSearchPublished(search=search_state(concepts=("wood",), revision=2))
    assert hits_in(await scene.hear(wider)) == [(uid("b"), uid("search"))]
    assert await scene.hear(wider) == []


async def test_a_paused_saved_search_hears_nothing() -> None:
    scene = Scene()
    await scene.hear(SavedSearchPublished(search=search_state(active=False)))
    assert await scene.hear(offer_published()) == []


async def test_a_search_and_a_want_that_share_two_families_are_told_in_one_of_them() -> None:
    scene = Scene()
    both = ("wood", "glass")
    sought = SavedSearchPublished(
        search=search_state(concepts=both, looks_for=ListingKind.WANT, organisation_id=uid("x"))
    )
    for family in both:
        await scene.hear(sought, want_published(concepts=both), family=family)
    assert hits_in(scene.told) == [(uid("want"), uid("search"))]
    (event,) = scene.told
    assert isinstance(event.data, SearchesMatched)
    assert event.partition_keys == ("glass",)


async def test_what_a_search_finds_comes_from_every_listing_event_but_not_from_what_remains() -> None:
    scene = Scene()
    await scene.hear(SavedSearchPublished(search=search_state()), offer_published())
    assert await scene.hear(remaining("offer", 1, held=100), remaining("offer", 2, held=0)) == []


async def test_an_event_of_another_topic_is_refused() -> None:
    scene = Scene()
    event = OrganisationRegistered(organisation=OrganisationState(organisation_id=uid("x"), revision=1, name="X"))
    with pytest.raises(UnexpectedEvent, match=LISTINGS):
        await scene.hear(event)


def test_every_event_of_the_topic_has_a_handler() -> None:
    expected = {event for event in registry.EVENT_TYPES.values() if event.topic == listings.LISTINGS}
    assert set(HANDLERS) == expected


async def test_an_unknown_concept_changes_nothing() -> None:
    scene = Scene()
    with pytest.raises(UnknownConcept):
        await scene.hear(offer_published(families=("wood",)), offer_revised(concept="unobtainium", families=("wood",)))
    record = scene.matcher.indexes.of("wood").get(uid("offer"))
    assert record is not None
    assert record.revision == 1


async def test_a_failed_transaction_leaves_the_index_as_it_was() -> None:
    matcher = Matcher(TREE, FailingProjection(), undetermined_check)
    with pytest.raises(OSError, match="no space"), matcher.staged():
        await matcher.handle(offer_published(), "wood", uid("cause"), TODAY)
    assert len(matcher.indexes.of("wood")) == 0


async def test_a_matcher_that_starts_again_knows_what_it_knew() -> None:
    scene = Scene()
    await scene.hear(want_published(), offer_published(), remaining("offer", 1, held=30))
    await scene.hear(SavedSearchPublished(search=search_state()))
    await scene.hear(OfferExpired(offer=offer_state("gone", revision=2, status=ListingStatus.EXPIRED)))
    fresh = Matcher(TREE, scene.table, undetermined_check)
    await fresh.restore(range(LANES))
    known = {record.key: record for record in scene.matcher.indexes.of("wood")}
    assert {record.key: record for record in fresh.indexes.of("wood")} == known
    assert len(known) == 4


@pytest.mark.parametrize("record", [offer(taken=3), want(), search(), Absent(uid("x"), offer().kind, 7)])
def test_a_stored_record_reads_back_the_same(record: Any) -> None:
    assert record_of(stored_of(record, "wood"), TREE) == record


async def test_fields_of_a_newer_version_are_kept_in_the_table() -> None:
    scene = Scene()
    state = offer_state().model_copy(update={"a_new_field": "kept"})
    newer = listings.OfferPublished.model_validate({"offer": {**state.model_dump(), "a_new_field": "kept"}})
    await scene.hear(newer)
    stored = scene.table.rows["wood", uid("offer")].state
    assert stored is not None
    assert b'"a_new_field":"kept"' in stored


@dataclass(frozen=True)
class Copy:
    """One copy of an event: what it says and in which partition it is read."""

    data: EventData
    family: str


def _copies(states: Sequence[Any]) -> list[Copy]:
    """The revisions of one listing, each copied to its own and its former families."""
    copies: list[Copy] = []
    former: tuple[str, ...] = ()
    for revision, state in enumerate(states, start=1):
        now = state.model_copy(update={"revision": revision})
        event = OfferRevised(offer=now) if now.kind == ListingKind.OFFER else WantRevised(want=now)
        copies += [Copy(event, family) for family in sorted({*former, *now.families})]
        former = now.families
    return copies


def _takings(name: str, state: Any, taken: Sequence[int]) -> list[Copy]:
    return [
        Copy(
            RemainingChanged(
                listing_id=uid(name),
                kind=state.kind,
                families=state.families,
                unit=state.unit,
                total=state.quantity,
                held=Decimal(amount),
                promised=Decimal(0),
                remaining=max(Decimal(0), state.quantity - amount),
                sequence=sequence,
            ),
            family,
        )
        for sequence, amount in enumerate(taken, start=1)
        for family in ("wood", "metals_ferrous")
    ]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Copy], list[Copy], set[tuple[UUID, UUID]]]:
    """Everything that happens to six listings, the same in another order, and the pairs that must stand at the end."""
    copies: list[Copy] = []
    lots: dict[str, list[Lot]] = {"offer": [], "want": []}
    for kind, maker in (("offer", offers), ("want", wants)):
        for number in range(3):
            name = f"{kind}-{number}"
            states = draw(st.lists(maker(name), min_size=1, max_size=3))
            unit = states[0].unit
            states = [state.model_copy(update={"unit": unit}) for state in states]
            taken = draw(st.lists(st.sampled_from((0, 0, 1, 9, 600)), max_size=2))
            copies += [*_copies(states), *_takings(name, states[-1], taken)]
            lots[kind].append(Lot(states[-1], states[-1].quantity - (taken[-1] if taken else 0)))
    pairs = {
        (one.state.listing_id, other.state.listing_id)
        for one in lots["offer"]
        for other in lots["want"]
        if pair_fits(one, other)
    }
    return copies, draw(st.permutations(copies)), pairs


@settings(max_examples=60, deadline=None)
@given(histories())
async def test_any_order_of_arrival_ends_with_the_same_standing_pairs(
    history: tuple[list[Copy], list[Copy], set[tuple[UUID, UUID]]],
) -> None:
    in_order, shuffled, expected = history
    ends = []
    for copies in (in_order, shuffled):
        scene, standing = Scene(), Standing()
        for copy in copies:
            standing.read(await scene.hear(copy.data, family=copy.family))
        ends.append(standing.pairs)
        told = [(offer_id, want_id) for _, offer_id, want_id in standing.pairs]
        assert len(told) == len(set(told))
        assert set(told) == expected
    assert ends[0] == ends[1]


async def test_a_revised_want_is_followed_like_a_revised_offer() -> None:
    scene = Scene()
    await scene.hear(offer_published(), want_published())
    assert lapsed_in(await scene.hear(want_revised(concepts=("glass",)))) == [(FIRST, LapseReason.REVISED)]


async def test_lapsed_pairs_come_in_events_of_fifty_too() -> None:
    scene = Scene()
    await scene.hear(*(want_published(f"want-{number}") for number in range(70)), offer_published())
    events = await scene.hear(OfferWithdrawn(offer=offer_state(revision=2, status=ListingStatus.CLOSED)))
    assert [len(event.data.lapsed) for event in events if isinstance(event.data, TradesLapsed)] == [50, 20]
