"""What matching asks of the outside. Infra implements these inside one transaction; nobody here commits."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from contracts.events.trades import ProposalState
from contracts.vocabulary.quantities import Unit
from matching.balances import Balance
from matching.lifecycle import Trade
from matching.model import EntryKind


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record of the index as it is kept, by (`family`, `key`).

    `state` is the newest event state as JSON, fields of a newer version included; None: the listing does not live
    here (any more), and only its revision and what trades took are remembered.
    """

    family: str
    key: UUID
    kind: EntryKind
    revision: int
    state: bytes | None
    taken: Decimal
    taken_unit: Unit | None
    sequence: int


class Projection(Protocol):
    """The matcher's own table of offers, wants and saved searches, from which the index can be rebuilt."""

    async def save(self, stored: StoredRecord) -> None:
        """Insert the record, or put it in the place of the one with its family and key."""
        ...

    def load(self, lanes: Collection[int]) -> AsyncIterator[StoredRecord]:
        """All records of the families in these lanes (`contracts.topics.lane_of`), in any order."""
        ...


class Trades(Protocol):
    """Trades somebody acted upon."""

    async def get_for_update(self, trade_id: UUID) -> Trade | None:
        """The trade, locked until the transaction ends; None when nobody has acted on it."""
        ...

    async def accepted_of_listing_for_update(self, listing_id: UUID) -> Sequence[Trade]:
        """The trades of this listing that one side accepted, locked in order of trade id."""
        ...

    async def accepted_until(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Ids of at most `limit` accepted trades whose hold ended at or before `now`, the oldest first."""
        ...

    async def save(self, trade: Trade) -> None:
        """Insert the trade, or put it in the place of its former revision."""
        ...


class Balances(Protocol):
    """What is free of each listing."""

    async def get_for_update(self, listing_ids: Collection[UUID]) -> Mapping[UUID, Balance]:
        """The known ones of these balances, locked in order of listing id whatever order is asked.

        Two trades that share a listing would wait for each other for ever if each locked its own listing first.
        """
        ...

    async def save(self, balance: Balance) -> None:
        """Insert the balance, or put it in the place of its former sequence."""
        ...


class Proposals(Protocol):
    """Proposals that stand: proposed by the matcher and not lapsed since, displaced ones only when opened before."""

    async def get(self, trade_id: UUID) -> ProposalState | None:
        """The proposal; None when it does not stand."""
        ...

    async def kept(self, listing_ids: Collection[UUID]) -> Sequence[ProposalState]:
        """Proposals of these listings that were displaced, stay because they were opened, and nobody acted on."""
        ...
