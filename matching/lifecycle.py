"""A trade, the balances of its two listings, and the table of who may do what in which state."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from contracts.envelope import NewEvent
from contracts.events.trades import (
    TradeAccepted,
    TradeAgreed,
    TradeCollected,
    TradeCompleted,
    TradeDeclined,
    TradeEvent,
    TradeLapsed,
    TradeState,
    TradeWithdrawn,
)
from contracts.vocabulary.terms import Side, TradeStatus
from matching.balances import Balance
from matching.commands import (
    Accept,
    Agree,
    Collect,
    Command,
    Complete,
    Decline,
    LapseHold,
    ListingGone,
    ProposalLapsed,
    Withdraw,
)

OTHER_SIDE = {Side.HOLDER: Side.SEEKER, Side.SEEKER: Side.HOLDER}


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade's public state, and what it takes of each listing as that listing counts; None: not known yet."""

    state: TradeState
    offer_amount: Decimal | None = None
    want_amount: Decimal | None = None

    def amount_of(self, side: Side) -> Decimal | None:
        """What it takes of that side's listing."""
        return self.offer_amount if side is Side.HOLDER else self.want_amount


@dataclass(frozen=True, slots=True)
class Pair:
    """The balances of both listings of a trade."""

    offer: Balance
    want: Balance

    def of(self, side: Side) -> Balance:
        """The balance of that side's own listing."""
        return self.offer if side is Side.HOLDER else self.want

    def put(self, side: Side, balance: Balance) -> "Pair":
        """The pair with another balance on that side."""
        return replace(self, offer=balance) if side is Side.HOLDER else replace(self, want=balance)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a command; without `events` nothing changed and nothing needs saving."""

    trade: Trade
    balances: Pair
    events: tuple[NewEvent, ...] = ()


class Who(Enum):
    """Who may do something with a trade in a state."""

    EITHER = "either side"
    ACCEPTER = "the side that accepted"
    ANSWERER = "the side that has not accepted yet"
    SYSTEM = "the marketplace itself"


class Move(Enum):
    """What a transition does to the quantities."""

    NOTHING = "nothing"
    HOLD = "hold"
    PROMISE = "promise"
    GIVE_BACK_HELD = "give_back_held"
    GIVE_BACK_PROMISED = "give_back_promised"


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a command leads, who may give it and what moves."""

    to: TradeStatus
    who: Who
    move: Move


def _moves(to: TradeStatus, who: Who, move: Move = Move.NOTHING) -> Transition:
    return Transition(to, who, move)


PROPOSED, ACCEPTED, AGREED, COLLECTED = (
    TradeStatus.PROPOSED,
    TradeStatus.ACCEPTED,
    TradeStatus.AGREED,
    TradeStatus.COLLECTED,
)

TRANSITIONS: dict[tuple[TradeStatus, type[Command]], Transition] = {
    (PROPOSED, Accept): _moves(ACCEPTED, Who.EITHER, Move.HOLD),
    (PROPOSED, Decline): _moves(TradeStatus.DECLINED, Who.EITHER),
    (PROPOSED, ListingGone): _moves(TradeStatus.LAPSED, Who.SYSTEM),
    (PROPOSED, ProposalLapsed): _moves(TradeStatus.LAPSED, Who.SYSTEM),
    (ACCEPTED, Agree): _moves(AGREED, Who.ANSWERER, Move.PROMISE),
    (ACCEPTED, Decline): _moves(TradeStatus.DECLINED, Who.ANSWERER, Move.GIVE_BACK_HELD),
    (ACCEPTED, Withdraw): _moves(TradeStatus.WITHDRAWN, Who.ACCEPTER, Move.GIVE_BACK_HELD),
    (ACCEPTED, LapseHold): _moves(TradeStatus.LAPSED, Who.SYSTEM, Move.GIVE_BACK_HELD),
    (ACCEPTED, ListingGone): _moves(TradeStatus.LAPSED, Who.SYSTEM, Move.GIVE_BACK_HELD),
    (ACCEPTED, ProposalLapsed): _moves(TradeStatus.LAPSED, Who.SYSTEM, Move.GIVE_BACK_HELD),
    (AGREED, Withdraw): _moves(TradeStatus.WITHDRAWN, Who.EITHER, Move.GIVE_BACK_PROMISED),
    (AGREED, Collect): _moves(COLLECTED, Who.EITHER),
    (COLLECTED, Complete): _moves(TradeStatus.COMPLETED, Who.EITHER),
}

EVENTS: dict[TradeStatus, type[TradeEvent]] = {
    TradeStatus.ACCEPTED: TradeAccepted,
    TradeStatus.AGREED: TradeAgreed,
    TradeStatus.COLLECTED: TradeCollected,
    TradeStatus.COMPLETED: TradeCompleted,
    TradeStatus.DECLINED: TradeDeclined,
    TradeStatus.WITHDRAWN: TradeWithdrawn,
    TradeStatus.LAPSED: TradeLapsed,
}
