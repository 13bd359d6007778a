"""The life of a trade, decided in pure functions: who may do what in which state, and what it does to quantities.

Accepting holds the quantity on the accepting side's own listing; agreeing promises it on both; every other end
gives it back. What was taken is written with the trade, so that exactly that is given back, whatever was revised
in the meantime.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.trades import ProposalState, TradeState
from contracts.vocabulary.terms import LapseReason, ListingStatus, Side, TradeStatus
from matching.amounts import Amounts, amounts_of_accept, amounts_of_agree
from matching.balances import (
    Balance,
    give_back_held,
    give_back_promised,
    hold,
    promise,
    promise_held,
    remaining_changed,
)
from matching.commands import (
    Accept,
    Agree,
    ByASide,
    Command,
    Decline,
    LapseHold,
    ListingGone,
    ProposalLapsed,
    Withdraw,
)
from matching.errors import ListingNotOpen, NotYourTurn, TradeNotFound, WrongState
from matching.lifecycle import EVENTS, OTHER_SIDE, TRANSITIONS, Move, Outcome, Pair, Trade, Transition, Who

HOLD = timedelta(days=7)
"""How long a quantity is held for the other side's answer."""

ENDED_AND_FREE = (TradeStatus.LAPSED,)
"""Ends that nobody chose: when the proposal stands again, the trade may start over."""


def start(proposal: ProposalState, former: Trade | None = None) -> Trade:
    """The trade of a standing proposal that nobody has acted on yet, or that lapsed before.

    A `former` trade in any other state is returned as it is.
    """
    if former is not None and former.state.status not in ENDED_AND_FREE:
        return former
    state = TradeState(
        trade_id=proposal.trade_id,
        revision=former.state.revision if former else 0,
        status=TradeStatus.PROPOSED,
        offer_id=proposal.offer_id,
        offer_organisation_id=proposal.offer_organisation_id,
        want_id=proposal.want_id,
        want_organisation_id=proposal.want_organisation_id,
        family=proposal.family,
        concept=proposal.concept,
        quantity=proposal.quantity,
        unit=proposal.unit,
    )
    return Trade(state)


def decide(trade: Trade, balances: Pair, command: Command, now: datetime, hold_for: timedelta = HOLD) -> Outcome:
    """What a command does to a trade and to the balances of its listings.

    Raises TradeNotFound for an outsider, WrongState, NotYourTurn, ListingNotOpen, and what `amounts` raises. A
    command of the marketplace itself that comes too late or too early changes nothing: the two sides were faster.
    """
    side = side_of(trade, command) if isinstance(command, ByASide) else None
    step = TRANSITIONS.get((trade.state.status, type(command)))
    if side is None:
        applies = step is not None and _is_due(trade, command, now)
        return _carried(trade, balances, command, step, None) if step and applies else Outcome(trade, balances)
    if step is None:
        raise _wrong_state(trade, command)
    _require_turn(trade, step, side)
    return _carried(_prepared(trade, balances, command, side, now + hold_for), balances, command, step, side)


def side_of(trade: Trade, command: ByASide) -> Side:
    """The side of the organisation that gives the command; raises TradeNotFound for an outsider."""
    sides = {trade.state.offer_organisation_id: Side.HOLDER, trade.state.want_organisation_id: Side.SEEKER}
    side = sides.get(command.organisation_id)
    if side is None:
        raise TradeNotFound(
            f"got trade {trade.state.trade_id}, which is no trade of your organisation; open one of your own trades"
        )
    return side


def possible(status: TradeStatus) -> tuple[str, ...]:
    """What a side can do with a trade in this state, in the words of the API."""
    return tuple(
        command.__name__.lower()
        for (state, command), step in TRANSITIONS.items()
        if state is status and step.who is not Who.SYSTEM
    )


def _wrong_state(trade: Trade, command: Command) -> WrongState:
    status = trade.state.status
    options = possible(status)
    asked = type(command).__name__.lower()
    advice = f"expected one of: {', '.join(options)}" if options else "it has ended: look for another proposal"
    return WrongState(f"got {asked} for a trade that is {status.value}; {advice}", state=status.value, possible=options)


def _require_turn(trade: Trade, step: Transition, side: Side) -> None:
    accepter = trade.state.accepted_by
    turns = {Who.ACCEPTER: accepter, Who.ANSWERER: OTHER_SIDE.get(accepter) if accepter else None}
    if step.who in turns and turns[step.who] is not side:
        raise NotYourTurn(
            f"got this from the {side.value}; expected {step.who.value}: the side that accepted can withdraw, "
            "the other side can agree or decline",
            side=side.value,
        )


