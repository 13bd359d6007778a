"""What joint trades ask of the outside. Infra implements these inside one transaction; nobody here commits."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.events.joint_trades import JointTradeState
from matching.ports import Balances


class JointTrades(Protocol):
    """Joint trades, from the moment they are proposed."""

    async def get_for_update(self, joint_id: UUID) -> JointTradeState | None:
        """The joint trade, locked until the transaction ends; None when it was never proposed."""
        ...

    async def answerable_of_listing_for_update(self, listing_id: UUID) -> Sequence[JointTradeState]:
        """Those of this listing that are proposed, accepted by some or seeking, locked in order of id."""
        ...

    async def held_until(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Ids of at most `limit` whose hold ended at or before `now`, the oldest first."""
        ...

    async def save(self, trade: JointTradeState) -> None:
        """Insert it, or put it in the place of its former revision."""
        ...


@dataclass(frozen=True, slots=True)
class JointPorts:
    """The tables of one transaction."""

    trades: JointTrades
    balances: Balances


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One thing that the matcher remembers beside listings, by (`family`, `key`): event data as JSON, by its type."""

    family: str
    key: UUID
    type: str
    data: bytes | None


class JointProjection(Protocol):
    """The matcher's own table of capabilities, derived offers and refusals."""

    async def save(self, stored: StoredPart) -> None:
        """Insert it, put it in the place of the one with its family and key, or remove it when `data` is None."""
        ...

    def load(self, lanes: Collection[int]) -> AsyncIterator[StoredPart]:
        """All of the families in these lanes, in any order."""
        ...
