"""Who hears what: drafts of alerts from events, for each reader with only what that reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.events.alerts import AlertKind
from contracts.events.trades import (
    LapsedState,
    ProposalState,
    QuestionState,
    ReassessmentCauseState,
    SearchesMatched,
    SearchHitState,
    TradeEvent,
    TradeMessaged,
    TradeReassessed,
    TradesLapsed,
    TradesProposed,
    TradeState,
    VerdictChangeState,
)
from contracts.vocabulary.terms import ListingKind, Side, TradeStatus
from notifications.disclosure import (
    Cards,
    Sight,
    carbon_body,
    card_of,
    landed_body,
    listing_body,
    score_body,
    scores_body,
    verdict_body,
)
from notifications.model import Channel, ChannelKind, Draft, SearchCard

Pair = ProposalState | LapsedState | TradeState | TradeReassessed | TradeMessaged

NAMES_EXCHANGED = frozenset({TradeStatus.AGREED, TradeStatus.COLLECTED, TradeStatus.COMPLETED})
# Which field of a trade tells who brought it into its status; other statuses are nobody's doing, or both sides'.
ACTED_BY = {
    TradeStatus.ACCEPTED: "accepted_by",
    TradeStatus.DECLINED: "ended_by",
    TradeStatus.WITHDRAWN: "ended_by",
}
WITH_REVISIONS = (ProposalState, TradeReassessed)
CAUSE_FIELDS = set(ReassessmentCauseState.model_fields)
CHANGE_FIELDS = set(VerdictChangeState.model_fields)
REASON = {TradeStatus.DECLINED: "decline_reason", TradeStatus.LAPSED: "lapse_reason"}


@dataclass(frozen=True, slots=True)
class Mentions:
    """The ids in an event of which alerts may show more than the id."""

    listings: frozenset[UUID]
    organisations: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class SideOfPair:
    """One side of a pair as a reader: its own listing, and how it sees the other's."""

    side: Side
    channel: Channel
    own: dict[str, Any]
    other: Sight


def mentions(
    event: TradesProposed | TradesLapsed | TradeEvent | TradeReassessed | TradeMessaged | SearchesMatched,
) -> Mentions:
    """What to look up in the directory before the drafts of `event` can be made."""
    if isinstance(event, SearchesMatched):
        return Mentions(frozenset({event.listing_id}), frozenset())
    pairs = _pairs(event)
    return Mentions(
        frozenset(identity for pair in pairs for identity in (pair.offer_id, pair.want_id)),
        frozenset(one for pair in pairs for one in (pair.offer_organisation_id, pair.want_organisation_id)),
    )


def proposed(event: TradesProposed, cards: Cards) -> list[Draft]:
    """One alert per proposal per side."""
    return [_proposed(proposal, side, cards) for proposal in event.proposals for side in _sides(proposal, cards)]


def reassessed(event: TradeReassessed, cards: Cards) -> list[Draft]:
    """One alert per side: nobody changed a listing, and yet the verdict is another."""
    return [_reassessed(event, side, cards) for side in _sides(event, cards)]


def lapsed(event: TradesLapsed, cards: Cards) -> list[Draft]:
    """One alert per lapsed proposal per side."""
    return [_lapsed(gone, side, cards) for gone in event.lapsed for side in _sides(gone, cards)]


def changed(event: TradeEvent, cards: Cards) -> list[Draft]:
    """One alert per side; once a trade is agreed, both sides are told each other's name."""
    return [_changed(event.trade, side, cards) for side in _sides(event.trade, cards)]


def found(event: SearchesMatched, cards: Cards) -> list[Draft]:
    """One alert per saved search."""
    return [_found(event, hit, cards) for hit in event.hits]


def messaged(event: TradeMessaged, cards: Cards) -> list[Draft]:
    """One alert, for the side that did not write. It says that there is a message, not what it says."""
    return [_messaged(event, side) for side in _sides(event, cards) if side.side is not event.sent_by]


def may_hear(channel: Channel, organisation_id: UUID, search: SearchCard | None) -> bool:
    """Whether an organisation may listen to `channel`: its own, and those of its own saved searches."""
    if channel.kind is ChannelKind.ORGANISATION:
        return channel.id == organisation_id
    return search is not None and (search.search_id, search.organisation_id) == (channel.id, organisation_id)


def _pairs(
    event: TradesProposed | TradesLapsed | TradeEvent | TradeReassessed | TradeMessaged,
) -> Iterable[Pair]:
    if isinstance(event, TradeReassessed | TradeMessaged):
        return (event,)
    if isinstance(event, TradeEvent):
        return (event.trade,)
    return event.proposals if isinstance(event, TradesProposed) else event.lapsed


def _sides(pair: Pair, cards: Cards) -> tuple[SideOfPair, SideOfPair]:
    exchanged = isinstance(pair, TradeState) and pair.status in NAMES_EXCHANGED
    revisions = (pair.offer_revision, pair.want_revision) if isinstance(pair, WITH_REVISIONS) else (0, 0)
    offer, want = (card_of(cards, pair.offer_id, revisions[0]), card_of(cards, pair.want_id, revisions[1]))
    holder, seeker = pair.offer_organisation_id, pair.want_organisation_id
    return (
        SideOfPair(
            Side.HOLDER,
            Channel.of_organisation(holder),
            _own(pair.offer_id, ListingKind.OFFER, cards),
            Sight(holder, pair.want_id, ListingKind.WANT, want, seeker, exchanged),
        ),
        SideOfPair(
            Side.SEEKER,
            Channel.of_organisation(seeker),
            _own(pair.want_id, ListingKind.WANT, cards),
            Sight(seeker, pair.offer_id, ListingKind.OFFER, offer, holder, exchanged),
        ),
    )


