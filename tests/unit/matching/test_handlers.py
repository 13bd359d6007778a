"""Events of topic kringmarkt.listings, and the proposals, lapses and search hits that follow from them."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.events import listings, registry
from contracts.events.listings import (
    LISTINGS,
    OfferClosed,
    OfferExpired,
    OfferReopened,
    OfferReserved,
    OfferRevised,
    OfferWithdrawn,
    SavedSearchPublished,
)
from contracts.events.organisations import OrganisationRegistered, OrganisationState
from contracts.events.trades import TradesLapsed, TradesProposed
from contracts.topics import LANES
from contracts.vocabulary.materials import UnknownConcept
from contracts.vocabulary.terms import LapseReason, ListingKind, ListingStatus
from matching.errors import UnexpectedEvent
from matching.handlers import HANDLERS, Matcher, record_of, stored_of
from matching.joint.matcher import JOINT_HANDLERS
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
from tests.unit.matching.scenes import Scene, lapsed_in, proposals_in

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


async def test_an_older_revision_changes_nothing() -> None:
    scene = Scene()
    await scene.hear(want_published(), offer_revised(revision=5))
    assert await scene.hear(offer_revised(revision=4, concept="glass"), offer_published()) == []
    withdrawn = OfferWithdrawn(offer=offer_state(revision=6, status=ListingStatus.CLOSED))
    await scene.hear(withdrawn)
    assert await scene.hear(offer_revised(revision=5)) == []


async def test_a_listing_that_ends_keeps_its_revision_and_its_pairs_lapse() -> None:
    scene = Scene()
    await scene.hear(want_published(), offer_published())
    (event,) = await scene.hear(OfferWithdrawn(offer=offer_state(status=ListingStatus.CLOSED)))
    assert isinstance(event.data, TradesLapsed)
    assert [item.reason for item in event.data.lapsed] == [LapseReason.WITHDRAWN]


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
    assert isinstance(scene.matcher.indexes.of("wood").get(uid("offer")), Absent)
    (proposal,) = proposals_in(await scene.hear(moved, family="glass"))
    assert (proposal.family, proposal.supersedes) == ("glass", None)


async def test_handling_an_event_again_gives_the_same_events() -> None:
    one, other = Scene(), Scene()
    for scene in (one, other):
        await scene.hear(want_published(), offer_published(), offer_revised())
    assert one.told == other.told


async def test_an_event_of_another_topic_is_refused() -> None:
    scene = Scene()
    event = OrganisationRegistered(organisation=OrganisationState(organisation_id=uid("x"), revision=1, name="X"))
    with pytest.raises(UnexpectedEvent, match=LISTINGS):
        await scene.hear(event)


def test_every_event_of_the_topic_has_a_handler() -> None:
    expected = {event for event in registry.EVENT_TYPES.values() if event.topic == listings.LISTINGS}
    assert {*HANDLERS, *JOINT_HANDLERS} >= expected
    assert not set(HANDLERS) & set(JOINT_HANDLERS)


async def test_an_unknown_concept_changes_nothing() -> None:
    scene = Scene()
    await scene.hear(offer_published())
    unknown = offer_state(revision=2).model_copy(update={"concept": "unobtainium"})
    with pytest.raises(UnknownConcept):
        await scene.hear(OfferRevised(offer=unknown))
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


async def test_a_revised_want_is_followed_like_a_revised_offer() -> None:
    scene = Scene()
    await scene.hear(offer_published(), want_published())
    assert lapsed_in(await scene.hear(want_revised(concepts=("glass",)))) == [(FIRST, LapseReason.REVISED)]
