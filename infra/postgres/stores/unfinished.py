"""Forms that somebody began to fill in, in the schema `site`: text fields only, one per person and form."""

from datetime import datetime, timedelta
from typing import Any

from infra.postgres.database import Connection

KEEP = timedelta(days=30)
SAVE = """
INSERT INTO site.unfinished_forms (owner, form, fields, changed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (owner, form) DO UPDATE SET fields = excluded.fields, changed_at = excluded.changed_at
"""


class UnfinishedForms:
    """Unfinished forms on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, owner: str, form: str) -> dict[str, list[str]]:
        """The fields; none when the form was not begun."""
        sql = "SELECT fields FROM site.unfinished_forms WHERE owner = $1 AND form = $2"
        found: dict[str, Any] | None = await self._connection.fetchval(sql, owner, form)
        return found or {}

    async def keep(self, owner: str, form: str, fields: dict[str, list[str]], now: datetime) -> None:
        """Keep the fields, and forget forms that were left long ago."""
        await self._connection.execute("DELETE FROM site.unfinished_forms WHERE changed_at < $1", now - KEEP)
        await self._connection.execute(SAVE, owner, form, fields, now)

    async def forget(self, owner: str, form: str) -> None:
        """The form was sent."""
        await self._connection.execute("DELETE FROM site.unfinished_forms WHERE owner = $1 AND form = $2", owner, form)
