"""The matcher's own table of offers, wants and saved searches, in the schema `matching`."""

from collections.abc import AsyncIterator, Collection
from typing import Any
from uuid import UUID

from contracts.topics import lane_of
from contracts.vocabulary.quantities import Unit
from infra.postgres.database import Database
from infra.postgres.parts import Part
from infra.postgres.transaction import PostgresUnit
from matching.model import EntryKind
from matching.ports import StoredRecord

SAVE = """
INSERT INTO matching.entries (lane, family, entry_id, kind, revision, state, taken, taken_unit, sequence)
SELECT * FROM unnest({0}::int[], {1}::text[], {2}::uuid[], {3}::text[], {4}::int[], {5}::bytea[], {6}::numeric[],
    {7}::text[], {8}::int[])
ON CONFLICT (family, entry_id) DO UPDATE
SET kind = excluded.kind, revision = excluded.revision, state = excluded.state, taken = excluded.taken,
    taken_unit = excluded.taken_unit, sequence = excluded.sequence
"""
LOAD = """
SELECT family, entry_id, kind, revision, state, taken, taken_unit, sequence FROM matching.entries
WHERE lane = ANY($1::int[])
"""
PAGE = 1000


class StoredProjection:
    """The port `matching.ports.Projection`. What is saved waits for `flush`, which gives it to the unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._saved: dict[tuple[str, UUID], StoredRecord] = {}

    async def save(self, stored: StoredRecord) -> None:
        """Insert or replace, at the end of the batch."""
        self._saved[stored.family, stored.key] = stored

    def forget(self) -> None:
        """Drop what was saved since the last flush: its batch was rolled back."""
        self._saved.clear()

    def flush(self, unit: PostgresUnit) -> None:
        """Have the unit of work write what was saved, all of it in one part."""
        if self._saved:
            rows = [_row(stored) for stored in self._saved.values()]
            unit.write(Part("entries", SAVE, tuple(list(column) for column in zip(*rows, strict=True))))
            self._saved.clear()

    async def load(self, lanes: Collection[int]) -> AsyncIterator[StoredRecord]:
        """All records of these lanes, on a connection of its own."""
        async with self._database.connection() as connection, connection.transaction(readonly=True):
            async for row in connection.cursor(LOAD, list(lanes), prefetch=PAGE):
                yield _record(row)


def _row(stored: StoredRecord) -> tuple[object, ...]:
    return (
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
