"""Capabilities: what processors and depots can do with the material of others. Everybody may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from contracts.envelope import NewEvent
from contracts.events.capabilities import (
    CapabilityEvent,
    CapabilityPublished,
    CapabilityRevised,
    CapabilityState,
    CapabilityWithdrawn,
)
from contracts.events.listings import LimitState, PlaceState, PropertyState
from contracts.problems import Refusal
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import place_of_postcode
from listings.capability_terms import CapabilityDraft, CapabilityTerms
from listings.drafting import only, place_state
from listings.errors import NotTheOwner, OrganisationNotRegistered
from listings.model import Revisable
from listings.ports import NewId, Organisations
from listings.publishing import require_revision
from listings.rights import Actor, commands_all, require_grade
from listings.terms import Frozen


class Capability(Revisable):
    """A capability as it is kept."""

    CONTENT = ("terms", "families", "place", "postcode")

    capability_id: UUID
    organisation_id: UUID
    active: bool = True
    terms: CapabilityTerms
    families: tuple[str, ...]
    place: PlaceState
    postcode: str
    published_at: AwareDatetime


class CapabilityView(Frozen):
    """A capability as everybody may see it."""

    capability_id: UUID
    revision: int
    organisation_id: UUID
    mine: bool
    active: bool
    terms: CapabilityTerms
    families: tuple[str, ...]
    postcode4: str
    municipality: str
    province: str


class CapabilityNotFound(Refusal):
    """No such capability."""

    status: ClassVar[int] = 404
    slug: ClassVar[str] = "capability-not-found"
    title: ClassVar[str] = "Capability not found"

    def __init__(self, capability_id: UUID) -> None:
        super().__init__(f"there is no capability {capability_id}; check the id", capability_id=str(capability_id))


class CapabilityEnded(Refusal):
    """A withdrawn capability stays withdrawn."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "capability-ended"
    title: ClassVar[str] = "This capability was withdrawn"


class Capabilities(Protocol):
    """Capabilities, withdrawn ones included."""

    async def get_for_update(self, capability_id: UUID) -> Capability | None:
        """The capability, locked until the end of the transaction, or None."""

    async def save(self, capability: Capability) -> None:
        """Insert or replace by capability id."""


@dataclass(frozen=True, slots=True)
class CapabilityPorts:
    """What handlers of capabilities need."""

    organisations: Organisations
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class CapabilityOutcome:
    """A capability as it is now."""

    capability: Capability
    events: tuple[NewEvent, ...] = ()


async def publish_capability(
    draft: CapabilityDraft, actor: Actor, now: datetime, new_id: NewId, ports: CapabilityPorts
) -> CapabilityOutcome:
    """Keep a capability of the actor's organisation and tell of it."""
    if await ports.organisations.get(actor.organisation_id) is None:
        raise OrganisationNotRegistered(actor.organisation_id)
    _require_grades(draft, actor)
    made = _made(draft, new_id(), actor.organisation_id, now)
    await ports.capabilities.save(made)
    return CapabilityOutcome(made, (_about(made, CapabilityPublished, new_id()),))


async def revise_capability(
    capability_id: UUID,
    expected_revision: int,
    draft: CapabilityDraft,
    actor: Actor,
    now: datetime,
    new_id: NewId,
    ports: CapabilityPorts,
) -> CapabilityOutcome:
    """Replace what a capability says. The same content again changes nothing and tells nobody."""
    before = await _fetch(capability_id, actor, ports)
    require_revision(expected_revision, before.revision)
    _require_grades(draft, actor)
    fresh = before.with_content_of(_made(draft, capability_id, before.organisation_id, now), now)
    if fresh is before:
        return CapabilityOutcome(before)
    await ports.capabilities.save(fresh)
    return CapabilityOutcome(fresh, (_about(fresh, CapabilityRevised, new_id(), before),))


async def withdraw_capability(
    capability_id: UUID, actor: Actor, now: datetime, new_id: NewId, ports: CapabilityPorts
) -> CapabilityOutcome:
    """Take a capability back for good; agreed trades stand."""
    before = await _fetch(capability_id, actor, ports)
    ending = {"active": False, "revision": before.revision + 1, "changed_at": now}
    fresh = before.model_copy(update=ending)
    await ports.capabilities.save(fresh)
    return CapabilityOutcome(fresh, (_about(fresh, CapabilityWithdrawn, new_id()),))


def capability_view(capability: Capability, viewer: Actor | None) -> CapabilityView:
    """The capability as `viewer` (None: not signed in) may see it."""
    return CapabilityView(
        capability_id=capability.capability_id,
        revision=capability.revision,
        organisation_id=capability.organisation_id,
        mine=viewer is not None and viewer.organisation_id == capability.organisation_id,
        active=capability.active,
        terms=capability.terms,
        families=capability.families,
        postcode4=capability.place.postcode4,
        municipality=capability.place.municipality,
        province=capability.place.province,
    )


def state_of_capability(capability: Capability) -> CapabilityState:
    """The full state that events carry: the postcode's letters, which no field of it has, stay behind."""
    terms = {name: getattr(capability.terms, name) for name in CapabilityTerms.model_fields}
    return CapabilityState(
        **{
            **terms,
            "limits": _as(LimitState, capability.terms.limits),
            "output_properties": _as(PropertyState, capability.terms.output_properties),
            "capability_id": capability.capability_id,
            "revision": capability.revision,
            "organisation_id": capability.organisation_id,
            "active": capability.active,
            "families": capability.families,
            "place": capability.place,
            "published_at": capability.published_at,
        }
    )


def _as(kind: type[BaseModel], items: Sequence[BaseModel]) -> tuple[Any, ...]:
    return tuple(kind(**{name: getattr(item, name) for name in kind.model_fields}) for item in items)


def _made(draft: CapabilityDraft, capability_id: UUID, organisation_id: UUID, now: datetime) -> Capability:
    return Capability(
        capability_id=capability_id,
        revision=1,
        organisation_id=organisation_id,
        terms=only(CapabilityTerms, draft),
        families=tuple(sorted(material_tree().families_of(draft.inputs))),
        place=place_state(place_of_postcode(draft.postcode)),
        postcode=draft.postcode,
        published_at=now,
        created_at=now,
        changed_at=now,
    )


def _require_grades(draft: CapabilityDraft, actor: Actor) -> None:
    for item in draft.output_properties:
        require_grade(item.grade, actor)


async def _fetch(capability_id: UUID, actor: Actor, ports: CapabilityPorts) -> Capability:
    """The capability, locked, for somebody who may change it."""
    found = await ports.capabilities.get_for_update(capability_id)
    if found is None:
        raise CapabilityNotFound(capability_id)
    if not commands_all(actor, found.organisation_id):
        raise NotTheOwner(f"capability {capability_id}")
    if not found.active:
        raise CapabilityEnded(f"capability {capability_id} was withdrawn; publish a new one")
    return found


def _about(
    capability: Capability, happening: type[CapabilityEvent], event_id: UUID, before: Capability | None = None
) -> NewEvent:
    """Told in the families it left as well, because there it has to be forgotten."""
    families = tuple(sorted({*capability.families, *(before.families if before else ())}))
    data = happening(capability=state_of_capability(capability))
    return NewEvent(data, f"capability:{capability.capability_id}", families, event_id)
