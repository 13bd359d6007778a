"""A trade as one of its sides may see it. What is hidden is decided by the same code that writes alerts."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.events.trades import TradesProposed
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason, LapseReason, ListingKind, Side, TradeStatus, Weighting
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trades import Ranks, Standing
from matching.lifecycle import EVENTS, Trade
from matching.trades import possible
from notifications import routing
from notifications.disclosure import Cards
from notifications.model import Channel, Draft

NO_RANKS: Mapping[UUID, Ranks] = MappingProxyType({})


class RanksView(BaseModel):
    """The place among the standing proposals of your own listing, from 1, in both orders; `of`: how many stand."""

    area_first: int
    chain_first: int
    of: int


class TradeView(BaseModel):
    """A trade. `counterpart` names the other organisation only when you may know it.

    `displaced`: better proposals pushed it out of the lists of both sides; it stays when somebody opened it before.
    """

    trade_id: UUID
    revision: int
    status: TradeStatus
    side: Side
    possible: list[str]
    listing: dict[str, Any]
    counterpart: dict[str, Any]
    concept: str
    quantity: Decimal | None
    unit: Unit | None
    accepted_by: Side | None = None
    held_until: datetime | None = None
    ended_by: Side | None = None
    decline_reason: DeclineReason | None = None
    lapse_reason: LapseReason | None = None
    note: str | None = None
    displaced: bool = False
    score: float | None = None
    weighting: Weighting | None = None
    scores: dict[str, float] | None = None
    ranks: RanksView | None = None
    parts: list[dict[str, Any]] = []
    best: str | None = None
    weakest: str | None = None
    questions: list[dict[str, Any]] = []
    landed: dict[str, Any] | None = None
    carbon: dict[str, Any] | None = None
    r_step: int | None = None
    usual_r_step: int | None = None
    verdict: dict[str, Any] | None = None


class TradePage(BaseModel):
    """A page of trades; `next` is the `after` of the following page, none on the last one."""

    items: list[TradeView]
    next: UUID | None


async def cards_of(standing: list[Standing], directory: StoredDirectory) -> Cards:
    """What is known of the listings and organisations of these trades."""
    proposals = [item.proposal for item in standing]
    listings = {identity for item in proposals for identity in (item.offer_id, item.want_id)}
    sides = {one for item in proposals for one in (item.offer_organisation_id, item.want_organisation_id)}
    return Cards(await directory.listings(listings), await directory.organisations(sides))


def trade_view(standing: Standing, reader: UUID, cards: Cards, ranks: Mapping[UUID, Ranks] = NO_RANKS) -> TradeView:
    """The trade as the organisation `reader`, which is one of its sides, may see it."""
    body = _body_of_proposal(standing, reader, cards)
    if standing.trade is not None:
        acted = _body_of_trade(standing.trade, reader, cards)
        seen = {**acted.get("counterpart", {}), "distance_km": body["counterpart"]["distance_km"]}
        body |= {**acted, "counterpart": seen} if acted else {}
    status = _status(standing)
    fields = {name: body[name] for name in TradeView.model_fields if name in body}
    return TradeView(
        **{
            **_acts(standing),
            **fields,
            "status": status,
            "displaced": standing.displaced,
            "ranks": _ranks(ranks.get(standing.proposal.trade_id)),
            "revision": standing.trade.state.revision if standing.trade else 0,
            "possible": list(possible(status)),
        }
    )


def _ranks(ranks: Ranks | None) -> RanksView | None:
    return RanksView(area_first=ranks.area_first, chain_first=ranks.chain_first, of=ranks.of) if ranks else None


def _status(standing: Standing) -> TradeStatus:
    if standing.trade is not None:
        return standing.trade.state.status
    return TradeStatus.PROPOSED if standing.stands else TradeStatus.LAPSED


def _acts(standing: Standing) -> dict[str, Any]:
    if standing.trade is None:
        return {"lapse_reason": standing.lapse_reason}
    state = standing.trade.state
    names = ("accepted_by", "held_until", "ended_by", "decline_reason", "lapse_reason", "note")
    return {name: getattr(state, name) for name in names}


def _body_of_proposal(standing: Standing, reader: UUID, cards: Cards) -> dict[str, Any]:
    proposal = standing.proposal
    event = TradesProposed(
        listing_id=proposal.offer_id,
        listing_kind=ListingKind.OFFER,
        listing_revision=proposal.offer_revision,
        proposals=(proposal,),
    )
    return _mine(routing.proposed(event, cards), reader)


def _body_of_trade(trade: Trade, reader: UUID, cards: Cards) -> dict[str, Any]:
    if trade.state.status not in EVENTS:
        return {}
    return _mine(routing.changed(EVENTS[trade.state.status](trade=trade.state), cards), reader)


def _mine(drafts: list[Draft], reader: UUID) -> dict[str, Any]:
    channel = Channel.of_organisation(reader)
    return dict(next(draft.body for draft in drafts if draft.channel == channel))
