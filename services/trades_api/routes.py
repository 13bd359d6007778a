"""Routes of trades: look at them, accept, agree, decline, withdraw, collect, complete."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason, TradeStatus
from infra.http.carrying import IdempotencyKey, carry, context_of, json_answer
from infra.http.idempotency import Answer
from infra.http.problems import documented
from infra.identity.tokens import Identity
from infra.postgres.database import Connection
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trades import Standing, StoredProposals, trade_ports
from infra.postgres.transaction import Transaction, transaction
from listings.values import Sentence
from matching.commands import Accept, Agree, ByASide, Collect, Complete, Decline, Withdraw
from matching.errors import TradeNotFound
from matching.trade_handlers import act
from services.asking import InHouse, Who
from services.house import House
from services.trades_api.consumer import SCHEMA
from services.trades_api.views import TradePage, TradeView, cards_of, trade_view

router = APIRouter(prefix="/v1/trades", tags=["trades"])

SOURCE = "/trades_api"
START = UUID(int=0)
REFUSALS = documented(400, 401, 403, 404, 409, 413, 422)
LIVING = [TradeStatus.PROPOSED, TradeStatus.ACCEPTED, TradeStatus.AGREED, TradeStatus.COLLECTED]


class AcceptBody(BaseModel):
    """How much you want of it; what was proposed unless you say otherwise."""

    model_config = ConfigDict(extra="forbid")

    quantity: Annotated[Decimal, Field(gt=0, le=Decimal("1e9"), max_digits=18)] | None = None
    unit: Unit | None = None


class DeclineBody(BaseModel):
    """Why not: it narrows what is proposed to you later."""

    model_config = ConfigDict(extra="forbid")

    reason: DeclineReason
    note: Sentence | None = None


class WithdrawBody(BaseModel):
    """Why you step back, for the other side."""

    model_config = ConfigDict(extra="forbid")

    note: Sentence | None = None


@router.get("", responses=documented(401, 422))
async def browse(
    house: InHouse,
    who: Who,
    listing_id: Annotated[UUID | None, Query(description="Only trades of this listing of yours")] = None,
    status: Annotated[list[TradeStatus] | None, Query(description="Living ones unless given")] = None,
    after: UUID = START,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TradePage:
    """Trades proposed to your organisation, and what became of them."""
    wanted = [item.value for item in status or LIVING]
    async with house.database.connection() as connection:
        proposals = StoredProposals(connection)
        found = await proposals.of_organisation(who.organisation_id, after, listing_id, wanted, limit + 1)
        page = found[:limit]
        cards = await cards_of(page, StoredDirectory(connection, SCHEMA))
        ranks = await proposals.ranks([item.proposal.trade_id for item in page], who.organisation_id)
    items = [trade_view(item, who.organisation_id, cards, ranks) for item in page]
    return TradePage(items=items, next=items[-1].trade_id if len(found) > limit else None)


@router.get("/{trade_id}", responses=documented(401, 404, 422))
async def read(trade_id: UUID, house: InHouse, who: Who) -> TradeView:
    """One trade of your organisation. A proposal that was opened stays when better ones come in."""
    async with house.database.connection() as connection:
        found = await _found(trade_id, who, connection)
        if found.opened or not found.stands:
            return await _view(found, who, connection)
    async with transaction(house.database) as unit:
        await StoredProposals(unit.connection).open(trade_id, house.now())
        return await _view(await _found(trade_id, who, unit.connection), who, unit.connection)


async def _found(trade_id: UUID, who: Identity, connection: Connection) -> Standing:
    found = await StoredProposals(connection).find(trade_id)
    if found is None or not _is_side(found, who):
        raise TradeNotFound(f"there is no trade {trade_id} of your organisation; look for it among your trades")
    return found


async def _view(found: Standing, who: Identity, connection: Connection) -> TradeView:
    cards = await cards_of([found], StoredDirectory(connection, SCHEMA))
    ranks = await StoredProposals(connection).ranks([found.proposal.trade_id], who.organisation_id)
    return trade_view(found, who.organisation_id, cards, ranks)


def _is_side(found: Standing, who: Identity) -> bool:
    return who.organisation_id in (found.proposal.offer_organisation_id, found.proposal.want_organisation_id)


async def _act(
    trade_id: UUID, command: ByASide, house: House, who: Identity, request: Request, key: str | None
) -> Response:
    async def work(unit: Transaction) -> Answer:
        hold_for = timedelta(days=house.settings.hold_days)
        outcome = await act(trade_id, command, trade_ports(unit.connection), house.now(), hold_for)
        await StoredProposals(unit.connection).open(trade_id, house.now())
        unit.append(outcome.events, context_of(request, house.now(), SOURCE))
        return json_answer(await _view(await _found(trade_id, who, unit.connection), who, unit.connection))

    return await carry(house, request, who, key, work)


@router.post("/{trade_id}/accept", response_model=TradeView, responses=REFUSALS)
async def accept(
    trade_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    body: Annotated[AcceptBody | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Say yes first: your own quantity is held until the other side answers or the hold ends."""
    asked = body or AcceptBody()
    command = Accept(who.organisation_id, asked.quantity, asked.unit)
    return await _act(trade_id, command, house, who, request, idempotency_key)


@router.post("/{trade_id}/agree", response_model=TradeView, responses=REFUSALS)
async def agree(
    trade_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    body: Annotated[AcceptBody | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Say yes to what the other side accepted: both quantities are promised, names are exchanged."""
    asked = body or AcceptBody()
    command = Agree(who.organisation_id, asked.quantity, asked.unit)
    return await _act(trade_id, command, house, who, request, idempotency_key)


@router.post("/{trade_id}/decline", response_model=TradeView, responses=REFUSALS)
async def decline(
    trade_id: UUID,
    body: DeclineBody,
    request: Request,
    house: InHouse,
    who: Who,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Say no, with a reason."""
    command = Decline(who.organisation_id, body.reason, body.note)
    return await _act(trade_id, command, house, who, request, idempotency_key)


@router.post("/{trade_id}/withdraw", response_model=TradeView, responses=REFUSALS)
async def withdraw(
    trade_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    body: Annotated[WithdrawBody | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take your acceptance or agreement back, before collection."""
    command = Withdraw(who.organisation_id, (body or WithdrawBody()).note)
    return await _act(trade_id, command, house, who, request, idempotency_key)


@router.post("/{trade_id}/collect", response_model=TradeView, responses=REFUSALS)
async def collect(
    trade_id: UUID, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """The material was handed over."""
    return await _act(trade_id, Collect(who.organisation_id), house, who, request, idempotency_key)


@router.post("/{trade_id}/complete", response_model=TradeView, responses=REFUSALS)
async def complete(
    trade_id: UUID, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Everything is settled."""
    return await _act(trade_id, Complete(who.organisation_id), house, who, request, idempotency_key)
