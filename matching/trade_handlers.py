"""Commands and events that trades hear of, carried: load, decide, save. The caller owns the transaction.

Locks are taken in one order everywhere: trades first (by trade id), then balances (by listing id), so that two
transactions cannot wait for each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events.listings import OfferEvent, WantEvent
from contracts.events.trades import TradesLapsed, TradesProposed
from contracts.vocabulary.terms import LapseReason
from matching.balances import balance_of, follow_revision, remaining_changed
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
    told = () if revised.sequence == known.sequence else (remaining_changed(revised, revised.listing_id),)
    if revised.is_tradable:
        return told
    gone = ListingGone(REASONS[type(event)])
    return (*told, *await _by_system({trade.state.trade_id: gone for trade in accepted}, ports, now))


async def proposals_lapsed(event: TradesLapsed, ports: TradePorts, now: datetime) -> tuple[NewEvent, ...]:
    """End accepted trades of pairs that no longer fit."""
    commands = {lapsed.trade_id: ProposalLapsed(lapsed.reason) for lapsed in event.lapsed}
    return await _by_system(commands, ports, now)


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
