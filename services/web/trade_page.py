"""The page of a trade: both sides, why it fits, what it costs, what the law says, what happened, and what to do."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.envelope import NewEvent
from contracts.problems import Refusal
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason, Side
from infra.http.carrying import context_of
from infra.postgres.database import Connection
from infra.postgres.stores.alert_reading import AlertReading
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trade_inbox import StoredMessages
from infra.postgres.stores.trades import Standing, StoredProposals, trade_ports
from infra.postgres.transaction import Transaction, transaction
from matching.commands import Accept, Agree, ByASide, Collect, Complete, Decline, Withdraw
from matching.errors import TradeNotFound
from matching.messages import send
from matching.trade_handlers import act
from notifications.model import Channel
from services.cli.numbers import DEFAULT, decimal_of
from services.trades_api.consumer import SCHEMA
from services.trades_api.views import cards_of, trade_view
from services.web.articles_told import criteria_told
from services.web.documents import name_of
from services.web.error_pages import told
from services.web.posting import Form, Posted
from services.web.rendering import page, redirect
from services.web.trade_cards import TradeCard
from services.web.visiting import Member, Visit

router = APIRouter(prefix="/voorstellen", include_in_schema=False)

SOURCE = "/web"
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class WrongAmount(Exception):
    """A quantity that cannot be read."""


async def _found(trade_id: UUID, here: Visit, connection: Connection) -> Standing:
    found = await StoredProposals(connection).find(trade_id)
    sides = (found.proposal.offer_organisation_id, found.proposal.want_organisation_id) if found else ()
    if found is None or here.organisation_id not in sides:
        raise TradeNotFound("there is no such trade of your organisation; look for it among your trades")
    return found


async def _values(trade_id: UUID, here: Visit) -> dict[str, Any]:
    """Everything that the page shows."""
    async with here.house.database.connection() as connection:
        found = await _found(trade_id, here, connection)
        cards = await cards_of([found], StoredDirectory(connection, SCHEMA))
        channel = Channel.of_organisation(here.organisation_id)
        happened = await AlertReading(connection).about(channel, trade_id)
        messages = await StoredMessages(connection).of_trade(trade_id)
        ranks = await StoredProposals(connection).ranks([trade_id], here.organisation_id)
    view = trade_view(found, here.organisation_id, cards, ranks)
    verdict = view.verdict or {}
    return {
        "card": TradeCard(view),
        "trade": view,
        "happened": happened,
        "messages": messages,
        "reasons": [(reason.value, here.wording.term("decline", reason)) for reason in DeclineReason],
        "criteria": criteria_told(verdict.get("criteria", []), here.language),
        "missing": [name_of(what, here.language) for what in verdict.get("missing", [])],
        "hold_days": here.house.settings.hold_days,
        "holder": Side.HOLDER,
    }


async def _page(trade_id: UUID, here: Visit, error: str | None = None, status: int = 200) -> Response:
    part = here.request.headers.get("hx-request") == "true"
    template = "trade_parts.html" if part else "trade.html"
    return page(here, template, status, **await _values(trade_id, here), error=error)


@router.get("/{trade_id}")
async def show(trade_id: UUID, here: Member) -> Response:
    """The page, or its parts for the live connection."""
    return await _page(trade_id, here)


async def _act(trade_id: UUID, form: Posted, command: ByASide, request: Request) -> Response:
    here, house = form.visit, form.visit.house

    async def work(unit: Transaction) -> tuple[NewEvent, ...]:
        hold_for = timedelta(days=house.settings.hold_days)
        return (await act(trade_id, command, trade_ports(unit.connection), house.now(), hold_for)).events

    try:
        async with transaction(house.database) as unit:
            unit.append(await work(unit), context_of(request, house.now(), SOURCE))
    except Refusal as refusal:
        if isinstance(refusal, TradeNotFound):
            raise
        return await _page(trade_id, here, told(refusal, here.say), refusal.status)
    return redirect(here, f"/voorstellen/{trade_id}")


def _amount(form: Posted) -> tuple[Decimal | None, Unit | None]:
    text, unit = form.text("quantity"), form.text("unit")
    try:
        return (decimal_of(text, DEFAULT, ValueError), Unit(unit)) if text and unit else (None, None)
    except ValueError:
        raise WrongAmount from None


@router.post("/{trade_id}/geopend")
async def opened(trade_id: UUID, form: Form) -> Response:
    """Somebody looks at it: it stays, also when better proposals come in."""
    here = form.visit
    async with transaction(here.house.database) as unit:
        await _found(trade_id, here, unit.connection)
        await StoredProposals(unit.connection).open(trade_id, here.house.now())
    return redirect(here, f"/voorstellen/{trade_id}")


@router.post("/{trade_id}/accepteren")
async def accept(trade_id: UUID, form: Form, request: Request) -> Response:
    """Say yes first: the own quantity is set aside."""
    here = form.visit
    try:
        return await _act(trade_id, form, Accept(here.organisation_id, *_amount(form)), request)
    except WrongAmount:
        return await _page(trade_id, here, here.say("publish.wrong_quantity"), 422)


@router.post("/{trade_id}/akkoord")
async def agree(trade_id: UUID, form: Form, request: Request) -> Response:
    """Say yes to what the other side accepted."""
    return await _act(trade_id, form, Agree(form.visit.organisation_id), request)


@router.post("/{trade_id}/afwijzen")
async def decline(trade_id: UUID, form: Form, request: Request) -> Response:
    """Say no, with the reason that was pressed."""
    here = form.visit
    organisation_id = here.organisation_id
    reason = form.text("reason")
    if reason not in set(DeclineReason):
        return await _page(trade_id, here, here.say("trade.wrong_reason"), 422)
    note = form.text("note")[:LONGEST_NOTE] or None
    return await _act(trade_id, form, Decline(organisation_id, DeclineReason(reason), note), request)


@router.post("/{trade_id}/terugtrekken")
async def withdraw(trade_id: UUID, form: Form, request: Request) -> Response:
    """Take an acceptance or agreement back."""
    note = form.text("note")[:LONGEST_NOTE] or None
    return await _act(trade_id, form, Withdraw(form.visit.organisation_id, note), request)


@router.post("/{trade_id}/opgehaald")
async def collect(trade_id: UUID, form: Form, request: Request) -> Response:
    """The material was handed over."""
    return await _act(trade_id, form, Collect(form.visit.organisation_id), request)


@router.post("/{trade_id}/afgerond")
async def complete(trade_id: UUID, form: Form, request: Request) -> Response:
    """Everything is settled."""
    return await _act(trade_id, form, Complete(form.visit.organisation_id), request)


@router.post("/{trade_id}/bericht")
async def write(trade_id: UUID, form: Form, request: Request) -> Response:
    """Write to the other side."""
    here, house = form.visit, form.visit.house
    try:
        async with transaction(house.database) as unit:
            found = await _found(trade_id, here, unit.connection)
            mine = found.proposal.offer_organisation_id == here.organisation_id
            side = Side.HOLDER if mine else Side.SEEKER
            messages = StoredMessages(unit.connection)
            _, event = await send(found.proposal, side, form.text("text"), house.new_id(), house.now(), messages)
            unit.append([event], context_of(request, house.now(), SOURCE))
    except TradeNotFound:
        raise
    except Refusal as refusal:
        return await _page(trade_id, here, told(refusal, here.say), refusal.status)
    return redirect(here, f"/voorstellen/{trade_id}#berichten")
