"""Alerts of joint trades: one per party, with only what that party may see.

Others are known by role and province until all have agreed; then names are exchanged. What follows from an exact
distance is made coarse for places that stay hidden, as it is for pairs.
"""

from typing import Any
from uuid import UUID

from contracts.events.alerts import AlertKind
from contracts.events.joint_trades import (
    JointLegState,
    JointPartyState,
    JointTradeEvent,
    JointTradesProposed,
    JointTradeState,
)
from contracts.vocabulary.joint_terms import JointStatus, PartyAnswer, PartyRole
from contracts.vocabulary.terms import ListingKind
from notifications.disclosure import Cards, Sight, card_of, coarse_eur, coarse_km, listing_body, verdict_body
from notifications.model import Channel, Draft
from notifications.routing import Mentions

NAMES_EXCHANGED = frozenset({JointStatus.AGREED, JointStatus.COLLECTED, JointStatus.COMPLETED})
KINDS = {
    PartyRole.HOLDER: ListingKind.OFFER.value,
    PartyRole.SEEKER: ListingKind.WANT.value,
    PartyRole.PROCESSOR: "capability",
    PartyRole.DEPOT: "capability",
}
ENDED = frozenset({JointStatus.LAPSED})


def joint_mentions(event: JointTradesProposed | JointTradeEvent) -> Mentions:
    """What to look up in the directory before the drafts of `event` can be made."""
    trades = event.proposals if isinstance(event, JointTradesProposed) else (event.trade,)
    parties = [party for trade in trades for party in trade.parties]
    return Mentions(
        frozenset(party.listing_id for party in parties), frozenset(party.organisation_id for party in parties)
    )


def joint_proposed(event: JointTradesProposed, cards: Cards) -> list[Draft]:
    """One alert per proposal and organisation in it."""
    return [
        _draft(trade, reader, cards, AlertKind.TRADE_PROPOSED, f"joint:{trade.joint_id}")
        for trade in event.proposals
        for reader in _readers(trade)
    ]


def joint_changed(event: JointTradeEvent, cards: Cards) -> list[Draft]:
    """One alert per organisation; who dropped out is told once, at that moment, and nothing any more later."""
    trade = event.trade
    kind = AlertKind.TRADE_LAPSED if trade.status in ENDED else AlertKind.TRADE_CHANGED
    key = f"joint:{trade.joint_id}:{trade.revision}"
    return [_draft(trade, reader, cards, kind, key) for reader in _readers(trade)]


def joint_body(trade: JointTradeState, reader: UUID, cards: Cards) -> dict[str, Any]:
    """The joint trade as JSON values, as the organisation `reader` may see it. Parties are known by number."""
    numbers = {party.listing_id: number for number, party in enumerate(trade.parties, 1)}
    sights = {party.listing_id: _sight(trade, party, reader, cards) for party in trade.parties}
    open_to_reader = all(sight.open for sight in sights.values())
    return {
        "joint_id": str(trade.joint_id),
        "kind": trade.kind.value,
        "status": trade.status.value,
        "names_exchanged": trade.status in NAMES_EXCHANGED,
        "concept": trade.concept,
        "quantity": str(trade.quantity),
        "minimum": None if trade.minimum is None else str(trade.minimum),
        "unit": trade.unit.value,
        "parties": [_party(party, reader, sights[party.listing_id], cards, numbers) for party in trade.parties],
        "legs": [
            _leg(leg, sights, numbers) for leg in trade.legs if {leg.sender_id, leg.receiver_id} <= numbers.keys()
        ],
        "landed": _landed(trade, open_to_reader),
        "questions": [{"about": item.about, "nl": item.nl, "en": item.en} for item in trade.questions],
        "held_until": trade.held_until.isoformat() if trade.held_until else None,
        "ended_by": _number_of(trade.ended_by, trade),
        "decline_reason": trade.decline_reason.value if trade.decline_reason else None,
        "lapse_reason": trade.lapse_reason.value if trade.lapse_reason else None,
        "note": trade.note,
    }


