"""Organisations join the marketplace and change what others know of them."""

from datetime import datetime
from uuid import UUID

from contracts.events.organisations import Permit
from contracts.vocabulary.places import place_of_postcode
from listings.announcements import about_organisation
from listings.commands import OrganisationDraft
from listings.drafting import place_state
from listings.errors import AlreadyRegistered, NotTheOwner, OrganisationNotFound
from listings.model import Organisation, OrganisationPrivate
from listings.outcomes import OrganisationOutcome
from listings.ports import NewId, Ports
from listings.publishing import require_revision
from listings.rights import Actor, commands_all, require_roles


async def register_organisation(
    draft: OrganisationDraft, actor: Actor, now: datetime, new_id: NewId, ports: Ports
) -> OrganisationOutcome:
    """Register the organisation for which the actor is signed in. Raises AlreadyRegistered, RoleNeeded."""
    known = await ports.organisations.get_for_update(actor.organisation_id)
    if known is not None:
        raise AlreadyRegistered(known.organisation_id, known.revision)
    require_roles(frozenset(draft.roles), frozenset(), actor)
    organisation = new_organisation(draft, actor.organisation_id, now)
    await ports.organisations.save(organisation)
    return OrganisationOutcome(organisation, (about_organisation(organisation, new_id()),))


async def revise_organisation(
    organisation_id: UUID,
    expected_revision: int,
    draft: OrganisationDraft,
    actor: Actor,
    now: datetime,
    new_id: NewId,
    ports: Ports,
) -> OrganisationOutcome:
    """Replace what is known of an organisation. The same content again changes nothing and tells nobody."""
    before = await ports.organisations.get_for_update(organisation_id)
    if before is None:
        raise OrganisationNotFound(organisation_id)
    if not commands_all(actor, organisation_id):
        raise NotTheOwner(f"organisation {organisation_id}")
    require_revision(expected_revision, before.revision)
    require_roles(frozenset(draft.roles), frozenset(before.roles), actor)
    wanted = new_organisation(draft, organisation_id, now)
    fresh = before.with_content_of(wanted, now)
    if fresh is before:
        return OrganisationOutcome(before)
    await ports.organisations.save(fresh)
    return OrganisationOutcome(fresh, (about_organisation(fresh, new_id()),))


def new_organisation(draft: OrganisationDraft, organisation_id: UUID, now: datetime) -> Organisation:
    """The first revision of an organisation."""
    return Organisation(
        organisation_id=organisation_id,
        revision=1,
        name=draft.name,
        kvk_number=draft.kvk_number,
        roles=draft.roles,
        vihb_number=draft.vihb_number,
        permits=tuple(Permit(**permit.model_dump()) for permit in draft.permits),
        place=place_state(place_of_postcode(draft.postcode)) if draft.postcode else None,
        private=OrganisationPrivate(
            postcode=draft.postcode, street_address=draft.street_address, contact_email=draft.contact_email
        ),
        created_at=now,
        changed_at=now,
    )
