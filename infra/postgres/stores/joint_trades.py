"""Joint trades, in the schema `trades`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.events.joint_trades import JointTradeState
from infra.postgres.database import Connection
from infra.postgres.stores.trades import StoredBalances
from matching.joint.ports import JointPorts

GET = "SELECT record FROM trades.joint_trades WHERE joint_id = $1"
ANSWERABLE = """
SELECT record FROM trades.joint_trades
WHERE listings @> ARRAY[$1::uuid] AND status IN ('proposed', 'accepted', 'seeking') ORDER BY joint_id FOR UPDATE
"""
HELD = """
SELECT joint_id FROM trades.joint_trades
WHERE status IN ('accepted', 'seeking') AND held_until <= $1 ORDER BY held_until, joint_id LIMIT $2
"""
SAVE = """
INSERT INTO trades.joint_trades
    (joint_id, revision, status, held_until, listings, organisations, record, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now()) ON CONFLICT (joint_id) DO UPDATE
SET revision = excluded.revision, status = excluded.status, held_until = excluded.held_until,
    listings = excluded.listings, organisations = excluded.organisations, record = excluded.record,
    changed_at = excluded.changed_at
"""
MINE = """
SELECT record FROM trades.joint_trades
WHERE organisations @> ARRAY[$1::uuid] AND joint_id > $2 AND ($3::uuid IS NULL OR $3 = ANY(listings))
AND status = ANY($4::text[]) ORDER BY joint_id LIMIT $5
"""


class StoredJointTrades:
    """The port `matching.joint.ports.JointTrades`, and the lists that people look at."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, joint_id: UUID) -> JointTradeState | None:
        """The joint trade, locked; None when it was never proposed."""
        record = await self._connection.fetchval(f"{GET} FOR UPDATE", joint_id)
        return JointTradeState.model_validate(record) if record else None

    async def find(self, joint_id: UUID) -> JointTradeState | None:
        """The joint trade, not locked."""
        record = await self._connection.fetchval(GET, joint_id)
        return JointTradeState.model_validate(record) if record else None

    async def answerable_of_listing_for_update(self, listing_id: UUID) -> Sequence[JointTradeState]:
        """Those of a listing that can still be answered, locked in order of id."""
        rows = await self._connection.fetch(ANSWERABLE, listing_id)
        return [JointTradeState.model_validate(row["record"]) for row in rows]

    async def held_until(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Those of which the hold ended, the oldest first."""
        rows = await self._connection.fetch(HELD, now, limit)
        return [row["joint_id"] for row in rows]

    async def of_organisation(
        self, organisation_id: UUID, after: UUID, listing_id: UUID | None, statuses: Sequence[str], limit: int
    ) -> list[JointTradeState]:
        """The organisation's joint trades in these states, in the order of their ids."""
        rows = await self._connection.fetch(MINE, organisation_id, after, listing_id, list(statuses), limit)
        return [JointTradeState.model_validate(row["record"]) for row in rows]

    async def save(self, trade: JointTradeState) -> None:
        """Insert or replace. Who dropped out may still read it, but is asked nothing any more."""
        await self._connection.execute(
            SAVE,
            trade.joint_id,
            trade.revision,
            trade.status.value,
            trade.held_until,
            sorted({party.listing_id for party in trade.parties}),
            sorted({party.organisation_id for party in trade.parties}),
            trade.model_dump(mode="json"),
        )


def joint_ports(connection: Connection) -> JointPorts:
    """What acting on joint trades needs, on one connection."""
    return JointPorts(StoredJointTrades(connection), StoredBalances(connection))
