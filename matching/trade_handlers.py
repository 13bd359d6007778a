"""Commands and events that trades hear of, carried: load, decide, save. The caller owns the transaction.

Locks are taken in one order everywhere: trades first (by trade id), then balances (by listing id), so that two
transactions cannot wait for each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.listings import OfferEvent, WantEvent
from contracts.events.trades import LapsedState, ProposalState, TradesDisplaced, TradesLapsed, TradesProposed
from contracts.vocabulary.terms import LapseReason, ListingKind, ListingStatus
from matching.balances import Balance, balance_of, follow_revision, remaining_changed
from matching.commands import ByASide, BySystem, LapseHold, ListingGone, ProposalLapsed
from matching.errors import TradeNotFound
from matching.handlers import REASONS
from matching.lifecycle import Outcome, Pair, Trade
from matching.ports import Balances, Proposals, Trades
from matching.trades import ENDED_AND_FREE, HOLD, decide, side_of, start


@dataclass(frozen=True, slots=True)
class TradePorts:
    """The tables of one transaction."""

    trades: Trades
    balances: Balances
    proposals: Proposals


async def act(
    trade_id: UUID, command: ByASide, ports: TradePorts, now: datetime, hold_for: timedelta = HOLD
) -> Outcome:
    """A side's command, decided and saved; raises what `decide` raises."""
    trade = await _trade_to_act_on(trade_id, ports)
    side_of(trade, command)
    pair = await _pair_of(trade, ports)
    outcome = decide(trade, pair, command, now, hold_for)
    await _save(trade, pair, outcome, ports)
    return outcome


async def lapse_holds(ports: TradePorts, now: datetime, limit: int = 100) -> tuple[NewEvent, ...]:
    """End at most `limit` holds of which the time is over."""
    ids = await ports.trades.accepted_until(now, limit)
    return await _by_system(dict.fromkeys(ids, LapseHold()), ports, now)


async def listing_changed(event: OfferEvent | WantEvent, ports: TradePorts, now: datetime) -> tuple[NewEvent, ...]:
    """Follow a listing: make or revise its balance, and end accepted trades when the listing ended.

    Safe to call for every copy of an event: a revision that is not newer changes nothing.
    """
    state = event.offer if isinstance(event, OfferEvent) else event.want
    accepted = await ports.trades.accepted_of_listing_for_update(state.listing_id)
    known = (await ports.balances.get_for_update([state.listing_id, *_listings_of(accepted)])).get(state.listing_id)
    if known is None:
        await ports.balances.save(balance_of(state))
        return ()
    revised = follow_revision(known, state)
    if revised is known:
        return ()
    await ports.balances.save(revised)
    stale = await lapse_stale([state.listing_id], ports)
    changed = () if revised.sequence == known.sequence else (remaining_changed(revised, revised.listing_id),)
    told = (*changed, *stale)
    if revised.is_tradable:
        return told
    gone = ListingGone(REASONS[type(event)])
    return (*told, *await _by_system({trade.state.trade_id: gone for trade in accepted}, ports, now))


async def proposals_lapsed(event: TradesLapsed, ports: TradePorts, now: datetime) -> tuple[NewEvent, ...]:
    """End accepted trades of pairs that no longer fit."""
    commands = {lapsed.trade_id: ProposalLapsed(lapsed.reason) for lapsed in event.lapsed}
    return await _by_system(commands, ports, now)


async def proposals_displaced(event: TradesDisplaced, ports: TradePorts) -> tuple[NewEvent, ...]:
    """One that somebody opened stays, unless its listing changed in the meantime. The caller noted the rest."""
    listings = {listing for item in event.displaced for listing in (item.offer_id, item.want_id)}
    return await lapse_stale(listings, ports)


async def lapse_stale(listing_ids: Iterable[UUID], ports: TradePorts) -> tuple[NewEvent, ...]:
    """End displaced proposals that stayed because they were opened, once a listing of theirs changed or ended.

    The matcher no longer has them in a list, so it says nothing when their terms change.
    """
    kept = await ports.proposals.kept(sorted(listing_ids))
    if not kept:
        return ()
    sides = {listing for proposal in kept for listing in (proposal.offer_id, proposal.want_id)}
    balances = await ports.balances.get_for_update(sides)
    return tuple(
        _stale_event(proposal, reason) for proposal in kept if (reason := _staleness(proposal, balances)) is not None
    )


