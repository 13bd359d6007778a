"""What nearly matches each listing, in the schema `trades`: a copy of what the matcher tells."""

from uuid import UUID

from contracts.events.near_misses import NearMissesCounted
from infra.postgres.database import Connection

SAVE = """
INSERT INTO trades.near_misses (listing_id, family, organisation_id, revision, record) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (listing_id, family) DO UPDATE SET revision = excluded.revision, record = excluded.record
WHERE trades.near_misses.revision <= excluded.revision
"""
REMOVE = "DELETE FROM trades.near_misses WHERE listing_id = $1 AND family = $2 AND revision <= $3"
# A listing that found a match since has no need of near-misses; other listings than its own brought the match.
BROWSE = """
SELECT record FROM trades.near_misses AS n
WHERE ($1::uuid IS NULL OR organisation_id = $1) AND listing_id > $2 AND ($3::uuid IS NULL OR listing_id = $3)
AND NOT EXISTS (SELECT 1 FROM trades.proposals WHERE offer_id = n.listing_id AND lapse_reason IS NULL)
AND NOT EXISTS (SELECT 1 FROM trades.proposals WHERE want_id = n.listing_id AND lapse_reason IS NULL)
ORDER BY listing_id, family LIMIT $4
"""


class StoredNearMisses:
    """Near-misses by listing and family."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def save(self, counted: NearMissesCounted) -> None:
        """Keep them in the place of older ones; forget the listing when there are none."""
        if not counted.misses:
            await self._connection.execute(REMOVE, counted.listing_id, counted.family, counted.listing_revision)
            return
        values = (counted.listing_id, counted.family, counted.organisation_id, counted.listing_revision)
        await self._connection.execute(SAVE, *values, counted.model_dump(mode="json"))

    async def browse(
        self, organisation_id: UUID | None, after: UUID, listing_id: UUID | None, limit: int
    ) -> list[NearMissesCounted]:
        """Of one organisation or of all, of listings without a standing proposal, in the order of listing ids."""
        rows = await self._connection.fetch(BROWSE, organisation_id, after, listing_id, limit)
        return [NearMissesCounted.model_validate(row["record"]) for row in rows]