def _is_due(trade: Trade, command: Command, now: datetime) -> bool:
    """A hold lapses not before its time; a pair that is `taken` may well be taken by this very trade."""
    if isinstance(command, LapseHold):
        return trade.state.held_until is not None and trade.state.held_until <= now
    if isinstance(command, ProposalLapsed) and trade.state.status is TradeStatus.ACCEPTED:
        return command.reason is not LapseReason.TAKEN
    return True


def _prepared(trade: Trade, balances: Pair, command: Command, side: Side, held_until: datetime) -> Trade:
    """The trade with the quantity and the hold that accepting or agreeing gives it."""
    if isinstance(command, Accept):
        _require_open(balances)
        amounts = amounts_of_accept(trade, balances, command, side)
        return _with_amounts(trade, amounts, accepted_by=side, held_until=held_until)
    if isinstance(command, Agree):
        _require_open(balances)
        return _with_amounts(trade, amounts_of_agree(trade, balances, command, side), held_until=None)
    return trade


def _require_open(balances: Pair) -> None:
    for balance in (balances.offer, balances.want):
        if not balance.is_tradable:
            raise ListingNotOpen(
                f"got a trade of which the {balance.kind.value} is {balance.status.value}; expected "
                f"{ListingStatus.OPEN.value}: look for another proposal",
                listing_id=str(balance.listing_id),
            )


def _with_amounts(trade: Trade, amounts: Amounts, **changes: Any) -> Trade:
    state = trade.state.model_copy(update={"quantity": amounts.quantity, "unit": amounts.unit, **changes})
    return Trade(state, amounts.offer, amounts.want)


def _carried(trade: Trade, balances: Pair, command: Command, step: Transition, side: Side | None) -> Outcome:
    """The trade in its new state, the moved quantities, and the events of both."""
    moved = MOVES[step.move](trade, balances)
    was = trade.state
    changes = {"status": step.to, "revision": was.revision + 1, **_ending(command, side)}
    if step.to is not TradeStatus.ACCEPTED:
        changes["held_until"] = None
    state = was.model_copy(update=changes)
    cause = uuid5(state.trade_id, str(state.revision))
    told = () if was.status is TradeStatus.PROPOSED and step.who is Who.SYSTEM else (_event(state, cause),)
    changed = [
        remaining_changed(after, cause)
        for before, after in ((balances.offer, moved.offer), (balances.want, moved.want))
        if after.sequence != before.sequence
    ]
    return Outcome(replace(trade, state=state), moved, (*told, *changed))


def _ending(command: Command, side: Side | None) -> dict[str, Any]:
    """What is written down of who ended a trade and why."""
    match command:
        case Decline(reason=reason, note=note):
            return {"ended_by": side, "decline_reason": reason, "note": note}
        case Withdraw(note=note):
            return {"ended_by": side, "note": note}
        case LapseHold():
            return {"lapse_reason": LapseReason.HOLD_ENDED}
        case ListingGone(reason=why) | ProposalLapsed(reason=why):
            return {"lapse_reason": why}
        case _:
            return {}


def _event(state: TradeState, event_id: UUID) -> NewEvent:
    data = EVENTS[state.status](trade=state)
    return NewEvent(data=data, subject=str(state.trade_id), partition_keys=(state.family,), id=event_id)


def _on(trade: Trade, balances: Pair, side: Side | None, move: Callable[[Balance, Decimal], Balance]) -> Pair:
    """Move the trade's own amount on that side's listing."""
    amount = trade.amount_of(side) if side else None
    if side is None or amount is None:
        raise ValueError(
            f"trade {trade.state.trade_id} is {trade.state.status.value} without an amount for the {side}; expected "
            "the amounts that were written when it was accepted: save the whole Trade, not only its state"
        )
    return balances.put(side, move(balances.of(side), amount))


def _hold(trade: Trade, balances: Pair) -> Pair:
    return _on(trade, balances, trade.state.accepted_by, hold)


def _promise(trade: Trade, balances: Pair) -> Pair:
    accepter = trade.state.accepted_by
    held = _on(trade, balances, accepter, promise_held)
    return _on(trade, held, OTHER_SIDE[accepter] if accepter else None, promise)


def _give_back_held(trade: Trade, balances: Pair) -> Pair:
    return _on(trade, balances, trade.state.accepted_by, give_back_held)


def _give_back_promised(trade: Trade, balances: Pair) -> Pair:
    freed = _on(trade, balances, Side.HOLDER, give_back_promised)
    return _on(trade, freed, Side.SEEKER, give_back_promised)


def _leave(_trade: Trade, balances: Pair) -> Pair:
    return balances


MOVES: dict[Move, Callable[[Trade, Pair], Pair]] = {
    Move.NOTHING: _leave,
    Move.HOLD: _hold,
    Move.PROMISE: _promise,
    Move.GIVE_BACK_HELD: _give_back_held,
    Move.GIVE_BACK_PROMISED: _give_back_promised,
}
