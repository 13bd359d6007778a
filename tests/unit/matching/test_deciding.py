"""Pairs and search hits before a change against those after it: told once, ended once, whatever the order."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.listings import (
    OfferEvidenceAdded,
    OfferPublished,
    OfferWithdrawn,
    SavedSearchPublished,
)
from contracts.events.trades import SearchesMatched, TradesLapsed, TradesProposed
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import IntendedUse, LapseReason, LegalStatus, ListingKind, ListingStatus
from matching.end_of_waste.loader import packaged_rulebook
from matching.legal import end_of_waste_check
from matching.proposing import trade_id_of
from matching.ranking import BEST_K, Ranking
from matching.verdict_changes import named_changes
from tests.unit.matching.histories import History, histories
from tests.unit.matching.makers import (
    TODAY,
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
from tests.unit.matching.plain_index import PlainIndex
from tests.unit.matching.scenes import Scene, Standing, displaced_in, hits_in, lapsed_in, proposals_in
from tests.unit.matching.strategies import easy_offers, easy_wants


@settings(max_examples=80, deadline=None)
@given(histories(), st.sampled_from((1, 2, 3, BEST_K)))
async def test_any_order_of_arrival_ends_with_the_same_standing_pairs(history: History, best_k: int) -> None:
    expected = standing_pairs(history.offers_left, history.wants_left, best_k)
    ends = []
    for copies in (history.copies, history.shuffled):
        scene, standing = Scene(best_k), Standing()
        for copy in copies:
            standing.read(await scene.hear(copy.data, family=copy.family))
        ends.append(standing.pairs)
        told = [(offer_id, want_id) for _, offer_id, want_id in standing.pairs]
        assert len(told) == len(set(told))
        assert set(told) == expected
    assert ends[0] == ends[1]


@settings(max_examples=25, deadline=None)
@given(histories() | histories(easy_offers, easy_wants), st.sampled_from((1, 2)))
async def test_after_every_event_what_was_told_is_what_stands_in_its_family(history: History, best_k: int) -> None:
    scene, standing = Scene(best_k), Standing()
    for copy in history.shuffled:
        standing.read(await scene.hear(copy.data, family=copy.family))
        told = {key[1:]: trade_id for key, trade_id in standing.pairs.items() if key[0] == copy.family}
        assert told == plainly_standing(scene, copy.family)


def plainly_standing(scene: Scene, family: str) -> dict[tuple[UUID, UUID], UUID]:
    """What stands of all that the matcher holds of one family, by a comparison of all with all."""
    plain = PlainIndex()
    for record in scene.matcher.indexes.of(family):
        plain.put(record)
    standing = plain.standing(Ranking(scene.check, TODAY, scene.best_k), family)
    found = [fit for listing in plain.listings() for fit in standing.around(listing).values()]
    return {fit.pair: fit.trade_id for fit in found}


async def test_a_want_of_two_families_has_a_list_of_its_best_in_each_of_them() -> None:
    scene, standing = Scene(best_k=1), Standing()
    both = want_published("both", concepts=("wood", "metals_ferrous"), place=at(0))
    rails = offer_published("rails", concept="metals_ferrous", place=at(0))
    near = want_published("near", place=at(4))
    planks = offer_published("planks", place=at(4))
    heard = (("wood", both), ("metals_ferrous", both), ("wood", near), ("wood", planks), ("metals_ferrous", rails))
    for family, event in heard:
        standing.read(await scene.hear(event, family=family))
    told = {(offer_id, want_id) for _, offer_id, want_id in standing.pairs}
    assert told == {
        (uid("rails"), uid("both")),
        (uid("planks"), uid("near")),
        # Worse than the rails for this want, and worse for the planks than the near want, but its best of wood.
        (uid("planks"), uid("both")),
    }
    offers_left = [Lot(event.offer, event.offer.quantity) for event in (rails, planks)]
    wants_left = [Lot(event.want, event.want.quantity) for event in (both, near)]
    assert told == standing_pairs(offers_left, wants_left, best_k=1)
    assert displaced_in(scene.told) == []


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
