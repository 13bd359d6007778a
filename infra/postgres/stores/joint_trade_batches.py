"""Joint trades for one batch of events: read and locked for all of them at once, before any trade or balance."""

from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.events.joint_trades import JointTradeState
from infra.postgres.database import Connection
from infra.postgres.stores.joint_trades import StoredJointTrades
from matching.joint.life import ANSWERABLE

TOUCHED = """
SELECT record FROM trades.joint_trades
WHERE joint_id = ANY($2::uuid[])
OR (listings && $1::uuid[] AND status IN ('proposed', 'accepted', 'seeking')) ORDER BY joint_id FOR UPDATE
"""


class BatchJointTrades(StoredJointTrades):
    """The port `matching.joint.ports.JointTrades`; what was prepared is not read again."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._prepared: frozenset[UUID] = frozenset()
        self._known: dict[UUID, JointTradeState] = {}

    async def prepare(self, listing_ids: Collection[UUID], joint_ids: Collection[UUID]) -> Sequence[JointTradeState]:
        """Read and lock these joint trades and the answerable ones of these listings, in order of id."""
        rows = await self._connection.fetch(TOUCHED, list(listing_ids), list(joint_ids))
        found = [JointTradeState.model_validate(row["record"]) for row in rows]
        self._prepared = frozenset(listing_ids)
        self._known = {trade.joint_id: trade for trade in found}
        return found

    async def get_for_update(self, joint_id: UUID) -> JointTradeState | None:
        """The joint trade, locked; None when it was never proposed."""
        return self._known.get(joint_id) or await super().get_for_update(joint_id)

    async def answerable_of_listing_for_update(self, listing_id: UUID) -> Sequence[JointTradeState]:
        """Those of a listing that can still be answered, locked in order of id."""
        if listing_id not in self._prepared:
            return await super().answerable_of_listing_for_update(listing_id)
        known = (self._known[key] for key in sorted(self._known))
        return [trade for trade in known if trade.status in ANSWERABLE and _names(trade, listing_id)]

    async def save(self, trade: JointTradeState) -> None:
        """Insert or replace, at once: other statements of the batch may look for it."""
        await super().save(trade)
        self._known[trade.joint_id] = trade


def _names(trade: JointTradeState, listing_id: UUID) -> bool:
    return any(party.listing_id == listing_id for party in trade.parties)
