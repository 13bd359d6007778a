"""Saved searches are told to the matcher, and seen by their owner only."""

import pytest

from contracts.envelope import NewEvent
from contracts.events.listings import SavedSearchPublished, SavedSearchState
from listings.errors import OrganisationNotRegistered, RevisionMismatch, SearchNotFound
from listings.rights import Actor
from listings.searches import create_search, delete_search, revise_search
from tests.unit.listings.fakes import World
from tests.unit.listings.scenes import (
    AUTHORITY,
    HOLDER,
    LATER,
    NOW,
    SEEKER,
    STRANGER,
    ids,
    registered_world,
    search_draft,
)


def told(event: NewEvent) -> SavedSearchState:
    assert isinstance(event.data, SavedSearchPublished)
    return event.data.search


async def test_a_saved_search_is_told_in_its_families_without_the_letters_of_its_postcode() -> None:
    world = await registered_world()
    draft = search_draft(concepts=["wood", "paper"], max_distance_km=40)
    outcome = await create_search(draft, SEEKER, NOW, ids(), world.ports)
    (event,) = outcome.events
    assert event.partition_keys == ("paper", "wood")
    assert told(event).place is not None
    assert told(event).max_distance_km == 40
    assert "3511 AB" not in event.data.model_dump_json()
    assert outcome.search.private.postcode == "3511 AB"


async def test_a_revised_search_is_told_in_old_and_new_families() -> None:
    world = await registered_world()
    search = (await create_search(search_draft(), SEEKER, NOW, ids(), world.ports)).search
    paper = search_draft(concepts=["paper"], active=False)
    outcome = await revise_search(search.search_id, 1, paper, SEEKER, LATER, ids(2000), world.ports)
    (event,) = outcome.events
    assert event.partition_keys == ("paper", "wood")
    assert (told(event).revision, told(event).active, told(event).families) == (2, False, ("paper",))


async def test_the_same_search_again_is_told_to_nobody() -> None:
    world = await registered_world()
    search = (await create_search(search_draft(), SEEKER, NOW, ids(), world.ports)).search
    outcome = await revise_search(search.search_id, 1, search_draft(), SEEKER, LATER, ids(), world.ports)
    assert (outcome.events, outcome.search) == ((), search)


async def test_a_search_that_changed_in_the_meantime_is_not_overwritten() -> None:
    world = await registered_world()
    search = (await create_search(search_draft(), SEEKER, NOW, ids(), world.ports)).search
    with pytest.raises(RevisionMismatch):
        await revise_search(search.search_id, 2, search_draft(name="x"), SEEKER, LATER, ids(), world.ports)


async def test_a_deleted_search_is_told_as_inactive_and_then_gone() -> None:
    world = await registered_world()
    search = (await create_search(search_draft(), SEEKER, NOW, ids(), world.ports)).search
    outcome = await delete_search(search.search_id, SEEKER, LATER, ids(), world.ports)
    assert (told(outcome.events[0]).active, outcome.search.deleted) == (False, True)
    with pytest.raises(SearchNotFound):
        await delete_search(search.search_id, SEEKER, LATER, ids(), world.ports)


@pytest.mark.parametrize("actor", [HOLDER, STRANGER, AUTHORITY])
async def test_a_search_of_somebody_else_does_not_exist(actor: Actor) -> None:
    world = await registered_world()
    search = (await create_search(search_draft(), SEEKER, NOW, ids(), world.ports)).search
    with pytest.raises(SearchNotFound):
        await delete_search(search.search_id, actor, LATER, ids(), world.ports)


async def test_a_search_needs_a_registered_organisation() -> None:
    with pytest.raises(OrganisationNotRegistered):
        await create_search(search_draft(), SEEKER, NOW, ids(), World().ports)
