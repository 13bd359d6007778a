"""Capabilities are told with their full state, seen by everybody and changed by their owner."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from contracts.events.capabilities import CapabilityEvent, CapabilityState
from listings.capabilities import (
    Capability,
    CapabilityEnded,
    CapabilityNotFound,
    CapabilityOutcome,
    CapabilityPorts,
    capability_view,
    publish_capability,
    revise_capability,
    state_of_capability,
    withdraw_capability,
)
from listings.capability_terms import CapabilityDraft
from listings.errors import NotTheOwner, OrganisationNotRegistered, RevisionMismatch, RoleNeeded
from listings.rights import Actor
from tests.unit.listings.scenes import HOLDER, LATER, NOW, OPERATOR, SEEKER, ids, registered_world
from tests.unit.listings.test_capability_terms import CHIPPER

NOBODY = Actor(UUID(int=77), frozenset(), "niemand")
PROPERTY = {"name": "moisture", "unit": "% w/w", "value": "20"}


@dataclass
class InMemoryCapabilities:
    """Capabilities by id."""

    rows: dict[UUID, Capability] = field(default_factory=dict)

    async def get_for_update(self, capability_id: UUID) -> Capability | None:
        return self.rows.get(capability_id)

    async def save(self, capability: Capability) -> None:
        self.rows[capability.capability_id] = Capability.from_record(capability.to_record())


def draft(**changes: Any) -> CapabilityDraft:
    return CapabilityDraft(**{**CHIPPER, **changes})


async def ports() -> CapabilityPorts:
    return CapabilityPorts((await registered_world()).ports.organisations, InMemoryCapabilities())


async def published(at: CapabilityPorts, **changes: Any) -> CapabilityOutcome:
    return await publish_capability(draft(**changes), HOLDER, NOW, ids(), at)


def told(outcome: CapabilityOutcome) -> CapabilityState:
    (event,) = outcome.events
    assert isinstance(event.data, CapabilityEvent)
    event.data.refuse_undeclared()
    return event.data.capability


async def test_a_capability_is_told_once_per_family_of_its_input_without_the_letters_of_its_postcode() -> None:
    outcome = await published(await ports(), inputs=["wood_grade_b", "paper"], output_properties=[PROPERTY])

    assert outcome.events[0].partition_keys == ("paper", "wood")
    assert told(outcome).output_properties[0].name == "moisture"
    assert "4811 AB" not in outcome.events[0].data.model_dump_json()
    assert outcome.capability.postcode == "4811 AB"


async def test_a_revision_is_told_in_old_and_new_families_and_the_same_again_to_nobody() -> None:
    at = await ports()
    key = (await published(at)).capability.capability_id
    same = await revise_capability(key, 1, draft(), HOLDER, LATER, ids(), at)
    assert same.events == ()

    paper = draft(inputs=["paper"], output="paper_shredded")
    outcome = await revise_capability(key, 1, paper, HOLDER, LATER, ids(), at)
    assert outcome.events[0].partition_keys == ("paper", "wood")
    assert [told(outcome).revision, told(outcome).families] == [2, ("paper",)]


async def test_a_withdrawn_capability_stays_withdrawn() -> None:
    at = await ports()
    key = (await published(at)).capability.capability_id
    outcome = await withdraw_capability(key, HOLDER, LATER, ids(), at)

    assert [told(outcome).active, told(outcome).revision] == [False, 2]
    with pytest.raises(CapabilityEnded):
        await withdraw_capability(key, HOLDER, LATER, ids(), at)


async def test_only_the_owner_and_the_operator_change_it() -> None:
    at = await ports()
    key = (await published(at)).capability.capability_id

    with pytest.raises(NotTheOwner):
        await withdraw_capability(key, SEEKER, LATER, ids(), at)
    with pytest.raises(CapabilityNotFound):
        await withdraw_capability(UUID(int=9), HOLDER, LATER, ids(), at)
    with pytest.raises(RevisionMismatch):
        await revise_capability(key, 7, draft(), HOLDER, LATER, ids(), at)
    assert (await withdraw_capability(key, OPERATOR, LATER, ids(), at)).events


async def test_who_is_not_registered_publishes_nothing_and_nobody_verifies_himself() -> None:
    at = await ports()

    with pytest.raises(OrganisationNotRegistered):
        await publish_capability(draft(), NOBODY, NOW, ids(), at)
    with pytest.raises(RoleNeeded):
        await published(at, output_properties=[{**PROPERTY, "grade": "verified"}])


async def test_everybody_sees_the_area_and_nobody_the_postcode() -> None:
    capability = (await published(await ports())).capability

    for viewer, mine in ((HOLDER, True), (SEEKER, False), (None, False)):
        view = capability_view(capability, viewer)
        assert [view.mine, view.postcode4, view.municipality] == [mine, "4811", "Breda"]
        assert "4811 AB" not in view.model_dump_json()
    assert state_of_capability(capability).capacity == 400
