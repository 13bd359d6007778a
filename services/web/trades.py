"""The inbox of proposals: newest first, arriving while the page is open."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.vocabulary.terms import TradeStatus
from infra.postgres.stores.alert_reading import AlertReading
from infra.postgres.stores.trade_inbox import OPEN_STATUSES, TradeInbox
from infra.postgres.stores.trades import StoredProposals
from matching.errors import TradeNotFound
from notifications.model import Channel
from notifications.reading import First
from services.web.rendering import page
from services.web.trade_cards import TradeCard, trade_cards
from services.web.visiting import Member, Visit

router = APIRouter(include_in_schema=False)

SHOWN = 30
SLOTS = 3
TABS: dict[str, tuple[TradeStatus, ...]] = {
    "open": OPEN_STATUSES,
    "voorgesteld": (TradeStatus.PROPOSED,),
    "bezig": (TradeStatus.ACCEPTED, TradeStatus.AGREED, TradeStatus.COLLECTED),
    "klaar": (TradeStatus.COMPLETED, TradeStatus.DECLINED, TradeStatus.LAPSED, TradeStatus.WITHDRAWN),
}


@router.get("/voorstellen")
async def show(here: Member, request: Request, stand: str = "open", plaatsing: UUID | None = None) -> Response:
    """The list."""
    tab = stand if stand in TABS else "open"
    first = await _first(here, request.query_params.get("eerst", ""))
    async with here.house.database.connection() as connection:
        found = await TradeInbox(connection).newest(here.organisation_id, SHOWN, TABS[tab], listing_id=plaatsing)
        cards = await trade_cards(found, here, connection)
    if first is not First.NEWEST:
        cards = sorted(cards, key=lambda card: _rank(card, first), reverse=True)
    return page(here, "trades.html", cards=cards, tab=tab, tabs=TABS, first=first.value, slots=SLOTS)


async def _first(here: Visit, asked: str) -> First:
    """What comes first: as asked, or as the organisation set it."""
    if asked in set(First):
        return First(asked)
    async with here.house.database.connection() as connection:
        channel = Channel.of_organisation(here.organisation_id)
        return (await AlertReading(connection).preferences(channel)).first


def _rank(card: TradeCard, first: First) -> float:
    """The score in that order; a proposal of before there were two orders has one score only."""
    scores = card.trade.scores or {}
    return float(scores.get(f"{first.value}_first", card.trade.score or 0.0))


@router.get("/voorstellen/{trade_id}/regel")
async def row(trade_id: UUID, here: Member) -> Response:
    """One trade as a card: what the live connection puts into the list."""
    async with here.house.database.connection() as connection:
        found = await StoredProposals(connection).find(trade_id)
        sides = (found.proposal.offer_organisation_id, found.proposal.want_organisation_id) if found else ()
        if found is None or here.organisation_id not in sides:
            raise TradeNotFound("there is no such trade of your organisation; look for it among your trades")
        (card,) = await trade_cards([found], here, connection)
    return page(here, "trade_row.html", card=card)
