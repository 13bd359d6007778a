"""Organisations register themselves, but do not give themselves the power over others."""

from uuid import UUID

import pytest

from contracts.envelope import NewEvent
from contracts.events.organisations import OrganisationRegistered, OrganisationRevised, OrganisationState
from contracts.vocabulary.terms import Role
from listings.errors import AlreadyRegistered, NotTheOwner, OrganisationNotFound, RevisionMismatch, RoleNeeded
from listings.organisations import register_organisation, revise_organisation
from listings.rights import Actor
from tests.unit.listings.fakes import World
from tests.unit.listings.scenes import (
    AUTHORITY,
    AUTHORITY_ID,
    HOLDER,
    HOLDER_ID,
    LATER,
    NOW,
    OPERATOR,
    STRANGER,
    ids,
    names,
    organisation_draft,
)


def told(event: NewEvent) -> OrganisationState:
    assert isinstance(event.data, OrganisationRegistered | OrganisationRevised)
    return event.data.organisation


async def test_a_registered_organisation_is_told_without_street_and_mail() -> None:
    world = World()
    outcome = await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)
    (event,) = outcome.events
    assert names(outcome.events) == ["organisation.registered"]
    assert event.partition_keys == (event.subject,) == (str(HOLDER_ID),)
    assert (told(event).kvk_number, told(event).postcode4, told(event).municipality) == ("87654321", "3511", "Utrecht")
    text = event.data.model_dump_json()
    assert not [private for private in ("Zaagsteeg", "anna@", "3511 AB") if private in text]
    assert await world.organisations.get(HOLDER_ID) == outcome.organisation


async def test_an_organisation_registers_once() -> None:
    world = World()
    await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)
    with pytest.raises(AlreadyRegistered, match="revise it instead"):
        await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)


async def test_a_revised_organisation_is_told_and_the_same_again_is_not() -> None:
    world = World()
    await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)
    draft = organisation_draft(name="De Vries Hout", vihb_number="810933VIXX")
    first = await revise_organisation(HOLDER_ID, 1, draft, HOLDER, LATER, ids(), world.ports)
    assert (names(first.events), first.organisation.revision) == (["organisation.revised"], 2)
    again = await revise_organisation(HOLDER_ID, 2, draft, HOLDER, LATER, ids(), world.ports)
    assert (again.events, again.organisation) == ((), first.organisation)


async def test_only_the_organisation_itself_and_the_operator_revise_it() -> None:
    world = World()
    await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)
    with pytest.raises(NotTheOwner):
        await revise_organisation(HOLDER_ID, 1, organisation_draft(name="x"), STRANGER, NOW, ids(), world.ports)
    with pytest.raises(RevisionMismatch):
        await revise_organisation(HOLDER_ID, 3, organisation_draft(name="x"), OPERATOR, NOW, ids(), world.ports)
    with pytest.raises(OrganisationNotFound):
        await revise_organisation(UUID(int=9), 1, organisation_draft(), OPERATOR, NOW, ids(), world.ports)


@pytest.mark.parametrize("role", [Role.AUTHORITY, Role.OPERATOR])
async def test_nobody_makes_himself_authority_or_operator(role: Role) -> None:
    world = World()
    with pytest.raises(RoleNeeded, match="ask the operator"):
        await register_organisation(organisation_draft(roles=[role]), HOLDER, NOW, ids(), world.ports)
    await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)
    with pytest.raises(RoleNeeded):
        await revise_organisation(HOLDER_ID, 1, organisation_draft(roles=[role]), HOLDER, NOW, ids(), world.ports)


async def test_a_granted_role_is_kept_by_who_has_it() -> None:
    world = World()
    await register_organisation(organisation_draft(), HOLDER, NOW, ids(), world.ports)
    granted = organisation_draft(roles=["authority"])
    await revise_organisation(HOLDER_ID, 1, granted, OPERATOR, NOW, ids(), world.ports)
    renamed = organisation_draft(roles=["authority"], name="Omgevingsdienst")
    outcome = await revise_organisation(HOLDER_ID, 2, renamed, HOLDER, NOW, ids(), world.ports)
    assert outcome.organisation.roles == (Role.AUTHORITY,)


async def test_an_authority_signed_in_as_such_registers_as_such() -> None:
    draft = organisation_draft(roles=["authority"])
    outcome = await register_organisation(draft, AUTHORITY, NOW, ids(), World().ports)
    assert outcome.organisation.organisation_id == AUTHORITY_ID
    both = Actor(AUTHORITY_ID, frozenset({Role.AUTHORITY}), "els")
    with pytest.raises(RoleNeeded):
        draft = organisation_draft(roles=["authority", "operator"])
        await register_organisation(draft, both, NOW, ids(), World().ports)
