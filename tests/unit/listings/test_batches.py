"""A file of listings may be sent again and again: only what changed is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.terms import ListingStatus
from listings.batches import upsert_by_external_id
from listings.commands import OfferDraft, Withdrawal
from listings.drafting import AnyDraft
from listings.errors import ExternalIdTaken, NotReadyToOpen, OrganisationNotRegistered, WrongKind, WrongState
from listings.outcomes import BatchOutcome, Upserted
from listings.publishing import withdraw
from tests.unit.listings.fakes import World
from tests.unit.listings.scenes import HOLDER, LATER, NOW, SEEKER, ids, names, offer_draft, registered_world, want_draft


def results(outcome: BatchOutcome) -> list[str]:
    return [item.result.value for item in outcome.items]


def refusal_types(outcome: BatchOutcome) -> list[type]:
    return [type(item.refusal) for item in outcome.items if item.refusal]


async def test_new_is_created_same_is_unchanged_and_different_is_revised() -> None:
    world = await registered_world()
    drafts = [offer_draft(external_id=f"ERP-{number}") for number in range(3)]
    first = await upsert_by_external_id(drafts, HOLDER, NOW, ids(), world.ports)
    assert (results(first), len(first.events)) == (["created"] * 3, 3)
    again = await upsert_by_external_id(drafts, HOLDER, LATER, ids(2000), world.ports)
    assert (results(again), again.events, world.listings.saves) == (["unchanged"] * 3, (), 3)
    drafts[1] = offer_draft(external_id="ERP-1", quantity=99)
    third = await upsert_by_external_id(drafts, HOLDER, LATER, ids(3000), world.ports)
    assert results(third) == ["unchanged", "revised", "unchanged"]
    assert names(third.events) == ["offer.revised"]


@given(quantities=st.lists(st.integers(1, 3), min_size=1, max_size=6))
async def test_sending_a_file_twice_is_sending_it_once(quantities: list[int]) -> None:
    world = await registered_world()
    drafts = [offer_draft(external_id=f"K{place}", quantity=size) for place, size in enumerate(quantities)]
    await upsert_by_external_id(drafts, HOLDER, NOW, ids(), world.ports)
    kept = dict(world.listings.records)
    again = await upsert_by_external_id(drafts, HOLDER, LATER, ids(5000), world.ports)
    assert {item.result for item in again.items} == {Upserted.UNCHANGED}
    assert (again.events, world.listings.records) == ((), kept)


async def test_one_wrong_listing_does_not_stop_the_others() -> None:
    world = await registered_world()
    drafts: list[AnyDraft] = [
        offer_draft(external_id="A", concept=None),
        offer_draft(external_id="B"),
        want_draft(external_id="B"),
    ]
    outcome = await upsert_by_external_id(drafts, HOLDER, NOW, ids(), world.ports)
    assert results(outcome) == ["refused", "created", "refused"]
    assert refusal_types(outcome) == [NotReadyToOpen, ExternalIdTaken]
    assert len(world.listings.records) == 1


async def test_a_key_names_one_kind_of_listing() -> None:
    world = await registered_world()
    await upsert_by_external_id([offer_draft()], HOLDER, NOW, ids(), world.ports)
    outcome = await upsert_by_external_id([want_draft(external_id="ERP-1")], HOLDER, NOW, ids(), world.ports)
    assert refusal_types(outcome) == [WrongKind]


async def test_listings_without_a_key_are_always_new() -> None:
    world = await registered_world()
    drafts: list[OfferDraft] = [offer_draft(external_id=None)] * 2
    outcome = await upsert_by_external_id(drafts, HOLDER, NOW, ids(), world.ports)
    assert results(outcome) == ["created", "created"]
    assert len(world.listings.records) == 2


async def test_keys_of_different_organisations_do_not_meet() -> None:
    world = await registered_world()
    await upsert_by_external_id([offer_draft()], HOLDER, NOW, ids(), world.ports)
    outcome = await upsert_by_external_id([offer_draft(quantity=1)], SEEKER, NOW, ids(2000), world.ports)
    assert results(outcome) == ["created"]


async def test_a_draft_opens_when_the_file_no_longer_calls_it_one() -> None:
    world = await registered_world()
    await upsert_by_external_id([offer_draft(draft=True)], HOLDER, NOW, ids(), world.ports)
    outcome = await upsert_by_external_id([offer_draft()], HOLDER, NOW, ids(2000), world.ports)
    assert (results(outcome), names(outcome.events)) == (["revised"], ["offer.published"])
    assert outcome.items[0].listing is not None
    assert outcome.items[0].listing.status is ListingStatus.OPEN


async def test_what_was_withdrawn_does_not_come_back_with_the_next_file() -> None:
    world = await registered_world()
    made = await upsert_by_external_id([offer_draft()], HOLDER, NOW, ids(), world.ports)
    listing = made.items[0].listing
    assert listing is not None
    await withdraw(listing.listing_id, Withdrawal(), HOLDER, NOW, ids(2000), world.ports)
    same = await upsert_by_external_id([offer_draft()], HOLDER, NOW, ids(3000), world.ports)
    assert results(same) == ["unchanged"]
    other = await upsert_by_external_id([offer_draft(quantity=1)], HOLDER, NOW, ids(4000), world.ports)
    assert refusal_types(other) == [WrongState]


async def test_a_batch_of_an_unknown_organisation_is_refused_as_a_whole() -> None:
    with pytest.raises(OrganisationNotRegistered):
        await upsert_by_external_id([offer_draft()], HOLDER, NOW, ids(), World().ports)
