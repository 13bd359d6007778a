"""Reading alerts as people do: newest first, what was read, what was answered, and the settings of a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.events.alerts import AlertKind, AlertState
from infra.postgres.database import Connection
from notifications.model import Channel
from notifications.reading import Answer, First, Preferences

BELL = """
SELECT coalesce(h.last, 0) AS last, (
    SELECT count(*) FROM (
        SELECT 1 FROM notifications.inbox AS i
        WHERE i.channel = $1 AND i.number > coalesce(
            (SELECT number FROM notifications.read_marks WHERE channel = $1 AND subject = $2), 0)
        AND NOT coalesce((p.record ->> 'paused')::boolean, false)
        AND NOT coalesce(p.record -> 'quiet', '[]') ? (i.alert ->> 'kind')
        LIMIT 1000
    ) AS new
) AS unread
FROM (SELECT 1) AS one
LEFT JOIN notifications.heads AS h ON h.channel = $1
LEFT JOIN notifications.preferences AS p ON p.channel = $1
"""
NEWEST = """
SELECT i.alert, a.answer FROM notifications.inbox AS i LEFT JOIN notifications.answers AS a USING (channel, number)
WHERE i.channel = $1 AND i.number < $2 ORDER BY i.number DESC LIMIT $3
"""
ABOUT = """
SELECT alert FROM notifications.inbox WHERE channel = $1 AND alert ->> 'about' = $2 ORDER BY number LIMIT $3
"""
MARK = """
INSERT INTO notifications.read_marks (channel, subject, number) VALUES ($1, $2, $3)
ON CONFLICT (channel, subject) DO UPDATE SET number = greatest(read_marks.number, excluded.number)
"""
ANSWER = """
INSERT INTO notifications.answers (channel, number, answer, answered_at)
SELECT channel, number, $3, $4 FROM notifications.inbox WHERE channel = $1 AND number = $2
ON CONFLICT (channel, number) DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at
RETURNING number
"""
PREFER = """
INSERT INTO notifications.preferences (channel, record) VALUES ($1, $2)
ON CONFLICT (channel) DO UPDATE SET record = excluded.record
"""
HIGHEST = 2**62


@dataclass(frozen=True, slots=True)
class Bell:
    """How many alerts are new to somebody, and the number of the newest one."""

    unread: int
    last: int


@dataclass(frozen=True, slots=True)
class ReadAlert:
    """An alert with what was answered to it."""

    alert: AlertState
    answer: Answer | None


async def bell_of(connection: Connection, organisation_id: UUID, subject: str) -> Bell:
    """The bell of a person of an organisation; counts to 1,000."""
    row = await connection.fetchrow(BELL, str(Channel.of_organisation(organisation_id)), subject)
    assert row is not None
    return Bell(row["unread"], row["last"])


class AlertReading:
    """Alerts of channels for people, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def newest(self, channel: Channel, before: int = HIGHEST, limit: int = 30) -> Sequence[ReadAlert]:
        """At most `limit` alerts with a number below `before`, highest first."""
        rows = await self._connection.fetch(NEWEST, str(channel), before, limit)
        return [
            ReadAlert(AlertState.model_validate(row["alert"]), Answer(row["answer"]) if row["answer"] else None)
            for row in rows
        ]

    async def about(self, channel: Channel, thing: UUID, limit: int = 100) -> Sequence[AlertState]:
        """What a channel was told about one thing, oldest first."""
        rows = await self._connection.fetch(ABOUT, str(channel), str(thing), limit)
        return [AlertState.model_validate(row["alert"]) for row in rows]

    async def mark_read(self, channel: Channel, subject: str, number: int) -> None:
        """Everything up to `number` is known to this person; never goes back."""
        await self._connection.execute(MARK, str(channel), subject, number)

    async def answer(self, channel: Channel, number: int, answer: Answer, now: datetime) -> bool:
        """Keep what was answered to an alert; False when there is no such alert."""
        found = await self._connection.fetchval(ANSWER, str(channel), number, answer.value, now)
        return found is not None

    async def answers(self, channel: Channel) -> dict[Answer, int]:
        """How often each answer was given on a channel."""
        sql = "SELECT answer, count(*) AS times FROM notifications.answers WHERE channel = $1 GROUP BY answer"
        rows = await self._connection.fetch(sql, str(channel))
        return {Answer(row["answer"]): row["times"] for row in rows}

    async def preferences(self, channel: Channel) -> Preferences:
        """The settings of a channel, the usual ones when nobody set any."""
        sql = "SELECT record FROM notifications.preferences WHERE channel = $1"
        record: dict[str, Any] | None = await self._connection.fetchval(sql, str(channel))
        if record is None:
            return Preferences()
        quiet = frozenset(AlertKind(kind) for kind in record["quiet"])
        return Preferences(record["paused"], quiet, First(record["first"]))

    async def prefer(self, channel: Channel, wanted: Preferences) -> None:
        """Keep the settings of a channel."""
        record = {"paused": wanted.paused, "quiet": sorted(wanted.quiet), "first": wanted.first.value}
        await self._connection.execute(PREFER, str(channel), record)
