"""Acting on a trade inside one transaction: trade first, then both balances in a fixed order, then decide and save."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.problems import Refusal
from infra.postgres.database import Connection
from infra.postgres.stores.trades import StoredBalances, StoredProposals, StoredTrades
from matching.commands import ByASide, BySystem, Command
from matching.errors import TradeNotFound
from matching.lifecycle import Outcome, Pair, Trade
from matching.trades import decide, side_of, start


class NotReadyYet(Refusal):
    """The listings of a trade are still on their way to this service."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "not-ready-yet"
    title: ClassVar[str] = "Try again in a moment"


async def act_by_side(
    trade_id: UUID, command: ByASide, connection: Connection, now: datetime, hold_for: timedelta
) -> Outcome:
    """What a side asks; raises TradeNotFound for outsiders and unknown trades, and what `decide` raises."""
    # The lock is on the proposal's row, which is there before anybody acts: two first acts wait for each other.
    await connection.execute("SELECT 1 FROM trades.proposals WHERE trade_id = $1 FOR UPDATE", trade_id)
    former = await StoredTrades(connection).get_for_update(trade_id)
    proposal = await StoredProposals(connection).get(trade_id)
    trade = start(proposal, former) if proposal else former
    if trade is None:
        raise TradeNotFound(f"there is no trade {trade_id} that stands; look for it among your trades")
    side_of(trade, command)
    return await _carry(trade, command, connection, now, hold_for)


async def act_by_system(trade_id: UUID, command: BySystem, connection: Connection, now: datetime) -> Sequence[NewEvent]:
    """What the clock or the matcher asks of a trade somebody acted upon; nothing when nobody did."""
    trade = await StoredTrades(connection).get_for_update(trade_id)
    if trade is None:
        return ()
    return (await _carry(trade, command, connection, now, timedelta())).events


async def _carry(trade: Trade, command: Command, connection: Connection, now: datetime, hold_for: timedelta) -> Outcome:
    balances = await _pair(trade, connection)
    outcome = decide(trade, balances, command, now, hold_for)
    if outcome.events:
        await StoredTrades(connection).save(outcome.trade)
        for before, after in ((balances.offer, outcome.balances.offer), (balances.want, outcome.balances.want)):
            if after != before:
                await StoredBalances(connection).save(after)
    return outcome


async def _pair(trade: Trade, connection: Connection) -> Pair:
    state = trade.state
    known = await StoredBalances(connection).get_for_update([state.offer_id, state.want_id])
    if len(known) < 2:
        raise NotReadyYet("The listings of this trade are still on their way; send the same request again shortly.")
    return Pair(known[state.offer_id], known[state.want_id])
