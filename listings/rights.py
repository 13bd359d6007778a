"""Who is asking, and what that allows: the owner and the operator change things, others may at most see them."""

from dataclasses import dataclass
from uuid import UUID

from contracts.vocabulary.terms import Grade, Role, Visibility
from listings.errors import ListingNotFound, NotTheOwner, RoleNeeded
from listings.model import AnyListing

VERIFIERS = frozenset({Role.AUTHORITY, Role.OPERATOR})
GRANTED_ROLES = frozenset({Role.AUTHORITY, Role.OPERATOR})
"""Roles that nobody gives to himself: the operator grants them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in: for which organisation, with which roles, and as whom (the subject of the token)."""

    organisation_id: UUID
    roles: frozenset[Role]
    subject: str


def commands_all(actor: Actor | None, owner_id: UUID) -> bool:
    """Whether `actor` is the owner or the operator, who see and change everything of a thing."""
    return actor is not None and (actor.organisation_id == owner_id or Role.OPERATOR in actor.roles)


def may_see(listing: AnyListing, viewer: Actor | None) -> bool:
    """Whether `viewer` may know that the listing exists. None is somebody not signed in."""
    if commands_all(viewer, listing.organisation_id):
        return True
    if listing.published_at is None:
        return False
    if listing.terms.visibility is Visibility.PARTNERS:
        return viewer is not None and viewer.organisation_id in listing.terms.partners
    return True


def require_visible(listing: AnyListing | None, listing_id: UUID, viewer: Actor | None) -> AnyListing:
    """The listing; raises ListingNotFound when there is none that `viewer` may know of."""
    if listing is None or not may_see(listing, viewer):
        raise ListingNotFound(listing_id)
    return listing


def require_changeable(listing: AnyListing | None, listing_id: UUID, actor: Actor) -> AnyListing:
    """The listing; raises ListingNotFound when `actor` may not see it and NotTheOwner when it may not change it."""
    seen = require_visible(listing, listing_id, actor)
    if not commands_all(actor, seen.organisation_id):
        raise NotTheOwner(f"listing {listing_id}")
    return seen


def require_grade(grade: Grade, actor: Actor) -> None:
    """Raise RoleNeeded when `actor` may not call something verified: that is for who does not profit from it."""
    if grade is Grade.VERIFIED and not actor.roles & VERIFIERS:
        raise RoleNeeded("grade 'verified'", VERIFIERS, "use 'declared', or 'documented' with the document attached")


def require_roles(wanted: frozenset[Role], held: frozenset[Role], actor: Actor) -> None:
    """Raise RoleNeeded when an organisation takes a role that only the operator grants and it does not hold."""
    taken = (wanted & GRANTED_ROLES) - held - actor.roles
    if taken and Role.OPERATOR not in actor.roles:
        names = ", ".join(sorted(taken))
        raise RoleNeeded(f"giving role {names}", {Role.OPERATOR}, "leave the role out and ask the operator for it")
