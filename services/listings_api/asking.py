"""Who asks, as the listings domain sees it."""

from collections.abc import Sequence
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from contracts.envelope import NewEvent
from infra.http.authentication import bearer, identify, identify_if_given
from infra.http.carrying import context_of
from infra.identity.tokens import Identity
from infra.postgres.transaction import Transaction
from listings.rights import Actor
from services.house import House

SOURCE = "/listings_api"

Documented = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def house_of(request: Request) -> House:
    """The house that the app was made for."""
    return cast("House", request.app.state.house)


async def require_identity(request: Request, _documented: Documented) -> Identity:
    """Who is asking; 401 without a token."""
    return await identify(request, house_of(request).verifier)


async def optional_identity(request: Request, _documented: Documented) -> Identity | None:
    """Who is asking, None for a visitor."""
    return await identify_if_given(request, house_of(request).verifier)


InHouse = Annotated[House, Depends(house_of)]
Who = Annotated[Identity, Depends(require_identity)]
Visitor = Annotated[Identity | None, Depends(optional_identity)]


def actor_of(identity: Identity) -> Actor:
    """The identity in the words of the listings domain."""
    return Actor(identity.organisation_id, identity.roles, identity.subject)


def viewer_of(identity: Identity | None) -> Actor | None:
    """The same for somebody who may be a visitor."""
    return None if identity is None else actor_of(identity)


def append(unit: Transaction, events: Sequence[NewEvent], request: Request, house: House) -> None:
    """Append the events of a request."""
    unit.append(events, context_of(request, house.now(), SOURCE))
