"""The life of a joint trade, decided in pure functions: who may do what in which state, and what it does to quantities.

Each party's own quantity is held when it accepts, all is promised when the last one does. When a holder of a pool
drops out while others hold something, another is looked for before the trade lapses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.joint_trades import (
    JointPartyState,
    JointTradeAccepted,
    JointTradeAgreed,
    JointTradeCollected,
    JointTradeCompleted,
    JointTradeDeclined,
    JointTradeEvent,
    JointTradeLapsed,
    JointTradeReplaced,
    JointTradeState,
    JointTradeVacated,
    JointTradeWithdrawn,
)
from contracts.vocabulary.joint_terms import JointKind, JointLapseReason, JointStatus, PartyAnswer, PartyRole
from matching.balances import give_back_held
from matching.errors import TradeNotFound, WrongState
from matching.joint.commands import (
    AcceptJoint,
    ByAParty,
    CollectLeg,
    CompleteJoint,
    DeclineJoint,
    JointCommand,
    JointHoldEnded,
    JointProposalLapsed,
    NoReplacement,
    PartyGone,
    Replace,
    WithdrawJoint,
)
from matching.joint.moves import (
    Balances,
    Moved,
    accepted,
    free_capacity,
    free_held,
    free_promised,
    hold_for,
    move,
    promise_all,
    with_answers,
)
from matching.joint.told import balances_changed

HOLD = timedelta(days=7)
"""How long quantities are held for the answers of the others."""

ACTIVE = (PartyAnswer.WAITING, PartyAnswer.ACCEPTED)
ANSWERABLE = (JointStatus.PROPOSED, JointStatus.ACCEPTED, JointStatus.SEEKING)
HOLDING = (JointStatus.ACCEPTED, JointStatus.SEEKING)
ENDED_AND_FREE = (JointStatus.LAPSED,)
"""Ends that nobody chose: when it is proposed again, it may start over."""


@dataclass(frozen=True, slots=True)
class JointOutcome:
    """What follows from a command; without `events` nothing changed and nothing needs saving."""

    trade: JointTradeState
    balances: Balances
    events: tuple[NewEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """The time, and until when what is held now stays held."""

    now: datetime
    held_until: datetime


def decide(
    trade: JointTradeState, balances: Balances, command: JointCommand, now: datetime, hold_time: timedelta = HOLD
) -> JointOutcome:
    """What a command does to a joint trade and to the balances of its listings.

    Raises TradeNotFound for an outsider, WrongState, ListingNotOpen and QuantityTaken. A command of the marketplace
    itself that comes too late changes nothing: the parties were faster.
    """
    if isinstance(command, ByAParty):
        require_party(trade, command.organisation_id)
    before = Moved(trade, balances)
    after = STEPS[type(command)](before, command, When(now, now + hold_time))
    if after.trade == trade:
        return JointOutcome(trade, balances)
    return _told(before, after, command)


def require_party(trade: JointTradeState, organisation_id: UUID) -> None:
    """Raises TradeNotFound for an outsider, who may not learn that it exists."""
    if all(party.organisation_id != organisation_id for party in trade.parties):
        raise TradeNotFound(f"got joint trade {trade.joint_id}, which is none of yours; open one of your own")


def possible(trade: JointTradeState, organisation_id: UUID) -> tuple[str, ...]:
    """What an organisation can do with it now, in the words of the API."""
    answers = {party.answer for party in trade.parties if party.organisation_id == organisation_id}
    answerable = trade.status in ANSWERABLE
    options = {
        "accept": answerable and PartyAnswer.WAITING in answers,
        "decline": answerable and PartyAnswer.WAITING in answers,
        "withdraw": PartyAnswer.ACCEPTED in answers and trade.status in (*HOLDING, JointStatus.AGREED),
        "collect": trade.status is JointStatus.AGREED,
        "complete": trade.status is JointStatus.COLLECTED,
    }
    return tuple(name for name, can in options.items() if can)


def _accept(it: Moved, command: AcceptJoint, when: When) -> Moved:
    mine = _waiting(it.trade, command.organisation_id, "accept")
    balances = hold_for(it.balances, mine)
    trade = with_answers(it.trade, {party.listing_id: PartyAnswer.ACCEPTED for party in mine})
    if trade.status is JointStatus.SEEKING:
        return Moved(trade, balances)
    return _agreed_or_accepted(trade, balances, trade.held_until or when.held_until)


def _agreed_or_accepted(trade: JointTradeState, balances: Balances, held_until: datetime) -> Moved:
    if all(party.answer is PartyAnswer.ACCEPTED for party in trade.parties):
        return Moved(_in(trade, JointStatus.AGREED, held_until=None), promise_all(balances, trade))
    return Moved(_in(trade, JointStatus.ACCEPTED, held_until=held_until), balances)


def _decline(it: Moved, command: DeclineJoint, _when: When) -> Moved:
    mine = _waiting(it.trade, command.organisation_id, "decline")
    said = {"decline_reason": command.reason, "note": command.note}
    ending = {**said, "ended_by": command.organisation_id}
    return _without(it, mine, PartyAnswer.DECLINED, said, (JointStatus.DECLINED, ending))


def _withdraw(it: Moved, command: WithdrawJoint, _when: When) -> Moved:
    mine = [party for party in accepted(it.trade) if party.organisation_id == command.organisation_id]
    ending = {"ended_by": command.organisation_id, "note": command.note}
    if it.trade.status is JointStatus.AGREED and not any(leg.collected for leg in it.trade.legs):
        freed = free_promised(it.balances, it.trade)
        return Moved(_in(it.trade, JointStatus.WITHDRAWN, **ending), freed)
    if it.trade.status not in HOLDING or not mine:
        raise _wrong_state(it.trade, command.organisation_id, "withdraw")
    said = {"note": command.note}
    return _without(it, mine, PartyAnswer.WITHDRAWN, said, (JointStatus.WITHDRAWN, ending))


def _gone(it: Moved, command: PartyGone, _when: When) -> Moved:
    parties = [party for party in it.trade.parties if party.listing_id == command.listing_id and party.answer in ACTIVE]
    if not parties or it.trade.status not in ANSWERABLE:
        return it
    return _without(it, parties, PartyAnswer.GONE, {}, (JointStatus.LAPSED, {"lapse_reason": command.reason}))


def _without(
    it: Moved,
    leaving: Iterable[JointPartyState],
    answer: PartyAnswer,
    said: Mapping[str, Any],
    end: tuple[JointStatus, Mapping[str, Any]],
) -> Moved:
    """Go on without these parties when they can be replaced and somebody else holds something; else the end."""
    ids = {party.listing_id: answer for party in leaving}
    freed = move(it.balances, [party for party in accepted(it.trade) if party.listing_id in ids], give_back_held)
    trade = with_answers(it.trade, ids, **said)
    replaceable = it.trade.kind is JointKind.POOLED and all(party.role is PartyRole.HOLDER for party in leaving)
    if replaceable and accepted(trade):
        return Moved(_in(trade, JointStatus.SEEKING), freed)
    status, ending = end
    return Moved(_in(trade, status, held_until=None, **ending), free_held(freed, trade))


def _replace(it: Moved, command: Replace, when: When) -> Moved:
    found = command.found
    if not _is_asked(it.trade, found.instead_of):
        return it
    staying = tuple(party for party in it.trade.parties if party.answer in ACTIVE)
    changes = {
        "parties": (*staying, *found.parties),
        "legs": found.legs,
        "landed": found.landed,
        "quantity": found.quantity,
        "dropped": (*it.trade.dropped, *found.instead_of),
    }
    return _agreed_or_accepted(it.trade.model_copy(update=changes), it.balances, when.held_until)


def _give_up(it: Moved, command: NoReplacement, _when: When) -> Moved:
    if not _is_asked(it.trade, command.answer.instead_of):
        return it
    return _lapse(it, JointLapseReason.NO_REPLACEMENT)


def _is_asked(trade: JointTradeState, instead_of: Iterable[UUID]) -> bool:
    """Whether an answer is to the question as it stands now: another party may have dropped out since."""
    missing = {party.listing_id for party in trade.parties if party.answer not in ACTIVE}
    return trade.status is JointStatus.SEEKING and missing == set(instead_of)


def _hold_ended(it: Moved, _command: JointHoldEnded, when: When) -> Moved:
    until = it.trade.held_until
    due = it.trade.status in HOLDING and until is not None and until <= when.now
    return _lapse(it, JointLapseReason.HOLD_ENDED) if due else it


def _no_longer_proposed(it: Moved, command: JointProposalLapsed, _when: When) -> Moved:
    """One that somebody accepted lives on: what it holds may be the very reason."""
    return _lapse(it, command.reason) if it.trade.status is JointStatus.PROPOSED else it


def _lapse(it: Moved, reason: JointLapseReason) -> Moved:
    lapsed = _in(it.trade, JointStatus.LAPSED, held_until=None, lapse_reason=reason)
    return Moved(lapsed, free_held(it.balances, it.trade))


def _collect(it: Moved, command: CollectLeg, _when: When) -> Moved:
    owner = {party.listing_id: party.organisation_id for party in it.trade.parties}
    legs = {leg.number: leg for leg in it.trade.legs}
    leg = legs.get(command.number)
    if it.trade.status is not JointStatus.AGREED or leg is None or leg.collected:
        raise _wrong_state(it.trade, command.organisation_id, f"collect leg {command.number}")
    if command.organisation_id not in (owner[leg.sender_id], owner[leg.receiver_id]):
        raise TradeNotFound(f"got leg {command.number} of joint trade {it.trade.joint_id}, which is none of yours")
    legs[leg.number] = leg.model_copy(update={"collected": True})
    done = all(one.collected for one in legs.values())
    status = JointStatus.COLLECTED if done else JointStatus.AGREED
    return Moved(_in(it.trade, status, legs=tuple(legs.values())), it.balances)


def _complete(it: Moved, command: CompleteJoint, _when: When) -> Moved:
    if it.trade.status is not JointStatus.COLLECTED:
        raise _wrong_state(it.trade, command.organisation_id, "complete")
    return Moved(_in(it.trade, JointStatus.COMPLETED), free_capacity(it.balances, it.trade))


def _waiting(trade: JointTradeState, organisation_id: UUID, asked: str) -> list[JointPartyState]:
    mine = [party for party in trade.parties if party.organisation_id == organisation_id]
    waiting = [party for party in mine if party.answer is PartyAnswer.WAITING]
    if trade.status not in ANSWERABLE or not waiting:
        raise _wrong_state(trade, organisation_id, asked)
    return waiting


def _in(trade: JointTradeState, status: JointStatus, **changes: Any) -> JointTradeState:
    return trade.model_copy(update={"status": status, **changes})


def _wrong_state(trade: JointTradeState, organisation_id: UUID, asked: str) -> WrongState:
    options = possible(trade, organisation_id)
    advice = f"expected one of: {', '.join(options)}" if options else "nothing is asked of you now"
    status = trade.status.value
    return WrongState(f"got {asked} for a joint trade that is {status}; {advice}", state=status, possible=options)


def _told(before: Moved, after: Moved, command: JointCommand) -> JointOutcome:
    trade = after.trade.model_copy(update={"revision": before.trade.revision + 1})
    cause = uuid5(trade.joint_id, str(trade.revision))
    event = EVENTS[trade.status] if not isinstance(command, Replace) else _of_replacement(trade)
    told = NewEvent(event(trade=trade), f"joint:{trade.joint_id}", (trade.family,), cause)
    return JointOutcome(trade, after.balances, (told, *balances_changed(before.balances, after.balances, cause)))


def _of_replacement(trade: JointTradeState) -> type[JointTradeEvent]:
    return JointTradeAgreed if trade.status is JointStatus.AGREED else JointTradeReplaced


STEPS: dict[type[JointCommand], Callable[[Moved, Any, When], Moved]] = {
    AcceptJoint: _accept,
    DeclineJoint: _decline,
    WithdrawJoint: _withdraw,
    CollectLeg: _collect,
    CompleteJoint: _complete,
    JointHoldEnded: _hold_ended,
    PartyGone: _gone,
    JointProposalLapsed: _no_longer_proposed,
    Replace: _replace,
    NoReplacement: _give_up,
}

EVENTS: dict[JointStatus, type[JointTradeEvent]] = {
    JointStatus.ACCEPTED: JointTradeAccepted,
    JointStatus.SEEKING: JointTradeVacated,
    JointStatus.AGREED: JointTradeAgreed,
    JointStatus.COLLECTED: JointTradeCollected,
    JointStatus.COMPLETED: JointTradeCompleted,
    JointStatus.DECLINED: JointTradeDeclined,
    JointStatus.WITHDRAWN: JointTradeWithdrawn,
    JointStatus.LAPSED: JointTradeLapsed,
}
"""What is told when a trade comes into a state, or changes within it."""
