"""The matcher's own table of offers, wants and saved searches, in the schema `matching`."""

from collections.abc import AsyncIterator, Collection
from typing import Any

from contracts.topics import lane_of
from contracts.vocabulary.quantities import Unit
from infra.postgres.database import Connection, Database
from matching.model import EntryKind
from matching.ports import StoredRecord

SAVE = """
INSERT INTO matching.entries (lane, family, entry_id, kind, revision, state, taken, taken_unit, sequence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (family, entry_id) DO UPDATE
SET kind = excluded.kind, revision = excluded.revision, state = excluded.state, taken = excluded.taken,
    taken_unit = excluded.taken_unit, sequence = excluded.sequence
"""
LOAD = """
SELECT family, entry_id, kind, revision, state, taken, taken_unit, sequence FROM matching.entries
WHERE lane = ANY($1::int[])
"""
PAGE = 1000


class StoredProjection:
    """The port `matching.ports.Projection`. `connection` is set for the time of each batch's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.connection: Connection | None = None

    async def save(self, stored: StoredRecord) -> None:
        """Insert or replace, in the transaction of the batch."""
        if self.connection is None:
            raise RuntimeError("the projection is saved only inside a batch; set its connection first")
        await self.connection.execute(
            SAVE,
            lane_of(stored.family),
            stored.family,
            stored.key,
            stored.kind.value,
            stored.revision,
            stored.state,
            stored.taken,
            stored.taken_unit and stored.taken_unit.value,
            stored.sequence,
        )

    async def load(self, lanes: Collection[int]) -> AsyncIterator[StoredRecord]:
        """All records of these lanes, on a connection of its own."""
        async with self._database.connection() as connection, connection.transaction(readonly=True):
            async for row in connection.cursor(LOAD, list(lanes), prefetch=PAGE):
                yield _record(row)


def _record(row: Any) -> StoredRecord:
    return StoredRecord(
        family=row["family"],
        key=row["entry_id"],
        kind=EntryKind(row["kind"]),
        revision=row["revision"],
        state=row["state"],
        taken=row["taken"],
        taken_unit=Unit(row["taken_unit"]) if row["taken_unit"] else None,
        sequence=row["sequence"],
    )
