"""Pairs and search hits before a change against those after it: told once, ended once, whatever the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.base import EventData
from contracts.events.listings import (
    OfferEvidenceAdded,
    OfferPublished,
    OfferRevised,
    OfferWithdrawn,
    RemainingChanged,
    SavedSearchPublished,
    WantRevised,
)
from contracts.events.trades import SearchesMatched, TradesLapsed, TradesProposed
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import IntendedUse, LapseReason, LegalStatus, ListingKind, ListingStatus
from matching.end_of_waste.loader import packaged_rulebook
from matching.legal import end_of_waste_check
from matching.proposing import trade_id_of
from matching.ranking import BEST_K
from matching.verdict_changes import named_changes
from tests.unit.matching.makers import (
    offer_published,
    offer_revised,
    offer_state,
    place,
    remaining,
    search_state,
    uid,
    want_published,
)
from tests.unit.matching.oracle import Lot, standing_pairs
from tests.unit.matching.pairs import laptops, paper
from tests.unit.matching.scenes import Scene, Standing, displaced_in, hits_in, lapsed_in, proposals_in
from tests.unit.matching.strategies import offers, wants


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
def histories(draw: st.DrawFn) -> tuple[list[Copy], list[Copy], list[Lot], list[Lot]]:
    """Everything that happens to nine listings, the same in another order, and what is left of them at the end."""
    copies: list[Copy] = []
    lots: dict[str, list[Lot]] = {"offer": [], "want": []}
    for kind, maker in (("offer", offers), ("want", wants)):
        for number in range(4 if kind == "offer" else 5):
            name = f"{kind}-{number}"
            states = draw(st.lists(maker(name), min_size=1, max_size=3))
            unit = states[0].unit
            states = [state.model_copy(update={"unit": unit}) for state in states]
            taken = draw(st.lists(st.sampled_from((0, 0, 1, 9, 600)), max_size=2))
            copies += [*_copies(states), *_takings(name, states[-1], taken)]
            lots[kind].append(Lot(states[-1], states[-1].quantity - (taken[-1] if taken else 0)))
    return copies, draw(st.permutations(copies)), lots["offer"], lots["want"]


@settings(max_examples=80, deadline=None)
@given(histories(), st.sampled_from((1, 2, 3, BEST_K)))
async def test_any_order_of_arrival_ends_with_the_same_standing_pairs(
    history: tuple[list[Copy], list[Copy], list[Lot], list[Lot]], best_k: int
) -> None:
    in_order, shuffled, offers_left, wants_left = history
    expected = standing_pairs(offers_left, wants_left, best_k)
    ends = []
    for copies in (in_order, shuffled):
        scene, standing = Scene(best_k), Standing()
        for copy in copies:
            standing.read(await scene.hear(copy.data, family=copy.family))
        ends.append(standing.pairs)
        told = [(offer_id, want_id) for _, offer_id, want_id in standing.pairs]
        assert len(told) == len(set(told))
        assert set(told) == expected
    assert ends[0] == ends[1]


async def test_a_long_list_of_proposals_comes_in_events_of_fifty_best_first() -> None:
    scene = Scene()
    await scene.hear(*(want_published(f"want-{number}", quantity=Decimal(number + 1)) for number in range(120)))
    events = await scene.hear(offer_published())
    assert [len(proposals_in([event])) for event in events] == [50, 50, 20]
    scores = [-one.score for one in proposals_in(events)]
    assert scores == sorted(scores)
    assert len({event.id for event in events}) == 3


def at(eastward: int) -> Any:
    """A place so many steps of about 7 km east of Utrecht."""
    return place(52.09, 5.12 + eastward / 10)


async def crowded() -> Scene:
    """One want in Utrecht and two offers next door, of which each has a nearer want of its own."""
    scene = Scene(best_k=1)
    await scene.hear(
        want_published("want", place=at(0)),
        want_published("east", place=at(3)),
        want_published("west", place=at(-4)),
        offer_published("far west", place=at(-4)),
        offer_published("far east", place=at(3)),
    )
    return scene


async def test_a_listing_that_enters_the_best_of_another_pushes_the_last_one_out_quietly() -> None:
    scene = await crowded()
    first = trade_id_of(uid("far east"), 1, uid("want"), 1)
    assert first in [one.trade_id for one in proposals_in(scene.told)]
    news = await scene.hear(offer_published("near", place=at(1)))
    assert [(one.offer_id, one.want_id) for one in proposals_in(news)] == [(uid("near"), uid("want"))]
    assert displaced_in(news) == [first]
    assert lapsed_in(news) == []


async def test_a_pair_that_was_pushed_out_comes_back_under_the_same_id_when_there_is_room() -> None:
    scene = await crowded()
    await scene.hear(offer_published("near", place=at(1)))
    first = trade_id_of(uid("far east"), 1, uid("want"), 1)
    news = await scene.hear(OfferWithdrawn(offer=offer_state("near", place=at(1), status=ListingStatus.CLOSED)))
    assert [(one.trade_id, one.supersedes) for one in proposals_in(news)] == [(first, None)]
    assert [reason for _, reason in lapsed_in(news)] == [LapseReason.WITHDRAWN]


async def test_a_pair_that_is_among_the_best_of_one_side_only_stands() -> None:
    scene = Scene(best_k=1)
    await scene.hear(offer_published("near", place=at(0)), offer_published("far", place=at(9)), want_published())
    assert {one.offer_id for one in proposals_in(scene.told)} == {uid("near"), uid("far")}
    assert displaced_in(scene.told) == []


async def test_a_listing_that_is_revised_out_of_the_list_of_another_tells_so() -> None:
    scene = await crowded()
    moved = offer_revised("far east", place=at(8))
    news = await scene.hear(moved)
    assert (trade_id_of(uid("far east"), 1, uid("want"), 1), LapseReason.REVISED) in lapsed_in(news)
    assert displaced_in(news) == []


async def test_a_pair_that_loses_its_place_because_part_was_taken_goes_quietly() -> None:
    scene = Scene(best_k=1)
    await scene.hear(
        want_published("want"),
        want_published("own", place=at(1)),
        offer_published("one", place=at(1)),
        offer_published("two", place=at(0), quantity=Decimal(80)),
    )
    standing = Standing()
    standing.read(scene.told)
    news = await scene.hear(remaining("two", 1, held=79, total=80))
    standing.read(news)
    assert lapsed_in(news) == []
    assert ("wood", uid("one"), uid("want")) in standing.pairs


async def test_lapsed_pairs_come_in_events_of_fifty_too() -> None:
    scene = Scene()
    await scene.hear(*(want_published(f"want-{number}") for number in range(70)), offer_published())
    events = await scene.hear(OfferWithdrawn(offer=offer_state(revision=2, status=ListingStatus.CLOSED)))
    assert [len(event.data.lapsed) for event in events if isinstance(event.data, TradesLapsed)] == [50, 20]


async def test_two_listings_that_share_two_families_are_proposed_in_one_of_them() -> None:
    scene = Scene()
    both = ("glass", "wood")
    for family in both:
        await scene.hear(want_published(concepts=both), offer_published(families=both), family=family)
    assert [one.family for one in proposals_in(scene.told)] == ["glass"]


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


async def test_a_document_that_arrives_changes_the_verdict_of_the_pair_and_says_what_changed() -> None:
    rulebook = packaged_rulebook()
    scene = Scene(check=end_of_waste_check(rulebook), tell=named_changes(rulebook))
    wanted = want_published(concepts=("weee_it",), intended_use=IntendedUse.REUSE_SAME_PURPOSE)
    test = paper(EvidenceKind.FUNCTION_TEST)
    untested = laptops(evidence=tuple(item for item in laptops().state.evidence if item != test))
    await scene.hear(wanted, OfferPublished(offer=untested.state), family="electronics")
    tested = laptops(revision=2).state
    news = await scene.hear(OfferEvidenceAdded(offer=tested, evidence=test), family="electronics")
    (first, second) = proposals_in(scene.told)
    assert proposals_in(news) == [second]
    assert (first.verdict.status, first.verdict_before, first.verdict_changes) == (LegalStatus.WASTE, None, ())
    assert second.supersedes == first.trade_id
    assert (second.verdict_before, second.verdict.status) == (LegalStatus.WASTE, LegalStatus.PRODUCT)
    assert second.verdict_changes[0].nl == "De voorgestelde status was afval en is nu product."
    assert "missing:function_test" in {change.before for change in second.verdict_changes}


async def test_a_revision_that_leaves_the_verdict_alone_tells_no_change_in_it() -> None:
    scene = Scene(check=end_of_waste_check(packaged_rulebook()))
    await scene.hear(want_published(), offer_published(), offer_revised(price_eur_per_tonne=Decimal(9)))
    revised = proposals_in(scene.told)[-1]
    assert (revised.verdict_before, revised.verdict_changes) == (LegalStatus.UNDETERMINED, ())


async def test_proposals_with_long_verdicts_are_spread_over_more_events_in_the_same_order() -> None:
    scene = Scene(check=end_of_waste_check(packaged_rulebook()))
    concrete = {"concepts": ("minerals",), "intended_use": IntendedUse.AGGREGATE_UNBOUND}
    wants_of_it = [want_published(f"want-{number}", **concrete) for number in range(60)]
    await scene.hear(*wants_of_it, family="minerals")
    news = await scene.hear(offer_published(concept="concrete_granulate"), family="minerals")
    events = [event for event in news if isinstance(event.data, TradesProposed)]
    told = proposals_in(news)
    assert len(told) == 60
    places = [(-one.score, one.want_id.int) for one in told]
    assert places == sorted(places)
    assert len({event.id for event in events}) == len(events) > 2
    assert max(len(event.data.model_dump_json()) for event in events) < 500_000
