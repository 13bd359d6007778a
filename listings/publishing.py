"""Offers and wants from first draft to end: create, publish, revise, withdraw, expire.

Deciding is pure (`created`, `revised`, `opened` ...); the async functions fetch, decide and save.
"""

from datetime import date, datetime
from uuid import UUID, uuid5

from contracts.vocabulary.terms import ListingStatus
from listings.announcements import Happening, about_listing
from listings.commands import OfferDraft, WantDraft, Withdrawal
from listings.drafting import AnyDraft, new_listing, require_ready, with_content_of
from listings.errors import (
    ExternalIdTaken,
    OrganisationNotRegistered,
    RevisionMismatch,
    WrongState,
)
from listings.model import AnyListing, Ending, Offer, Organisation
from listings.outcomes import Outcome
from listings.ports import NewId, Ports
from listings.remaining import recounted, settled
from listings.rights import Actor, require_changeable, require_grade
from listings.states import TRANSITIONS, Step, after


async def create_offer(draft: OfferDraft, actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
    """Make an offer of the actor's organisation, open unless the draft says otherwise."""
    return await _create(draft, actor, now, new_id, ports)


async def create_want(draft: WantDraft, actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
    """Make a want of the actor's organisation, open unless the draft says otherwise."""
    return await _create(draft, actor, now, new_id, ports)


async def revise(
    listing_id: UUID,
    expected_revision: int,
    draft: AnyDraft,
    actor: Actor,
    now: datetime,
    new_id: NewId,
    ports: Ports,
) -> Outcome:
    """Replace what a listing says. The same content again changes nothing and tells nobody.

    A draft that is revised without `draft` opens. Raises RevisionMismatch when somebody else was first.
    """
    listing = await _fetch(listing_id, actor, ports)
    require_revision(expected_revision, listing.revision)
    if draft.external_id != listing.terms.external_id:
        await _require_free(draft.external_id, listing.organisation_id, ports)
    return await _carry(listing, revised(listing, draft, actor, now, new_id), ports)


async def publish(listing_id: UUID, actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
    """Open a draft for trade. Raises NotReadyToOpen with everything that is missing."""
    listing = await _fetch(listing_id, actor, ports)
    return await _carry(listing, opened(listing, now, new_id()), ports)


async def withdraw(
    listing_id: UUID, withdrawal: Withdrawal, actor: Actor, now: datetime, new_id: NewId, ports: Ports
) -> Outcome:
    """Take a listing back for good."""
    listing = await _fetch(listing_id, actor, ports)
    return await _carry(listing, withdrawn(listing, withdrawal.reason, now, new_id()), ports)


async def expire(listing: AnyListing, today: date, now: datetime, ports: Ports) -> Outcome:
    """End a listing whose last day has passed; others stay as they are. By the system: `listing` comes locked."""
    return await _carry(listing, expired(listing, today, now), ports)


def created(draft: AnyDraft, actor: Actor, now: datetime, new_id: NewId) -> Outcome:
    """A new listing of the actor's organisation."""
    _require_grades(draft, None, actor)
    listing = new_listing(draft, new_id(), actor.organisation_id, now)
    return Outcome(listing) if draft.draft else opened(listing, now, new_id())


def revised(listing: AnyListing, draft: AnyDraft, actor: Actor, now: datetime, new_id: NewId) -> Outcome:
    """The listing with the draft's content: still a draft, opened by it, or revised in the open."""
    _require_grades(draft, listing, actor)
    fresh = with_content_of(listing, draft, now)
    if listing.status is ListingStatus.DRAFT:
        return Outcome(fresh) if draft.draft else opened(fresh, now, new_id())
    if draft.draft:
        raise WrongState("draft=true", listing.status.value, "leave draft out, or withdraw the listing")
    return Outcome(listing) if fresh is listing else _revised_in_the_open(listing, fresh, now, new_id)


def opened(listing: AnyListing, now: datetime, event_id: UUID) -> Outcome:
    """The listing opened for the first time."""
    status = after(listing.status, Step.PUBLISH)
    require_ready(listing, now)
    fresh = listing.model_copy(update={"status": status, "published_at": now, "changed_at": now})
    return Outcome(fresh, (about_listing(fresh, Happening.PUBLISHED, event_id),))


def withdrawn(listing: AnyListing, reason: str | None, now: datetime, event_id: UUID) -> Outcome:
    """The listing taken back; nobody hears of a draft that goes."""
    fresh = listing.model_copy(
        update={
            "status": after(listing.status, Step.WITHDRAW),
            "ending": Ending.WITHDRAWN,
            "closed_reason": reason or Ending.WITHDRAWN.value,
            "changed_at": now,
        }
    )
    known = fresh.published_at is not None
    return Outcome(fresh, (about_listing(fresh, Happening.WITHDRAWN, event_id),) if known else ())


def expired(listing: AnyListing, today: date, now: datetime) -> Outcome:
    """The listing ended when its last day lies before `today`; the same listing otherwise."""
    until = listing.terms.available_until
    status = TRANSITIONS[listing.status, Step.EXPIRE]
    if status is None or until is None or until >= today:
        return Outcome(listing)
    fresh = listing.model_copy(update={"status": status, "changed_at": now})
    event_id = uuid5(listing.listing_id, f"expired/{listing.revision}")
    return Outcome(fresh, (about_listing(fresh, Happening.EXPIRED, event_id),))


async def require_registered(actor: Actor, ports: Ports) -> Organisation:
    """The actor's organisation; raises OrganisationNotRegistered."""
    organisation = await ports.organisations.get(actor.organisation_id)
    if organisation is None:
        raise OrganisationNotRegistered(actor.organisation_id)
    return organisation


def require_revision(expected: int, current: int) -> None:
    """Raise RevisionMismatch when what the actor read is not what stands."""
    if expected != current:
        raise RevisionMismatch(expected, current)


def _revised_in_the_open(before: AnyListing, fresh: AnyListing, now: datetime, new_id: NewId) -> Outcome:
    """Told as revised; a state that changes with the quantity (more became free) is told after it."""
    status = after(before.status, Step.REVISE)
    require_ready(fresh, now)
    fresh = recounted(fresh).model_copy(update={"status": status})
    revision = about_listing(fresh, Happening.REVISED, new_id(), before)
    moved = settled(fresh, now, new_id())
    return Outcome(moved.listing, (revision, *moved.events))


def _require_grades(draft: AnyDraft, listing: AnyListing | None, actor: Actor) -> None:
    """A property that was verified before may be sent along unchanged."""
    if not isinstance(draft, OfferDraft):
        return
    known = listing.terms.properties if isinstance(listing, Offer) else ()
    for item in draft.properties:
        if item not in known:
            require_grade(item.grade, actor)


async def _create(draft: AnyDraft, actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
    await require_registered(actor, ports)
    await _require_free(draft.external_id, actor.organisation_id, ports)
    outcome = created(draft, actor, now, new_id)
    await ports.listings.save(outcome.listing)
    return outcome


async def _fetch(listing_id: UUID, actor: Actor, ports: Ports) -> AnyListing:
    """The listing, locked, for somebody who may change it."""
    return require_changeable(await ports.listings.get_for_update(listing_id), listing_id, actor)


async def _carry(before: AnyListing, outcome: Outcome, ports: Ports) -> Outcome:
    if outcome.listing is not before:
        await ports.listings.save(outcome.listing)
    return outcome


async def _require_free(external_id: str | None, organisation_id: UUID, ports: Ports) -> None:
    if external_id is None:
        return
    taken = (await ports.listings.by_external_id(organisation_id, (external_id,))).get(external_id)
    if taken is not None:
        raise ExternalIdTaken(external_id, taken.listing_id)
