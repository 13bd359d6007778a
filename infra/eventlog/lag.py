"""How far a reader is behind: counted from the table for a cursor per lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.postgres.database import Connection

MOST_COUNTED = 100_000
"""Counting stops here, per lane and topic: somebody who is that far behind need not be told exactly."""

WAITING = """
SELECT coalesce(sum(waiting.n), 0)::bigint AS records,
       coalesce(extract(epoch FROM now() - min(waiting.oldest)), 0)::float8 AS seconds
FROM unnest($1::int[], $2::bigint[]) AS cursor (lane, position)
CROSS JOIN unnest($3::text[]) AS wanted (topic)
CROSS JOIN LATERAL (
    SELECT count(*) AS n, min(e.appended_at) AS oldest FROM (
        SELECT appended_at FROM eventlog.events
        WHERE topic = wanted.topic AND lane = cursor.lane AND position > cursor.position
        ORDER BY position LIMIT $4
    ) AS e
) AS waiting
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a reader is behind: records that wait, and for how many seconds the oldest of them has."""

    records: int = 0
    seconds: float = 0.0

    def beside(self, other: "Lag") -> "Lag":
        """Both together."""
        return Lag(self.records + other.records, max(self.seconds, other.seconds))


async def waiting_in_table(connection: Connection, cursors: Mapping[int, int], topics: Sequence[str]) -> Lag:
    """What stands in the table after the cursors (lane -> position)."""
    row = await connection.fetchrow(WAITING, list(cursors), list(cursors.values()), list(topics), MOST_COUNTED)
    assert row is not None, "an aggregate gives one row"
    return Lag(row["records"], max(0.0, row["seconds"]))
