"""What was learnt of wants from refusals, in the schema `trades`: a copy of what the matcher tells."""

from uuid import UUID

from contracts.events.preferences import PreferenceState
from infra.postgres.database import Connection

SAVE = """
INSERT INTO trades.preferences (want_id, family, organisation_id, revision, record) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (want_id, family) DO UPDATE SET revision = excluded.revision, record = excluded.record
WHERE trades.preferences.revision < excluded.revision
"""
MINE = """
SELECT record FROM trades.preferences
WHERE organisation_id = $1 AND ($2::uuid IS NULL OR want_id = $2) ORDER BY want_id, family LIMIT 1000
"""


class StoredPreferences:
    """Preferences by want and family."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def save(self, preference: PreferenceState) -> None:
        """Insert, or put it in the place of an older revision."""
        values = (preference.want_id, preference.family, preference.organisation_id, preference.revision)
        await self._connection.execute(SAVE, *values, preference.model_dump(mode="json"))

    async def of_organisation(self, organisation_id: UUID, want_id: UUID | None = None) -> list[PreferenceState]:
        """The organisation's preferences that narrow something, of one want or of all."""
        rows = await self._connection.fetch(MINE, organisation_id, want_id)
        found = [PreferenceState.model_validate(row["record"]) for row in rows]
        return [one for one in found if one.narrowings]
