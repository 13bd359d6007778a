"""What a joint trade does to the balances of its listings: each party's own quantity, and no other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.events.joint_trades import JointPartyState, JointTradeState
from contracts.vocabulary.joint_terms import PartyAnswer, PartyRole
from contracts.vocabulary.quantities import Recurrence
from matching.balances import Balance, give_back_held, give_back_promised, hold, promise_held
from matching.errors import ListingNotOpen, QuantityTaken, TradeNotFound

Balances = Mapping[UUID, Balance]
Move = Callable[[Balance, Decimal], Balance]

CAPABLE = (PartyRole.PROCESSOR, PartyRole.DEPOT)


@dataclass(frozen=True, slots=True)
class Moved:
    """A joint trade beside the balances as they are now."""

    trade: JointTradeState
    balances: Balances


def accepted(trade: JointTradeState) -> tuple[JointPartyState, ...]:
    """The parties that said yes: something is held or promised of their listings."""
    return tuple(party for party in trade.parties if party.answer is PartyAnswer.ACCEPTED)


def move(balances: Balances, parties: Iterable[JointPartyState], how: Move) -> Balances:
    """The balances after each party's quantity was moved."""
    moved = dict(balances)
    for party in parties:
        moved[party.listing_id] = how(balance_of_party(moved, party), party.quantity)
    return moved


def hold_for(balances: Balances, parties: Iterable[JointPartyState]) -> Balances:
    """The balances with these quantities held; raises ListingNotOpen or QuantityTaken."""
    held = dict(balances)
    for party in parties:
        balance = balance_of_party(held, party)
        _require_as_proposed(balance, party)
        _require_free(balance, party)
        held[party.listing_id] = hold(balance, party.quantity)
    return held


def promise_all(balances: Balances, trade: JointTradeState) -> Balances:
    """The balances after everything that is held for a trade was promised."""
    return move(balances, accepted(trade), promise_held)


def free_held(balances: Balances, trade: JointTradeState) -> Balances:
    """The balances after everything that is held for a trade was given back."""
    return move(balances, accepted(trade), give_back_held)


def free_promised(balances: Balances, trade: JointTradeState) -> Balances:
    """The balances after everything that was promised to a trade was given back."""
    return move(balances, accepted(trade), give_back_promised)


def free_capacity(balances: Balances, trade: JointTradeState) -> Balances:
    """The balances after a trade is done: capacity that comes anew each period is free again."""
    used = [party for party in accepted(trade) if party.role in CAPABLE]
    anew = [party for party in used if balance_of_party(balances, party).recurrence is not Recurrence.ONE_OFF]
    return move(balances, anew, give_back_promised)


def balance_of_party(balances: Balances, party: JointPartyState) -> Balance:
    """The balance of a party's listing; raises TradeNotFound while its event is still on its way."""
    balance = balances.get(party.listing_id)
    if balance is None:
        raise TradeNotFound(f"got a trade of which listing {party.listing_id} is not known here yet; try again shortly")
    return balance


def with_answers(trade: JointTradeState, changed: Mapping[UUID, PartyAnswer], **more: object) -> JointTradeState:
    """The trade after the parties with these listings gave these answers; `more` are further fields of those."""
    parties = tuple(
        party.model_copy(update={"answer": changed[party.listing_id], **more}) if party.listing_id in changed else party
        for party in trade.parties
    )
    return trade.model_copy(update={"parties": parties})


def _require_as_proposed(balance: Balance, party: JointPartyState) -> None:
    if not balance.is_tradable:
        raise ListingNotOpen(
            f"got a joint trade of which the {balance.kind.value} is {balance.status.value}; expected open: look for "
            "another proposal",
            listing_id=str(balance.listing_id),
        )
    if balance.revision != party.listing_revision:
        raise ListingNotOpen(
            f"got a joint trade on revision {party.listing_revision} of the {balance.kind.value}; it is at revision "
            f"{balance.revision} now: open the newest proposal",
            listing_id=str(balance.listing_id),
        )


def _require_free(balance: Balance, party: JointPartyState) -> None:
    if party.unit is not balance.unit or party.quantity > balance.remaining:
        raise QuantityTaken(
            f"got {party.quantity} {party.unit.value}; of this {balance.kind.value} {balance.remaining} "
            f"{balance.unit.value} remains: wait for the next proposal",
            remaining=str(balance.remaining),
            unit=balance.unit.value,
            listing_id=str(balance.listing_id),
        )
