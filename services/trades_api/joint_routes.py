"""Routes of joint trades: look at them, accept, decline, withdraw, collect a leg, complete."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from contracts.vocabulary.joint_terms import JointStatus
from infra.http.carrying import IdempotencyKey, carry, context_of, json_answer
from infra.http.idempotency import Answer
from infra.http.problems import documented
from infra.identity.tokens import Identity
from infra.postgres.database import Connection
from infra.postgres.stores.joint_trades import StoredJointTrades, joint_ports
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.transaction import Transaction
from matching.errors import TradeNotFound
from matching.joint.acting import act_jointly
from matching.joint.commands import AcceptJoint, ByAParty, CollectLeg, CompleteJoint, DeclineJoint, WithdrawJoint
from matching.joint.life import require_party
from services.asking import InHouse, Who
from services.house import House
from services.trades_api.consumer import SCHEMA
from services.trades_api.joint_views import JointTradePage, JointTradeView, cards_of_joint, joint_view
from services.trades_api.routes import REFUSALS, SOURCE, START, DeclineBody, WithdrawBody

router = APIRouter(prefix="/v1/joint-trades", tags=["joint trades"])

LIVING = [
    JointStatus.PROPOSED,
    JointStatus.ACCEPTED,
    JointStatus.SEEKING,
    JointStatus.AGREED,
    JointStatus.COLLECTED,
]
LegNumber = Annotated[int, Path(ge=1, le=1000, description="The number of the leg")]


@router.get("", responses=documented(401, 422))
async def browse(
    house: InHouse,
    who: Who,
    listing_id: Annotated[UUID | None, Query(description="Only joint trades of this listing of yours")] = None,
    status: Annotated[list[JointStatus] | None, Query(description="Living ones unless given")] = None,
    after: UUID = START,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JointTradePage:
    """Joint trades proposed to your organisation, and what became of them."""
    wanted = [item.value for item in status or LIVING]
    async with house.database.connection() as connection:
        store = StoredJointTrades(connection)
        found = await store.of_organisation(who.organisation_id, after, listing_id, wanted, limit + 1)
        page = found[:limit]
        cards = await cards_of_joint(page, StoredDirectory(connection, SCHEMA))
    items = [joint_view(item, who.organisation_id, cards) for item in page]
    return JointTradePage(items=items, next=items[-1].joint_id if len(found) > limit else None)


@router.get("/{joint_id}", responses=documented(401, 404, 422))
async def read(joint_id: UUID, house: InHouse, who: Who) -> JointTradeView:
    """One joint trade of your organisation."""
    async with house.database.connection() as connection:
        return await _seen(joint_id, who, connection)


async def _seen(joint_id: UUID, who: Identity, connection: Connection) -> JointTradeView:
    found = await StoredJointTrades(connection).find(joint_id)
    if found is None:
        raise TradeNotFound(f"got joint trade {joint_id}, which is none of yours; look for it among your joint trades")
    require_party(found, who.organisation_id)
    cards = await cards_of_joint([found], StoredDirectory(connection, SCHEMA))
    return joint_view(found, who.organisation_id, cards)


async def _act(
    joint_id: UUID, command: ByAParty, house: House, who: Identity, request: Request, key: str | None
) -> Response:
    async def work(unit: Transaction) -> Answer:
        hold_for = timedelta(days=house.settings.hold_days)
        outcome = await act_jointly(joint_id, command, joint_ports(unit.connection), house.now(), hold_for)
        unit.append(outcome.events, context_of(request, house.now(), SOURCE))
        return json_answer(await _seen(joint_id, who, unit.connection))

    return await carry(house, request, who, key, work)


@router.post("/{joint_id}/accept", response_model=JointTradeView, responses=REFUSALS)
async def accept(
    joint_id: UUID, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say yes: your quantity is held until all others have answered; the last yes makes it agreed."""
    return await _act(joint_id, AcceptJoint(who.organisation_id), house, who, request, idempotency_key)


@router.post("/{joint_id}/decline", response_model=JointTradeView, responses=REFUSALS)
async def decline(
    joint_id: UUID,
    body: DeclineBody,
    request: Request,
    house: InHouse,
    who: Who,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Say no, with a reason. A holder of a pool can be replaced; without any other party the trade ends."""
    command = DeclineJoint(who.organisation_id, body.reason, body.note)
    return await _act(joint_id, command, house, who, request, idempotency_key)


@router.post("/{joint_id}/withdraw", response_model=JointTradeView, responses=REFUSALS)
async def withdraw(
    joint_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    body: Annotated[WithdrawBody | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take your acceptance back, before the first collection."""
    command = WithdrawJoint(who.organisation_id, (body or WithdrawBody()).note)
    return await _act(joint_id, command, house, who, request, idempotency_key)


@router.post("/{joint_id}/legs/{number}/collect", response_model=JointTradeView, responses=REFUSALS)
async def collect(
    joint_id: UUID,
    number: LegNumber,
    request: Request,
    house: InHouse,
    who: Who,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The material of a leg was handed over; its sender or its receiver says so."""
    return await _act(joint_id, CollectLeg(who.organisation_id, number), house, who, request, idempotency_key)


@router.post("/{joint_id}/complete", response_model=JointTradeView, responses=REFUSALS)
async def complete(
    joint_id: UUID, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Everything is settled."""
    return await _act(joint_id, CompleteJoint(who.organisation_id), house, who, request, idempotency_key)
