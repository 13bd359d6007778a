"""Trades in every state, for tests: reached by the commands that lead there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from contracts.vocabulary.terms import DeclineReason, LapseReason, TradeStatus
from matching.balances import balance_of
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
from matching.legal import undetermined_check
from matching.lifecycle import Outcome, Pair
from matching.model import entry_of_offer, entry_of_want
from matching.proposal import propose
from matching.trades import decide, start
from tests.unit.matching.makers import HOLDER, NOW, SEEKER, TODAY, TREE, offer_state, want_state

WEEK = timedelta(days=7)

ROADS: dict[TradeStatus, tuple[Command, ...]] = {
    TradeStatus.PROPOSED: (),
    TradeStatus.ACCEPTED: (Accept(SEEKER),),
    TradeStatus.AGREED: (Accept(SEEKER), Agree(HOLDER)),
    TradeStatus.COLLECTED: (Accept(SEEKER), Agree(HOLDER), Collect(HOLDER)),
    TradeStatus.COMPLETED: (Accept(SEEKER), Agree(HOLDER), Collect(HOLDER), Complete(SEEKER)),
    TradeStatus.DECLINED: (Decline(HOLDER, DeclineReason.TOO_FAR),),
    TradeStatus.WITHDRAWN: (Accept(SEEKER), Withdraw(SEEKER)),
    TradeStatus.LAPSED: (Accept(SEEKER), ListingGone(LapseReason.WITHDRAWN)),
}
"""The commands that bring a new trade into each state; the seeker accepts."""

COMMANDS: tuple[Command, ...] = (
    Accept(HOLDER),
    Accept(SEEKER),
    Agree(HOLDER),
    Agree(SEEKER),
    Decline(HOLDER, DeclineReason.OTHER),
    Decline(SEEKER, DeclineReason.OTHER),
    Withdraw(HOLDER),
    Withdraw(SEEKER),
    Collect(HOLDER),
    Collect(SEEKER),
    Complete(HOLDER),
    Complete(SEEKER),
    LapseHold(),
    ListingGone(LapseReason.EXPIRED),
    ProposalLapsed(LapseReason.REVISED),
)


def proposed(offered: dict[str, Any] | None = None, wanted: dict[str, Any] | None = None) -> Outcome:
    """A trade nobody acted on, between 100 t of wood and a want of 60 t."""
    offer, want = offer_state(**(offered or {})), want_state(**({"quantity": Decimal(60)} | (wanted or {})))
    proposal = propose(entry_of_offer(offer, TREE), entry_of_want(want, TREE), undetermined_check, TODAY)
    return Outcome(start(proposal), Pair(balance_of(offer), balance_of(want)))


def after(outcome: Outcome, *commands: Command) -> Outcome:
    """The outcome of the last of these commands, given now."""
    for command in commands:
        outcome = decide(outcome.trade, outcome.balances, command, NOW)
    return outcome


def trade_in(status: TradeStatus) -> Outcome:
    """A trade in that state."""
    return after(proposed(), *ROADS[status])
