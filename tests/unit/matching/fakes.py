"""Ports of matching in memory."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.events.trades import ProposalState
from contracts.topics import lane_of
from contracts.vocabulary.terms import TradeStatus
from matching.balances import Balance
from matching.lifecycle import Trade
from matching.ports import StoredRecord


@dataclass
class ProjectionInMemory:
    """The matcher's table."""

    rows: dict[tuple[str, UUID], StoredRecord] = field(default_factory=dict)

    async def save(self, stored: StoredRecord) -> None:
        self.rows[stored.family, stored.key] = stored

    async def load(self, lanes: Collection[int]) -> AsyncIterator[StoredRecord]:
        for stored in list(self.rows.values()):
            if lane_of(stored.family) in lanes:
                yield stored


class FailingProjection(ProjectionInMemory):
    """A table of which the disk is full."""

    async def save(self, stored: StoredRecord) -> None:
        raise OSError("no space left")


@dataclass
class TradesInMemory:
    """Trades; `locked` tells in which order rows were locked."""

    rows: dict[UUID, Trade] = field(default_factory=dict)
    locked: list[UUID] = field(default_factory=list)

    async def get_for_update(self, trade_id: UUID) -> Trade | None:
        self.locked.append(trade_id)
        return self.rows.get(trade_id)

    async def accepted_of_listing_for_update(self, listing_id: UUID) -> Sequence[Trade]:
        found = [trade for _, trade in sorted(self.rows.items()) if _is_accepted(trade)]
        return [trade for trade in found if listing_id in (trade.state.offer_id, trade.state.want_id)]

    async def accepted_until(self, now: datetime, limit: int) -> Sequence[UUID]:
        return [key for key, trade in self.rows.items() if _is_accepted(trade) and _ended(trade, now)][:limit]

    async def save(self, trade: Trade) -> None:
        self.rows[trade.state.trade_id] = trade


@dataclass
class BalancesInMemory:
    """Balances."""

    rows: dict[UUID, Balance] = field(default_factory=dict)

    async def get_for_update(self, listing_ids: Collection[UUID]) -> Mapping[UUID, Balance]:
        return {key: self.rows[key] for key in sorted(set(listing_ids)) if key in self.rows}

    async def save(self, balance: Balance) -> None:
        self.rows[balance.listing_id] = balance


@dataclass
class ProposalsInMemory:
    """Standing proposals."""

    rows: dict[UUID, ProposalState] = field(default_factory=dict)
    displaced_but_opened: list[ProposalState] = field(default_factory=list)

    async def get(self, trade_id: UUID) -> ProposalState | None:
        return self.rows.get(trade_id)

    async def kept(self, listing_ids: Collection[UUID]) -> Sequence[ProposalState]:
        return [one for one in self.displaced_but_opened if {one.offer_id, one.want_id} & set(listing_ids)]


def _is_accepted(trade: Trade) -> bool:
    return trade.state.status is TradeStatus.ACCEPTED


def _ended(trade: Trade, now: datetime) -> bool:
    return trade.state.held_until is not None and trade.state.held_until <= now