ENDS: Mapping[ListingStatus, LapseReason] = {
    ListingStatus.CLOSED: LapseReason.CLOSED,
    ListingStatus.EXPIRED: LapseReason.EXPIRED,
}


def _staleness(proposal: ProposalState, balances: Mapping[UUID, Balance]) -> LapseReason | None:
    """Why the terms of a proposal no longer hold; None when they do."""
    for listing_id, revision in (
        (proposal.offer_id, proposal.offer_revision),
        (proposal.want_id, proposal.want_revision),
    ):
        balance = balances.get(listing_id)
        if balance is not None and balance.status in ENDS:
            return ENDS[balance.status]
        if balance is not None and balance.revision > revision:
            return LapseReason.REVISED
    return None


def _stale_event(proposal: ProposalState, reason: LapseReason) -> NewEvent:
    lapsed = LapsedState(
        trade_id=proposal.trade_id,
        offer_id=proposal.offer_id,
        offer_organisation_id=proposal.offer_organisation_id,
        want_id=proposal.want_id,
        want_organisation_id=proposal.want_organisation_id,
        reason=reason,
    )
    data = TradesLapsed(listing_id=proposal.offer_id, listing_kind=ListingKind.OFFER, lapsed=(lapsed,))
    return NewEvent(data, str(proposal.offer_id), (proposal.family,), uuid5(proposal.trade_id, f"stale:{reason.value}"))


async def proposals_superseded(event: TradesProposed, ports: TradePorts, now: datetime) -> tuple[NewEvent, ...]:
    """End accepted trades on terms that were revised since."""
    superseded = [proposal.supersedes for proposal in event.proposals if proposal.supersedes is not None]
    return await _by_system(dict.fromkeys(superseded, ProposalLapsed(LapseReason.REVISED)), ports, now)


async def _trade_to_act_on(trade_id: UUID, ports: TradePorts) -> Trade:
    trade = await ports.trades.get_for_update(trade_id)
    if trade is not None and trade.state.status not in ENDED_AND_FREE:
        return trade
    proposal = await ports.proposals.get(trade_id)
    if proposal is not None:
        return start(proposal, trade)
    if trade is not None:
        return trade
    raise TradeNotFound(f"got trade {trade_id}; expected one that stands: open your newest proposals")


async def _by_system(commands: Mapping[UUID, BySystem], ports: TradePorts, now: datetime) -> tuple[NewEvent, ...]:
    found = [await ports.trades.get_for_update(trade_id) for trade_id in sorted(commands)]
    trades = [trade for trade in found if trade is not None]
    if not trades:
        return ()
    await ports.balances.get_for_update(_listings_of(trades))
    events: list[NewEvent] = []
    for trade in trades:
        pair = await _pair_of(trade, ports)
        outcome = decide(trade, pair, commands[trade.state.trade_id], now)
        await _save(trade, pair, outcome, ports)
        events.extend(outcome.events)
    return tuple(events)


async def _pair_of(trade: Trade, ports: TradePorts) -> Pair:
    """Raises TradeNotFound when a listing has not been heard of: its event is still on its way."""
    state = trade.state
    found = await ports.balances.get_for_update([state.offer_id, state.want_id])
    if state.offer_id not in found or state.want_id not in found:
        raise TradeNotFound(f"got trade {state.trade_id}, of which a listing is not known here yet; try again shortly")
    return Pair(found[state.offer_id], found[state.want_id])


async def _save(trade: Trade, pair: Pair, outcome: Outcome, ports: TradePorts) -> None:
    if outcome.trade != trade:
        await ports.trades.save(outcome.trade)
    for before, after in ((pair.offer, outcome.balances.offer), (pair.want, outcome.balances.want)):
        if after != before:
            await ports.balances.save(after)


def _listings_of(trades: Iterable[Trade]) -> list[UUID]:
    return [listing for trade in trades for listing in (trade.state.offer_id, trade.state.want_id)]
