"""Routes of offers and wants: the same acts on two kinds of listing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from contracts.vocabulary.terms import ListingKind
from infra.http.carrying import IdempotencyKey, IfMatch, carry
from infra.http.idempotency import Answer
from infra.http.preconditions import expected_revision
from infra.http.problems import documented
from infra.identity.tokens import Identity
from infra.postgres.database import Connection
from infra.postgres.stores.listings import listing_ports
from infra.postgres.transaction import Transaction
from listings import handlers
from listings.commands import OfferDraft, WantDraft, Withdrawal
from listings.errors import ListingNotFound
from listings.model import AnyListing, Organisation
from listings.outcomes import Outcome
from listings.ports import NewId, Ports
from listings.rights import Actor, require_visible
from listings.views import OfferView, WantView, public_view
from services.asking import InHouse, Visitor, Who
from services.house import House
from services.listings_api.asking import actor_of, append, viewer_of
from services.listings_api.showing import answer_of

Decide = Callable[[Actor, datetime, NewId, Ports], Awaitable[Outcome]]


@dataclass(frozen=True)
class Kind:
    """What differs between offers and wants."""

    kind: ListingKind
    draft: Any
    view: Any
    create: Callable[..., Awaitable[Outcome]]

    @property
    def path(self) -> str:
        """The collection's path."""
        return f"/v1/{self.kind.value}s"


OFFERS = Kind(ListingKind.OFFER, OfferDraft, OfferView, handlers.create_offer)
WANTS = Kind(ListingKind.WANT, WantDraft, WantView, handlers.create_want)


async def shown(listing: AnyListing, viewer: Actor | None, ports: Ports) -> OfferView | WantView:
    """The listing as `viewer` may see it."""
    return public_view(listing, await _owner_of(listing, ports), viewer)


async def answered(listing: AnyListing, viewer: Actor | None, ports: Ports, status: int = 200) -> Answer:
    """The listing as `viewer` may see it, as an HTTP answer."""
    return answer_of(listing, await _owner_of(listing, ports), viewer, status)


async def _owner_of(listing: AnyListing, ports: Ports) -> Organisation:
    owner = await ports.organisations.get(listing.organisation_id)
    if owner is None:
        raise ListingNotFound(listing.listing_id)
    return owner


async def act(
    house: House,
    request: Request,
    who: Identity,
    key: str | None,
    decide: Decide,
    status: int = 200,
    asks: bytes | None = None,
) -> Response:
    """Decide in one transaction, append the events, answer with the listing. `asks` as in `carry`."""

    async def work(unit: Transaction) -> Answer:
        ports = listing_ports(unit.connection)
        outcome = await decide(actor_of(who), house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return await answered(outcome.listing, actor_of(who), ports, status)

    return await carry(house, request, who, key, work, asks)


async def read_visible(
    connection: Connection, kind: ListingKind | None, listing_id: UUID, viewer: Actor | None
) -> AnyListing:
    """The listing of that kind (None: either); raises ListingNotFound when `viewer` may not know of it."""
    found = await listing_ports(connection).listings.get(listing_id)
    seen = require_visible(found, listing_id, viewer)
    if kind is not None and seen.kind is not kind:
        raise ListingNotFound(listing_id)
    return seen


def router_of(kind: Kind) -> APIRouter:
    """The routes of one kind of listing."""
    router = APIRouter(prefix=kind.path, tags=[kind.path.removeprefix("/v1/")])
    _add_making(router, kind)
    _add_changing(router, kind)
    return router


def _add_making(router: APIRouter, kind: Kind) -> None:
    async def create(
        draft: Any, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
    ) -> Response:
        """Make a listing; open at once unless `draft` is true."""

        async def decide(actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
            return await kind.create(draft, actor, now, new_id, ports)

        return await act(house, request, who, idempotency_key, decide, 201)

    # FastAPI reads the body's model from the annotation, which is a value here and not a type that mypy knows.
    create.__annotations__["draft"] = kind.draft
    refusals = documented(400, 401, 403, 409, 413, 422)
    router.add_api_route("", create, methods=["POST"], status_code=201, response_model=kind.view, responses=refusals)

    @router.get("/{listing_id}", response_model=kind.view, responses=documented(401, 404, 422))
    async def read(listing_id: UUID, house: InHouse, visitor: Visitor) -> Response:
        """A listing as you may see it."""
        async with house.database.connection() as connection:
            listing = await read_visible(connection, kind.kind, listing_id, viewer_of(visitor))
            return (await answered(listing, viewer_of(visitor), listing_ports(connection))).response()


def _add_changing(router: APIRouter, kind: Kind) -> None:
    async def revise(
        listing_id: UUID, draft: Any, request: Request, house: InHouse, who: Who, if_match: IfMatch = None
    ) -> Response:
        """Replace what a listing says; `If-Match` names the version you saw."""
        expected = expected_revision(if_match)

        async def decide(actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
            return await handlers.revise(listing_id, expected, draft, actor, now, new_id, ports)

        return await act(house, request, who, None, decide)

    revise.__annotations__["draft"] = kind.draft
    refusals = documented(400, 401, 403, 404, 409, 412, 413, 422, 428)
    router.add_api_route("/{listing_id}", revise, methods=["PUT"], response_model=kind.view, responses=refusals)
    _add_ends(router, kind)


def _add_ends(router: APIRouter, kind: Kind) -> None:
    @router.post("/{listing_id}/publish", response_model=kind.view, responses=documented(401, 403, 404, 409, 422))
    async def publish(
        listing_id: UUID, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
    ) -> Response:
        """Open a draft for trade."""

        async def decide(actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
            return await handlers.publish(listing_id, actor, now, new_id, ports)

        return await act(house, request, who, idempotency_key, decide)

    @router.post(
        "/{listing_id}/withdraw", response_model=kind.view, responses=documented(400, 401, 403, 404, 409, 413, 422)
    )
    async def withdraw(
        listing_id: UUID,
        request: Request,
        house: InHouse,
        who: Who,
        withdrawal: Annotated[Withdrawal | None, Body()] = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        """Take a listing back; its open proposals lapse."""

        async def decide(actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
            return await handlers.withdraw(listing_id, withdrawal or Withdrawal(), actor, now, new_id, ports)

        return await act(house, request, who, idempotency_key, decide)
