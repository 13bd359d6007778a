"""Who can take the place of a holder that dropped out of a pool, so that it still reaches its minimum."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.joint_trades import (
    JointPartyState,
    JointReplacementFailed,
    JointReplacementProposed,
    JointTradeState,
)
from contracts.vocabulary.joint_terms import PartyAnswer, PartyRole
from contracts.vocabulary.terms import ListingStatus
from matching.deciding import Cause
from matching.joint.family import FamilyParts
from matching.joint.seen import seen_with
from matching.model import OfferEntry, WantEntry
from matching.pooling.cover import cover
from matching.pooling.lots import ZERO, Lot, lot_between, lots_of
from matching.pooling.pools import Pool, considered, pool_with
from matching.pooling.proposing import holder_party, legs_of

ACTIVE = (PartyAnswer.WAITING, PartyAnswer.ACCEPTED)


def replacement(parts: FamilyParts, trade: JointTradeState, cause: Cause) -> NewEvent:
    """The event that answers a joint trade that is seeking: who takes the place, or that nobody can."""
    missing = tuple(party.listing_id for party in trade.parties if party.answer not in ACTIVE)
    pool = _completed(parts, trade, {*missing, *trade.dropped})
    subject = f"joint:{trade.joint_id}"
    # One answer per revision that asks: a replay gives the same id.
    answer_id = uuid5(cause.event_id, f"{cause.family}:replacement:{trade.joint_id}")
    if pool is None:
        none = JointReplacementFailed(joint_id=trade.joint_id, instead_of=missing)
        return NewEvent(none, subject, (cause.family,), answer_id)
    staying = {party.listing_id for party in trade.parties if party.answer in ACTIVE}
    found = JointReplacementProposed(
        joint_id=trade.joint_id,
        instead_of=missing,
        parties=tuple(holder_party(share) for share in pool.shares if share.lot.key not in staying),
        legs=legs_of(pool, cause.check, cause.today),
        landed=pool.landed,
        quantity=pool.amount,
    )
    return NewEvent(found, subject, (cause.family,), answer_id)


def _completed(parts: FamilyParts, trade: JointTradeState, gone: set[UUID]) -> Pool | None:
    """The pool of those who stay and the fewest others that make it reach the minimum again."""
    want = _as_agreed(parts.index.entry(trade.want_id), trade)
    if want is None:
        return None
    staying = [lot for party in trade.parties if (lot := _staying(parts, party, want)) is not None]
    room = want.remaining - sum((lot.amount for lot in staying), ZERO)
    least = (trade.minimum or ZERO) - sum((lot.amount for lot in staying), ZERO)
    if least <= 0:
        return pool_with(want, staying)
    known = {lot.key for lot in staying} | gone
    open_lots = [lot for key, lot in lots_of(parts.index, want).items() if _is_new(parts, want, key, known)]
    others = cover([_within(lot, room) for lot in considered(open_lots)], least)
    return pool_with(want, [*staying, *others]) if others else None


def _is_new(parts: FamilyParts, want: WantEntry, key: UUID, known: set[UUID]) -> bool:
    return key not in known and not parts.refuses(want.key, key)


def _within(lot: Lot, room: Decimal) -> Lot:
    return replace(lot, amount=min(lot.amount, room))


def _as_agreed(entry: object, trade: JointTradeState) -> WantEntry | None:
    """The want with what this very trade may have held of it given back; None when it is not there any more."""
    if not isinstance(entry, WantEntry) or entry.state.status not in (ListingStatus.OPEN, ListingStatus.RESERVED):
        return None
    held = [party.quantity for party in trade.parties if _holds(party) and party.role is PartyRole.SEEKER]
    remaining = min(entry.state.quantity, max(entry.remaining, ZERO) + sum(held, ZERO))
    # The seeker accepted what was proposed: it is held, and nobody may be asked for more.
    most = sum(held, ZERO) or min(remaining, max(trade.quantity, trade.minimum or ZERO))
    return replace(entry, state=seen_with(entry.state, status=ListingStatus.OPEN), remaining=most)


def _staying(parts: FamilyParts, party: JointPartyState, want: WantEntry) -> Lot | None:
    """The lot of a holder that stays, with exactly what was asked of it."""
    if party.role is not PartyRole.HOLDER or party.answer not in ACTIVE:
        return None
    entry = parts.index.entry(party.listing_id)
    if not isinstance(entry, OfferEntry):
        return None
    seen = replace(entry, state=seen_with(entry.state, status=ListingStatus.OPEN), remaining=party.quantity)
    return lot_between(seen, want)


def _holds(party: JointPartyState) -> bool:
    return party.answer is PartyAnswer.ACCEPTED
