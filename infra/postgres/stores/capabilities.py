"""Capabilities, in the schema `listings`."""

from uuid import UUID

from infra.postgres.database import Connection
from infra.postgres.stores.listings import StoredOrganisations
from listings.capabilities import Capability, CapabilityPorts

GET = "SELECT record FROM listings.capabilities WHERE capability_id = $1"
SAVE = """
INSERT INTO listings.capabilities (capability_id, organisation_id, revision, active, record)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (capability_id) DO UPDATE
SET revision = excluded.revision, active = excluded.active, record = excluded.record
"""
BROWSE = """
SELECT record FROM listings.capabilities
WHERE active AND capability_id > $1 AND ($2::uuid IS NULL OR organisation_id = $2) ORDER BY capability_id LIMIT $3
"""


class StoredCapabilities:
    """The port `listings.capabilities.Capabilities`, and the list that people look at."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, capability_id: UUID) -> Capability | None:
        """The capability, or None."""
        record = await self._connection.fetchval(GET, capability_id)
        return Capability.from_record(record) if record else None

    async def get_for_update(self, capability_id: UUID) -> Capability | None:
        """The capability, locked until the end of the transaction, or None."""
        record = await self._connection.fetchval(f"{GET} FOR UPDATE", capability_id)
        return Capability.from_record(record) if record else None

    async def browse(self, after: UUID, organisation_id: UUID | None, limit: int) -> list[Capability]:
        """Capabilities that are offered now, of one organisation or of all, in the order of their ids."""
        rows = await self._connection.fetch(BROWSE, after, organisation_id, limit)
        return [Capability.from_record(row["record"]) for row in rows]

    async def save(self, capability: Capability) -> None:
        """Insert or replace by capability id."""
        values = (capability.capability_id, capability.organisation_id, capability.revision, capability.active)
        await self._connection.execute(SAVE, *values, capability.to_record())


def capability_ports(connection: Connection) -> CapabilityPorts:
    """What handlers of capabilities need, on one connection."""
    return CapabilityPorts(StoredOrganisations(connection), StoredCapabilities(connection))
