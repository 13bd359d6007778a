"""Who asks, in the words of the listings domain, and how its events are appended."""

from collections.abc import Sequence

from fastapi import Request

from contracts.envelope import NewEvent
from infra.http.carrying import context_of
from infra.identity.tokens import Identity
from infra.postgres.transaction import Transaction
from listings.rights import Actor
from services.house import House

SOURCE = "/listings_api"


def actor_of(identity: Identity) -> Actor:
    """The identity in the words of the listings domain."""
    return Actor(identity.organisation_id, identity.roles, identity.subject)


def viewer_of(identity: Identity | None) -> Actor | None:
    """The same for somebody who may be a visitor."""
    return None if identity is None else actor_of(identity)


def append(unit: Transaction, events: Sequence[NewEvent], request: Request, house: House) -> None:
    """Append the events of a request."""
    unit.append(events, context_of(request, house.now(), SOURCE))
