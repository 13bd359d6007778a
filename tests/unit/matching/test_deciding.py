"""Pairs and search hits before a change against those after it: told once, ended once, whatever the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

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
from contracts.vocabulary.terms import IntendedUse, LegalStatus, ListingKind, ListingStatus
from matching.end_of_waste.loader import packaged_rulebook
from matching.legal import end_of_waste_check
from matching.proposing import best_first
from matching.verdict_changes import named_changes
from tests.unit.matching.makers import (
    offer_published,
    offer_revised,
    offer_state,
    remaining,
    search_state,
    uid,
    want_published,
)
from tests.unit.matching.oracle import Lot, pair_fits
from tests.unit.matching.pairs import laptops, paper
from tests.unit.matching.scenes import Scene, Standing, hits_in, proposals_in
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
    assert told == best_first(told)
    assert len({event.id for event in events}) == len(events) > 2
    assert max(len(event.data.model_dump_json()) for event in events) < 500_000