def _readers(trade: JointTradeState) -> list[UUID]:
    return sorted({party.organisation_id for party in trade.parties})


def _draft(trade: JointTradeState, reader: UUID, cards: Cards, kind: AlertKind, key: str) -> Draft:
    # `listing` and `status` stand where alerts of pairs have them, for readers who know nothing of joint trades.
    joint = joint_body(trade, reader, cards)
    body = {"listing": _own(trade, reader, cards), "status": joint["status"], "joint": joint}
    return Draft(Channel.of_organisation(reader), kind, trade.joint_id, body, key)


def _own(trade: JointTradeState, reader: UUID, cards: Cards) -> dict[str, Any]:
    """The reader's own listing in it; the first when there are several."""
    party = next(one for one in trade.parties if one.organisation_id == reader)
    card = card_of(cards, party.listing_id)
    title = card.title if card else None
    return {"listing_id": str(party.listing_id), "kind": KINDS[party.role], "title": title}


def _sight(trade: JointTradeState, party: JointPartyState, reader: UUID, cards: Cards) -> Sight:
    """A listing of the reader's own is open to it, also when the directory does not know it yet."""
    shared = trade.status in NAMES_EXCHANGED and party.answer is PartyAnswer.ACCEPTED
    card = card_of(cards, party.listing_id, party.listing_revision)
    kind = ListingKind.WANT if party.role is PartyRole.SEEKER else ListingKind.OFFER
    own = party.organisation_id == reader
    return Sight(reader, party.listing_id, kind, card, party.organisation_id, names_exchanged=shared or own)


def _party(
    party: JointPartyState, reader: UUID, sight: Sight, cards: Cards, numbers: dict[UUID, int]
) -> dict[str, Any]:
    seen = listing_body(sight, cards, None, None)
    return {
        "number": numbers[party.listing_id],
        "role": party.role.value,
        "mine": party.organisation_id == reader,
        "kind": KINDS[party.role],
        "listing_id": str(party.listing_id),
        "title": seen["title"],
        "province": seen["province"],
        "municipality": seen["municipality"],
        "organisation": seen["organisation"],
        "quantity": str(party.quantity),
        "unit": party.unit.value,
        "answer": party.answer.value,
    }


def _leg(leg: JointLegState, sights: dict[UUID, Sight], numbers: dict[UUID, int]) -> dict[str, Any]:
    is_open = sights[leg.sender_id].open and sights[leg.receiver_id].open
    transport = leg.transport_eur_per_tonne
    return {
        "number": leg.number,
        "sender": numbers[leg.sender_id],
        "receiver": numbers[leg.receiver_id],
        "concept": leg.concept,
        "quantity": str(leg.quantity),
        "unit": leg.unit.value,
        "distance_km": round(leg.distance_km, 1) if is_open else coarse_km(leg.distance_km),
        "transport_eur_per_tonne": str(transport if is_open else coarse_eur(transport)),
        "fee_eur_per_tonne": None if leg.fee_eur_per_tonne is None else str(leg.fee_eur_per_tonne),
        "from_day": leg.from_day.isoformat() if leg.from_day else None,
        "until_day": leg.until_day.isoformat() if leg.until_day else None,
        "verdict": verdict_body(leg.verdict),
        "collected": leg.collected,
    }


def _landed(trade: JointTradeState, is_open: bool) -> dict[str, Any]:
    """Coarse as a whole when one place is hidden: the parts would give the exact distance away by their sum."""
    shown = trade.landed.model_dump(exclude_none=False)
    known = {name: value for name, value in shown.items() if name in type(trade.landed).model_fields}
    return {
        name: None if value is None else str(value if is_open else coarse_eur(value)) for name, value in known.items()
    }


def _number_of(organisation_id: UUID | None, trade: JointTradeState) -> int | None:
    """Who ended it, by number: a name may not be known to the reader."""
    parties = enumerate(trade.parties, 1)
    return next((number for number, party in parties if party.organisation_id == organisation_id), None)
