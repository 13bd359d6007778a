"""Offers and wants from first draft to end, decided by the handlers."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.problems import Refusal
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingStatus, Role
from listings.commands import Withdrawal
from listings.errors import (
    ExternalIdTaken,
    ListingNotFound,
    NotReadyToOpen,
    NotTheOwner,
    OrganisationNotRegistered,
    PromisedAway,
    RevisionMismatch,
    RoleNeeded,
    WrongKind,
    WrongState,
)
from listings.model import AnyListing
from listings.publishing import create_offer, create_want, expire, publish, revise, withdraw
from listings.remaining import apply_remaining
from listings.rights import Actor
from tests.unit.listings.fakes import World
from tests.unit.listings.scenes import (
    HOLDER,
    HOLDER_ID,
    LATER,
    NOW,
    OPERATOR,
    SEEKER,
    STRANGER,
    STRANGER_ID,
    TODAY,
    change,
    ids,
    names,
    offer_draft,
    registered_world,
    state_in,
    want_draft,
)


async def an_offer(world: World, **changes: object) -> AnyListing:
    return (await create_offer(offer_draft(**changes), HOLDER, NOW, ids(), world.ports)).listing


async def test_an_offer_opens_at_once_and_is_told_in_its_family() -> None:
    world = await registered_world()
    outcome = await create_offer(offer_draft(), HOLDER, NOW, ids(), world.ports)
    (event,) = outcome.events
    state = state_in(event)
    assert event.data.name == "offer.published"
    assert (event.partition_keys, event.subject) == (("wood",), str(outcome.listing.listing_id))
    assert (state.status, state.revision, state.organisation_id) == (ListingStatus.OPEN, 1, HOLDER_ID)
    assert (state.place.postcode4, state.published_at, state.kg_per_unit) == ("3511", NOW, Decimal(1000))
    assert await world.listings.get(outcome.listing.listing_id) == outcome.listing


async def test_a_want_that_spans_families_is_told_in_each() -> None:
    world = await registered_world()
    draft = want_draft(concepts=["wood_grade_a", "paper"])
    (event,) = (await create_want(draft, SEEKER, NOW, ids(), world.ports)).events
    assert event.partition_keys == ("paper", "wood")
    assert event.data.name == "want.published"


async def test_nobody_hears_of_a_draft_until_it_is_published() -> None:
    world = await registered_world()
    drafted = await create_offer(offer_draft(draft=True), HOLDER, NOW, ids(), world.ports)
    assert drafted.events == ()
    assert drafted.listing.status is ListingStatus.DRAFT
    published = await publish(drafted.listing.listing_id, HOLDER, LATER, ids(2000), world.ports)
    assert names(published.events) == ["offer.published"]
    assert (published.listing.published_at, published.listing.revision) == (LATER, 1)


async def test_an_incomplete_draft_is_kept_but_does_not_open() -> None:
    world = await registered_world()
    draft = offer_draft(
        draft=True, concept=None, postcode=None, point=None, visibility="partners", available_until="2026-08-31"
    )
    listing = (await create_offer(draft, HOLDER, NOW, ids(), world.ports)).listing
    with pytest.raises(NotReadyToOpen) as refusal:
        await publish(listing.listing_id, HOLDER, NOW, ids(2000), world.ports)
    assert set(refusal.value.more["missing"]) == {"concept", "postcode", "available_until", "partners"}


async def test_a_point_is_enough_to_open_and_only_the_nearest_postcode_is_told() -> None:
    world = await registered_world()
    outcome = await create_offer(offer_draft(postcode=None), HOLDER, NOW, ids(), world.ports)
    place = state_in(outcome.events[0]).place
    assert place.municipality == "Utrecht"
    assert (place.lat, place.lon) != (52.0934567, 5.1123456)


async def test_somebody_whose_organisation_is_unknown_is_told_to_register_it() -> None:
    with pytest.raises(OrganisationNotRegistered, match="register it once"):
        await create_offer(offer_draft(), HOLDER, NOW, ids(), World().ports)


async def test_an_external_id_is_used_for_one_listing_only() -> None:
    world = await registered_world()
    first = await an_offer(world)
    with pytest.raises(ExternalIdTaken, match=str(first.listing_id)):
        await create_want(want_draft(external_id="ERP-1"), HOLDER, NOW, ids(2000), world.ports)
    other = await create_offer(offer_draft(external_id="ERP-2"), HOLDER, NOW, ids(3000), world.ports)
    with pytest.raises(ExternalIdTaken):
        await revise(other.listing.listing_id, 1, offer_draft(), HOLDER, NOW, ids(4000), world.ports)
    await create_offer(offer_draft(), SEEKER, NOW, ids(5000), world.ports)


async def test_a_revision_is_told_in_the_old_and_the_new_family() -> None:
    world = await registered_world()
    before = await an_offer(world)
    outcome = await revise(before.listing_id, 1, offer_draft(concept="paper"), HOLDER, LATER, ids(2000), world.ports)
    (event,) = outcome.events
    assert event.data.name == "offer.revised"
    assert event.partition_keys == ("paper", "wood")
    assert state_in(event).families == ("paper",)
    assert (outcome.listing.revision, outcome.listing.changed_at, outcome.listing.published_at) == (2, LATER, NOW)


async def test_a_revision_of_what_somebody_else_changed_is_refused_and_names_the_current_one() -> None:
    world = await registered_world()
    before = await an_offer(world)
    with pytest.raises(RevisionMismatch) as refusal:
        await revise(before.listing_id, 7, offer_draft(quantity=1), HOLDER, LATER, ids(), world.ports)
    assert refusal.value.status == 412
    assert refusal.value.more["current_revision"] == 1


async def test_the_same_content_again_changes_nothing_and_is_not_written() -> None:
    world = await registered_world()
    before = await an_offer(world)
    outcome = await revise(before.listing_id, 1, offer_draft(quantity="12.50"), HOLDER, LATER, ids(), world.ports)
    assert (outcome.events, outcome.listing, world.listings.saves) == ((), before, 1)


async def test_a_change_of_private_parts_alone_is_a_revision() -> None:
    world = await registered_world()
    before = await an_offer(world)
    outcome = await revise(before.listing_id, 1, offer_draft(address="Elders 1"), HOLDER, LATER, ids(), world.ports)
    assert (names(outcome.events), outcome.listing.revision) == (["offer.revised"], 2)


async def test_a_draft_stays_one_or_opens_as_its_revision_says() -> None:
    world = await registered_world()
    before = await an_offer(world, draft=True)
    kept = await revise(before.listing_id, 1, offer_draft(quantity=3, draft=True), HOLDER, NOW, ids(), world.ports)
    assert (kept.events, kept.listing.revision) == ((), 2)
    opened = await revise(before.listing_id, 2, offer_draft(quantity=4), HOLDER, NOW, ids(), world.ports)
    assert (names(opened.events), opened.listing.revision) == (["offer.published"], 3)
    with pytest.raises(WrongState, match="leave draft out"):
        await revise(before.listing_id, 3, offer_draft(draft=True), HOLDER, NOW, ids(), world.ports)


async def test_an_offer_is_not_revised_into_a_want() -> None:
    world = await registered_world()
    before = await an_offer(world)
    with pytest.raises(WrongKind):
        await revise(before.listing_id, 1, want_draft(external_id="ERP-1"), HOLDER, NOW, ids(), world.ports)


async def test_a_withdrawn_listing_is_told_with_its_reason_and_stays_away() -> None:
    world = await registered_world()
    before = await an_offer(world)
    reason = Withdrawal(reason="Elders verkocht")
    outcome = await withdraw(before.listing_id, reason, HOLDER, LATER, ids(), world.ports)
    state = state_in(outcome.events[0])
    assert names(outcome.events) == ["offer.withdrawn"]
    assert (state.status, state.closed_reason, state.revision) == (ListingStatus.CLOSED, "Elders verkocht", 1)
    with pytest.raises(WrongState, match="new listing"):
        await revise(before.listing_id, 1, offer_draft(quantity=1), HOLDER, LATER, ids(), world.ports)
    with pytest.raises(WrongState):
        await withdraw(before.listing_id, Withdrawal(), HOLDER, LATER, ids(), world.ports)


async def test_nobody_hears_of_a_draft_that_is_withdrawn() -> None:
    world = await registered_world()
    before = await an_offer(world, draft=True)
    outcome = await withdraw(before.listing_id, Withdrawal(), HOLDER, LATER, ids(), world.ports)
    assert (outcome.events, outcome.listing.status) == ((), ListingStatus.CLOSED)


@pytest.mark.parametrize(("until", "expected"), [("2026-09-01", []), ("2026-09-05", ["offer.expired"]), (None, [])])
async def test_a_listing_expires_the_day_after_its_last_day(until: str | None, expected: list[str]) -> None:
    world = await registered_world()
    listing = await an_offer(world, available_until=until)
    today = TODAY if until == "2026-09-01" else date(2026, 9, 6)
    outcome = await expire(listing, today, LATER, world.ports)
    assert names(outcome.events) == expected
    assert (await expire(outcome.listing, today, LATER, world.ports)).events == ()


async def test_expiring_twice_gives_an_event_with_the_same_id() -> None:
    world = await registered_world()
    listing = await an_offer(world, available_until="2026-09-01")
    first = await expire(listing, date(2026, 9, 2), LATER, world.ports)
    second = await expire(listing, date(2026, 9, 3), LATER, world.ports)
    assert first.events[0].id == second.events[0].id


async def test_an_expired_listing_is_renewed_by_a_later_last_day() -> None:
    world = await registered_world()
    listing = await an_offer(world, available_until="2026-09-01")
    await expire(listing, date(2026, 9, 2), LATER, world.ports)
    with pytest.raises(NotReadyToOpen, match="has passed"):
        still_over = offer_draft(available_until="2026-09-01", quantity=1)
        await revise(listing.listing_id, 1, still_over, HOLDER, LATER, ids(), world.ports)
    renewed = await revise(
        listing.listing_id, 1, offer_draft(available_until="2026-10-01"), HOLDER, LATER, ids(), world.ports
    )
    assert names(renewed.events) == ["offer.revised"]
    assert state_in(renewed.events[0]).status is ListingStatus.OPEN


async def test_what_trades_took_cannot_be_revised_away() -> None:
    world = await registered_world()
    listing = await an_offer(world)
    await apply_remaining(change(listing, 1, held="2", promised="3"), NOW, world.ports)
    for draft in (offer_draft(quantity="4.9"), offer_draft(quantity="12500", unit="kg")):
        with pytest.raises(PromisedAway, match="hold or promise 5"):
            await revise(listing.listing_id, 1, draft, HOLDER, NOW, ids(), world.ports)
    outcome = await revise(listing.listing_id, 1, offer_draft(quantity="6"), HOLDER, NOW, ids(), world.ports)
    assert outcome.listing.remaining is not None
    assert outcome.listing.remaining.remaining == 1


async def test_more_of_a_reserved_offer_reopens_it_after_the_revision_is_told() -> None:
    world = await registered_world()
    listing = await an_offer(world)
    await apply_remaining(change(listing, 1, held="12.5"), NOW, world.ports)
    outcome = await revise(listing.listing_id, 1, offer_draft(quantity=20), HOLDER, NOW, ids(), world.ports)
    assert names(outcome.events) == ["offer.revised", "offer.reopened"]
    assert outcome.listing.status is ListingStatus.OPEN
    assert outcome.listing.remaining is not None
    assert outcome.listing.remaining.remaining == Decimal("7.5")


async def test_the_unit_may_change_while_nothing_is_taken() -> None:
    world = await registered_world()
    listing = await an_offer(world)
    await apply_remaining(change(listing, 1), NOW, world.ports)
    draft = offer_draft(quantity=100, unit="m3")
    outcome = await revise(listing.listing_id, 1, draft, HOLDER, NOW, ids(), world.ports)
    assert outcome.listing.remaining is not None
    assert (outcome.listing.remaining.unit, outcome.listing.remaining.remaining) == (Unit.CUBIC_METRE, Decimal(100))


@pytest.mark.parametrize(
    ("actor", "changes", "refusal"),
    [
        (STRANGER, {}, NotTheOwner),
        (STRANGER, {"draft": True}, ListingNotFound),
        (STRANGER, {"visibility": "anonymous"}, NotTheOwner),
        (STRANGER, {"visibility": "partners", "partners": [UUID(int=99)]}, ListingNotFound),
        (STRANGER, {"visibility": "partners", "partners": [STRANGER_ID]}, NotTheOwner),
    ],
)
async def test_others_change_nothing_and_do_not_learn_of_what_they_may_not_see(
    actor: Actor, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    world = await registered_world()
    listing = await an_offer(world, **changes)
    with pytest.raises(refusal) as found:
        await revise(listing.listing_id, 1, offer_draft(quantity=1), actor, NOW, ids(), world.ports)
    with pytest.raises(refusal):
        await withdraw(listing.listing_id, Withdrawal(), actor, NOW, ids(), world.ports)
    with pytest.raises(refusal):
        await publish(listing.listing_id, actor, NOW, ids(), world.ports)
    assert str(HOLDER_ID) not in str(found.value.document())


async def test_the_operator_may_change_what_is_not_its_own_without_becoming_its_owner() -> None:
    world = await registered_world()
    listing = await an_offer(world)
    outcome = await revise(listing.listing_id, 1, offer_draft(quantity=1), OPERATOR, NOW, ids(), world.ports)
    assert outcome.listing.organisation_id == HOLDER_ID


async def test_a_holder_does_not_verify_its_own_material_but_keeps_what_was_verified() -> None:
    world = await registered_world()
    verified = {"name": "moisture", "value": 12, "unit": "%", "grade": "verified"}
    with pytest.raises(RoleNeeded, match="authority or operator"):
        await an_offer(world, properties=[verified])
    listing = await an_offer(world)
    draft = offer_draft(properties=[verified])
    checked = await revise(listing.listing_id, 1, draft, OPERATOR, NOW, ids(), world.ports)
    kept = offer_draft(properties=[verified], quantity=2)
    outcome = await revise(checked.listing.listing_id, 2, kept, HOLDER, NOW, ids(), world.ports)
    assert outcome.listing.revision == 3
    altered = offer_draft(properties=[{**verified, "value": 11}])
    with pytest.raises(RoleNeeded):
        await revise(listing.listing_id, 3, altered, HOLDER, NOW, ids(), world.ports)


async def test_an_unknown_listing_is_not_found() -> None:
    world = await registered_world()
    with pytest.raises(ListingNotFound):
        await publish(UUID(int=77), Actor(HOLDER_ID, frozenset(Role), "x"), NOW, ids(), world.ports)
