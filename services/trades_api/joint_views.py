"""A joint trade as one of its parties may see it: its own part in full, the others by role until all agreed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.events.joint_trades import JointTradeState
from contracts.vocabulary.joint_terms import JointKind, JointLapseReason, JointStatus
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason
from infra.postgres.stores.notifications import StoredDirectory
from matching.joint.life import possible
from notifications.disclosure import Cards
from notifications.joint_alerts import joint_body


class JointPartyView(BaseModel):
    """A party. `mine`: it is your own listing; `organisation` only when you may know it."""

    number: int
    role: str
    mine: bool
    kind: str
    listing_id: UUID | None
    title: str | None
    province: str | None
    municipality: str | None
    organisation: dict[str, Any] | None
    quantity: Decimal
    unit: Unit
    answer: str


class JointLegView(BaseModel):
    """A movement of material from party number `sender` to party number `receiver`."""

    number: int
    sender: int
    receiver: int
    concept: str
    quantity: Decimal
    unit: Unit
    distance_km: float
    transport_eur_per_tonne: Decimal | None
    fee_eur_per_tonne: Decimal | None
    from_day: date | None
    until_day: date | None
    verdict: dict[str, Any]
    collected: bool


class JointTradeView(BaseModel):
    """A trade of three or more parties, or of several holders and one seeker."""

    joint_id: UUID
    revision: int
    kind: JointKind
    status: JointStatus
    possible: list[str]
    concept: str
    quantity: Decimal
    minimum: Decimal | None
    unit: Unit
    parties: list[JointPartyView]
    legs: list[JointLegView]
    landed: dict[str, Any]
    questions: list[dict[str, Any]] = []
    held_until: datetime | None = None
    ended_by: int | None = None
    decline_reason: DeclineReason | None = None
    lapse_reason: JointLapseReason | None = None
    note: str | None = None


class JointTradePage(BaseModel):
    """A page of joint trades; `next` is the `after` of the following page, none on the last one."""

    items: list[JointTradeView]
    next: UUID | None


async def cards_of_joint(trades: list[JointTradeState], directory: StoredDirectory) -> Cards:
    """What is known of the listings and organisations of these trades."""
    parties = [party for trade in trades for party in trade.parties]
    listings = await directory.listings({party.listing_id for party in parties})
    return Cards(listings, await directory.organisations({party.organisation_id for party in parties}))


def joint_view(trade: JointTradeState, reader: UUID, cards: Cards) -> JointTradeView:
    """The joint trade as the organisation `reader` may see it."""
    return JointTradeView.model_validate(
        {**joint_body(trade, reader, cards), "possible": list(possible(trade, reader)), "revision": trade.revision}
    )