def _own(listing_id: UUID, kind: ListingKind, cards: Cards) -> dict[str, Any]:
    card = card_of(cards, listing_id)
    return {"listing_id": str(listing_id), "kind": kind.value, "title": card.title if card else None}


def _proposed(proposal: ProposalState, side: SideOfPair, cards: Cards) -> Draft:
    body = {
        "trade_id": str(proposal.trade_id),
        "supersedes": _text(proposal.supersedes),
        "side": side.side.value,
        "listing": side.own,
        "counterpart": listing_body(side.other, cards, proposal.concept, proposal.distance_km),
        "concept": proposal.concept,
        "quantity": _text(proposal.quantity),
        "unit": _text(proposal.unit),
        **score_body(side.other, proposal, proposal.distance_km),
        "weighting": proposal.weighting.value,
        "scores": scores_body(side.other, proposal.scores),
        "r_step": proposal.r_step,
        "usual_r_step": proposal.usual_r_step,
        "carbon": carbon_body(side.other, proposal.carbon),
        "questions": [_question(question) for question in proposal.questions],
        "landed": landed_body(side.other, proposal.landed),
        "verdict": verdict_body(proposal.verdict),
        "verdict_before": _text(proposal.verdict_before),
        "verdict_changes": [
            change.model_dump(mode="json", include=CHANGE_FIELDS) for change in proposal.verdict_changes
        ],
    }
    kind = AlertKind.TRADE_REVISED if proposal.supersedes else AlertKind.TRADE_PROPOSED
    key = f"proposed:{proposal.trade_id}:{side.side}"
    return Draft(side.channel, kind, proposal.trade_id, body, key)


def _reassessed(event: TradeReassessed, side: SideOfPair, cards: Cards) -> Draft:
    body = {
        "trade_id": str(event.trade_id),
        "supersedes": None,
        "side": side.side.value,
        "listing": side.own,
        "counterpart": listing_body(side.other, cards, event.concept, event.distance_km),
        "concept": event.concept,
        "verdict": verdict_body(event.verdict),
        "verdict_before": _text(event.verdict_before),
        "verdict_changes": [_change(change) for change in event.verdict_changes],
        "causes": [cause.model_dump(mode="json", include=CAUSE_FIELDS) for cause in event.causes],
    }
    after = f"{event.rulebook_after}@{event.day_after}"
    key = f"reassessed:{event.trade_id}:{after}:{side.side}"
    return Draft(side.channel, AlertKind.TRADE_REVISED, event.trade_id, body, key)


def _lapsed(gone: LapsedState, side: SideOfPair, cards: Cards) -> Draft:
    body = {
        "trade_id": str(gone.trade_id),
        "side": side.side.value,
        "reason": gone.reason.value,
        "listing": side.own,
        "counterpart": listing_body(side.other, cards, None, None),
    }
    key = f"lapsed:{gone.trade_id}:{side.side}"
    return Draft(side.channel, AlertKind.TRADE_LAPSED, gone.trade_id, body, key)


def _changed(trade: TradeState, side: SideOfPair, cards: Cards) -> Draft:
    body = {
        "trade_id": str(trade.trade_id),
        "revision": trade.revision,
        "side": side.side.value,
        "status": trade.status.value,
        "acted_by": _text(getattr(trade, ACTED_BY[trade.status])) if trade.status in ACTED_BY else None,
        "reason": _text(getattr(trade, REASON[trade.status])) if trade.status in REASON else None,
        "held_until": trade.held_until.isoformat() if trade.held_until else None,
        "names_exchanged": side.other.names_exchanged,
        "listing": side.own,
        "counterpart": listing_body(side.other, cards, trade.concept, None),
        "concept": trade.concept,
        "quantity": _text(trade.quantity),
        "unit": _text(trade.unit),
    }
    key = f"changed:{trade.trade_id}:{trade.revision}:{side.side}"
    return Draft(side.channel, AlertKind.TRADE_CHANGED, trade.trade_id, body, key)


def _messaged(event: TradeMessaged, side: SideOfPair) -> Draft:
    body = {
        "trade_id": str(event.trade_id),
        "side": side.side.value,
        "acted_by": event.sent_by.value,
        "message_id": str(event.message_id),
        "listing": side.own,
    }
    key = f"message:{event.message_id}"
    return Draft(side.channel, AlertKind.TRADE_CHANGED, event.trade_id, body, key)


def _found(event: SearchesMatched, hit: SearchHitState, cards: Cards) -> Draft:
    card = card_of(cards, event.listing_id, event.listing_revision)
    sight = Sight(hit.organisation_id, event.listing_id, event.listing_kind, card)
    body = {
        "search_id": str(hit.search_id),
        "search_name": hit.search_name,
        "listing": listing_body(sight, cards, event.concept, None),
        "quantity": _text(card.quantity) if card else None,
        "unit": _text(card.unit) if card else None,
        **score_body(sight, hit, None),
    }
    key = f"found:{event.listing_id}:{event.listing_revision}"
    return Draft(Channel.of_search(hit.search_id), AlertKind.LISTING_FOUND, event.listing_id, body, key)


def _question(question: QuestionState) -> dict[str, str]:
    return {"about": question.about, "nl": question.nl, "en": question.en}


def _change(change: VerdictChangeState) -> dict[str, Any]:
    return change.model_dump(mode="json", include=CHANGE_FIELDS)


def _text(value: object) -> str | None:
    """`value` as JSON text: ids, decimals and words of closed lists; None stays None."""
    return None if value is None else str(value)
