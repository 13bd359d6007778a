"""Commands and events that joint trades hear of, carried: load, decide, save. The caller owns the transaction.

Locks are taken in one order everywhere: joint trades first (by id), then trades (by id), then balances (by listing
id), so that two transactions cannot wait for each other.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events.capabilities import CapabilityEvent
from contracts.events.joint_trades import (
    JointReplacementFailed,
    JointReplacementProposed,
    JointTradesLapsed,
    JointTradesProposed,
    JointTradeState,
)
from contracts.events.listings import OfferEvent, WantEvent
from contracts.vocabulary.joint_terms import JointLapseReason, JointStatus
from contracts.vocabulary.terms import LapseReason, ListingStatus
from matching.chains.balances import capacity_of, follow_capability
from matching.errors import TradeNotFound
from matching.handlers import REASONS
from matching.joint.commands import (
    ByAParty,
    ByTheSystem,
    JointHoldEnded,
    JointProposalLapsed,
    NoReplacement,
    PartyGone,
    Replace,
)
from matching.joint.life import ENDED_AND_FREE, HOLD, JointOutcome, decide, require_party
from matching.joint.ports import JointPorts
from matching.joint.told import balance_changed

LIVING = (ListingStatus.OPEN, ListingStatus.RESERVED)


async def act_jointly(
    joint_id: UUID, command: ByAParty, ports: JointPorts, now: datetime, hold_time: timedelta = HOLD
) -> JointOutcome:
    """A party's command, decided and saved; raises what `decide` raises."""
    trade = await ports.trades.get_for_update(joint_id)
    if trade is None:
        raise TradeNotFound(f"got joint trade {joint_id}; expected one that stands: open your newest proposals")
    require_party(trade, command.organisation_id)
    return await _decided(trade, command, ports, now, hold_time)


async def lapse_joint_holds(ports: JointPorts, now: datetime, limit: int = 100) -> tuple[NewEvent, ...]:
    """End at most `limit` holds of which the time is over."""
    ids = await ports.trades.held_until(now, limit)
    return await _by_system(dict.fromkeys(ids, JointHoldEnded()), ports, now)


async def joint_proposed(event: JointTradesProposed, ports: JointPorts) -> None:
    """Keep new proposals. One that lapsed before may start over; one that somebody acted upon stays as it is."""
    for proposal in sorted(event.proposals, key=lambda one: one.joint_id):
        former = await ports.trades.get_for_update(proposal.joint_id)
        if former is None:
            await ports.trades.save(proposal)
        elif former.status in ENDED_AND_FREE:
            await ports.trades.save(proposal.model_copy(update={"revision": former.revision + 1}))


async def joint_lapsed(event: JointTradesLapsed, ports: JointPorts, now: datetime) -> tuple[NewEvent, ...]:
    """End proposals on which nobody acted."""
    commands = {gone.joint_id: JointProposalLapsed(gone.reason) for gone in event.lapsed}
    return await _by_system(commands, ports, now)


async def replacement_proposed(
    event: JointReplacementProposed, ports: JointPorts, now: datetime
) -> tuple[NewEvent, ...]:
    """Put others in the place of who dropped out."""
    return await _by_system({event.joint_id: Replace(event)}, ports, now)


async def replacement_failed(event: JointReplacementFailed, ports: JointPorts, now: datetime) -> tuple[NewEvent, ...]:
    """End a joint trade for which nobody else was found."""
    return await _by_system({event.joint_id: NoReplacement(event)}, ports, now)


async def lock_joint_trades(listing_id: UUID, ports: JointPorts) -> None:
    """Take the locks that `joint_listing_changed` will need, before any lock on a balance is taken."""
    await ports.trades.answerable_of_listing_for_update(listing_id)


async def joint_listing_changed(
    event: OfferEvent | WantEvent, ports: JointPorts, now: datetime
) -> tuple[NewEvent, ...]:
    """A listing that ended or was revised drops out of the joint trades on its former terms."""
    state = event.offer if isinstance(event, OfferEvent) else event.want
    reason = _reason(REASONS[type(event)])
    living = state.status in LIVING
    return await _party_changed(state.listing_id, state.revision, living, reason, ports, now)


async def capability_changed(event: CapabilityEvent, ports: JointPorts, now: datetime) -> tuple[NewEvent, ...]:
    """Follow a capability: make or revise its balance, and end joint trades on its former terms."""
    state = event.capability
    await lock_joint_trades(state.capability_id, ports)
    known = (await ports.balances.get_for_update([state.capability_id])).get(state.capability_id)
    revised = capacity_of(state) if known is None else follow_capability(known, state)
    if known is not None and revised is known:
        return ()
    await ports.balances.save(revised)
    told = known is not None and revised.sequence != known.sequence
    reason = JointLapseReason.REVISED if state.active else JointLapseReason.WITHDRAWN
    ended = await _party_changed(state.capability_id, state.revision, state.active, reason, ports, now)
    return (*((balance_changed(revised, revised.listing_id),) if told else ()), *ended)


async def _party_changed(
    listing_id: UUID, revision: int, living: bool, reason: JointLapseReason, ports: JointPorts, now: datetime
) -> tuple[NewEvent, ...]:
    found = await ports.trades.answerable_of_listing_for_update(listing_id)
    gone = PartyGone(listing_id, reason)
    touched = [trade for trade in found if not living or _is_older(trade, listing_id, revision)]
    # A proposal nobody acted on is the matcher's to end.
    acted = [trade.joint_id for trade in touched if trade.status is not JointStatus.PROPOSED]
    return await _by_system(dict.fromkeys(acted, gone), ports, now)


def _is_older(trade: JointTradeState, listing_id: UUID, revision: int) -> bool:
    return any(party.listing_id == listing_id and party.listing_revision < revision for party in trade.parties)


def _reason(reason: LapseReason) -> JointLapseReason:
    return JointLapseReason(reason.value)


async def _by_system(commands: Mapping[UUID, ByTheSystem], ports: JointPorts, now: datetime) -> tuple[NewEvent, ...]:
    found = [await ports.trades.get_for_update(joint_id) for joint_id in sorted(commands)]
    trades = [trade for trade in found if trade is not None]
    await ports.balances.get_for_update(_listings_of(trades))
    events: list[NewEvent] = []
    for trade in trades:
        events.extend((await _decided(trade, commands[trade.joint_id], ports, now, HOLD)).events)
    return tuple(events)


async def _decided(
    trade: JointTradeState, command: ByAParty | ByTheSystem, ports: JointPorts, now: datetime, hold_time: timedelta
) -> JointOutcome:
    balances = await ports.balances.get_for_update(_listings_of([trade]))
    outcome = decide(trade, balances, command, now, hold_time)
    if outcome.trade != trade:
        await ports.trades.save(outcome.trade)
    for listing_id, balance in sorted(outcome.balances.items()):
        if balance != balances[listing_id]:
            await ports.balances.save(balance)
    return outcome


def _listings_of(trades: Iterable[JointTradeState]) -> list[UUID]:
    return [party.listing_id for trade in trades for party in trade.parties]
