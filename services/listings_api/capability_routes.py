"""Routes of capabilities: what processors and depots can do with the material of others."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from infra.http.carrying import IdempotencyKey, IfMatch, carry, json_answer
from infra.http.idempotency import Answer
from infra.http.preconditions import etag, expected_revision
from infra.http.problems import documented
from infra.identity.tokens import Identity
from infra.postgres.stores.capabilities import StoredCapabilities, capability_ports
from infra.postgres.transaction import Transaction
from listings.capabilities import (
    Capability,
    CapabilityNotFound,
    CapabilityView,
    capability_view,
    publish_capability,
    revise_capability,
    withdraw_capability,
)
from listings.capability_terms import CapabilityDraft
from services.asking import InHouse, Visitor, Who
from services.listings_api.asking import actor_of, append, viewer_of

router = APIRouter(prefix="/v1/capabilities", tags=["capabilities"])

START = UUID(int=0)
CHANGES = documented(400, 401, 403, 404, 409, 412, 413, 422, 428)


class CapabilityPage(BaseModel):
    """A page of capabilities; `next` is the `after` of the following page, none on the last one."""

    items: list[CapabilityView]
    next: UUID | None


def _answer(capability: Capability, viewer: Identity | None, status: int = 200) -> Answer:
    headers = {"ETag": etag(capability.revision)}
    if status == 201:
        headers["Location"] = f"/v1/capabilities/{capability.capability_id}"
    return json_answer(capability_view(capability, viewer_of(viewer)), status, headers)


@router.post("", status_code=201, response_model=CapabilityView, responses=documented(400, 401, 403, 409, 413, 422))
async def publish(
    draft: CapabilityDraft, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Publish a capability: offers are matched by way of it from now on."""

    async def work(unit: Transaction) -> Answer:
        ports = capability_ports(unit.connection)
        outcome = await publish_capability(draft, actor_of(who), house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return _answer(outcome.capability, who, 201)

    return await carry(house, request, who, idempotency_key, work)


@router.get("", response_model=CapabilityPage, responses=documented(401, 422))
async def browse(
    house: InHouse,
    who: Visitor,
    organisation_id: Annotated[UUID | None, Query(description="Only of this organisation")] = None,
    after: UUID = START,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CapabilityPage:
    """Capabilities that are offered now."""
    async with house.database.connection() as connection:
        found = await StoredCapabilities(connection).browse(after, organisation_id, limit + 1)
    page = found[:limit]
    following = page[-1].capability_id if len(found) > limit else None
    return CapabilityPage(items=[capability_view(item, viewer_of(who)) for item in page], next=following)


@router.get("/{capability_id}", response_model=CapabilityView, responses=documented(401, 404, 422))
async def read(capability_id: UUID, house: InHouse, who: Visitor) -> Response:
    """One capability, also when it was withdrawn."""
    async with house.database.connection() as connection:
        found = await StoredCapabilities(connection).get(capability_id)
    if found is None:
        raise CapabilityNotFound(capability_id)
    return _answer(found, who).response()


@router.put("/{capability_id}", response_model=CapabilityView, responses=CHANGES)
async def revise(
    capability_id: UUID,
    draft: CapabilityDraft,
    request: Request,
    house: InHouse,
    who: Who,
    if_match: IfMatch = None,
) -> Response:
    """Change a capability; proposals on its former terms lapse."""
    expected = expected_revision(if_match)

    async def work(unit: Transaction) -> Answer:
        ports = capability_ports(unit.connection)
        actor = actor_of(who)
        now, new_id = house.now(), house.new_id
        outcome = await revise_capability(capability_id, expected, draft, actor, now, new_id, ports)
        append(unit, outcome.events, request, house)
        return _answer(outcome.capability, who)

    return await carry(house, request, who, None, work)


@router.post("/{capability_id}/withdraw", response_model=CapabilityView, responses=documented(401, 403, 404, 409, 422))
async def withdraw(
    capability_id: UUID, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Take a capability back for good; what was agreed stands."""

    async def work(unit: Transaction) -> Answer:
        ports = capability_ports(unit.connection)
        outcome = await withdraw_capability(capability_id, actor_of(who), house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return _answer(outcome.capability, who)

    return await carry(house, request, who, idempotency_key, work)
