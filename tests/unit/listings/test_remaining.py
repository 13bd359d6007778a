"""A listing follows what trades take from it and give back."""

from uuid import UUID

import pytest

from contracts.vocabulary.terms import ListingStatus
from listings.commands import Withdrawal
from listings.errors import ListingNotFound
from listings.model import AnyListing, Ending
from listings.publishing import create_offer, create_want, withdraw
from listings.remaining import apply_remaining
from tests.unit.listings.fakes import World
from tests.unit.listings.scenes import (
    HOLDER,
    LATER,
    NOW,
    SEEKER,
    change,
    ids,
    names,
    offer_draft,
    registered_world,
    state_in,
    want_draft,
)


async def scene(**changes: object) -> tuple[World, AnyListing]:
    world = await registered_world()
    outcome = await create_offer(offer_draft(**changes), HOLDER, NOW, ids(), world.ports)
    return world, outcome.listing


async def test_an_offer_of_which_all_is_held_is_reserved_and_told_with_its_full_state() -> None:
    world, offer = await scene()
    outcome = await apply_remaining(change(offer, 1, held="12.5"), LATER, world.ports)
    assert names(outcome.events) == ["offer.reserved"]
    state = state_in(outcome.events[0])
    assert (state.status, state.title, state.revision) == (ListingStatus.RESERVED, offer.terms.title, 1)


async def test_an_offer_of_which_part_is_held_stays_open_and_nobody_is_told() -> None:
    world, offer = await scene()
    outcome = await apply_remaining(change(offer, 1, held="12"), LATER, world.ports)
    assert (outcome.events, outcome.listing.status) == ((), ListingStatus.OPEN)
    assert await world.listings.get(offer.listing_id) == outcome.listing


async def test_an_offer_goes_from_reserved_to_open_to_closed_and_back_as_trades_go() -> None:
    world, offer = await scene()
    steps = [("12.5", "0"), ("0", "5"), ("7.5", "5"), ("0", "12.5"), ("0", "5"), ("0", "12.5"), ("12.5", "0")]
    told = [
        names((await apply_remaining(change(offer, number, *taken), LATER, world.ports)).events)
        for number, taken in enumerate(steps, start=1)
    ]
    happenings = ["reserved", "reopened", "reserved", "closed", "reopened", "closed", "reserved"]
    assert told == [[f"offer.{happening}"] for happening in happenings]


async def test_a_closed_offer_says_that_it_was_traded_and_an_open_one_says_nothing() -> None:
    world, offer = await scene()
    closed = await apply_remaining(change(offer, 1, promised="12.5"), LATER, world.ports)
    assert (closed.listing.ending, closed.listing.closed_reason) == (Ending.TRADED, "traded")
    reopened = await apply_remaining(change(offer, 2), LATER, world.ports)
    assert (reopened.listing.ending, reopened.listing.closed_reason) == (None, None)


@pytest.mark.parametrize("sequence", [1, 2])
async def test_a_late_or_repeated_change_is_ignored(sequence: int) -> None:
    world, offer = await scene()
    await apply_remaining(change(offer, 2, held="12.5"), LATER, world.ports)
    saves = world.listings.saves
    outcome = await apply_remaining(change(offer, sequence), LATER, world.ports)
    assert (outcome.events, outcome.listing.status) == ((), ListingStatus.RESERVED)
    assert world.listings.saves == saves


async def test_a_replayed_change_gives_an_event_with_the_same_id() -> None:
    one, offer = await scene()
    other, same = await scene()
    first = await apply_remaining(change(offer, 1, held="12.5"), LATER, one.ports)
    second = await apply_remaining(change(same, 1, held="12.5"), LATER, other.ports)
    assert first.events[0].id == second.events[0].id


async def test_a_withdrawn_offer_stays_away_whatever_trades_do() -> None:
    world, offer = await scene()
    await apply_remaining(change(offer, 1, held="12.5"), LATER, world.ports)
    await withdraw(offer.listing_id, Withdrawal(), HOLDER, LATER, ids(), world.ports)
    outcome = await apply_remaining(change(offer, 2), LATER, world.ports)
    assert (outcome.events, outcome.listing.status) == ((), ListingStatus.CLOSED)


async def test_a_want_is_closed_when_all_of_it_is_promised() -> None:
    world = await registered_world()
    want = (await create_want(want_draft(), SEEKER, NOW, ids(), world.ports)).listing
    outcome = await apply_remaining(change(want, 1, promised="200"), LATER, world.ports)
    assert names(outcome.events) == ["want.closed"]


async def test_a_change_of_a_listing_that_was_never_kept_is_a_bad_message() -> None:
    world, offer = await scene()
    unknown = change(offer, 1).model_copy(update={"listing_id": UUID(int=5)})
    with pytest.raises(ListingNotFound):
        await apply_remaining(unknown, LATER, world.ports)
