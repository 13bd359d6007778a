"""What the matcher remembers beside listings (capabilities, derived offers, refusals), in the schema `matching`."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

from contracts.topics import lane_of
from infra.postgres.database import Database
from infra.postgres.parts import Part
from infra.postgres.transaction import PostgresUnit
from matching.joint.ports import StoredPart

SAVE_PARTS = """
INSERT INTO matching.parts (lane, family, part_id, type, data)
SELECT * FROM unnest({0}::int[], {1}::text[], {2}::uuid[], {3}::text[], {4}::bytea[])
ON CONFLICT (family, part_id) DO UPDATE SET type = excluded.type, data = excluded.data
"""
REMOVE_PARTS = """
DELETE FROM matching.parts AS kept USING unnest({0}::text[], {1}::uuid[]) AS gone (family, part_id)
WHERE kept.family = gone.family AND kept.part_id = gone.part_id
"""
LOAD_PARTS = "SELECT family, part_id, type, data FROM matching.parts WHERE lane = ANY($1::int[])"
PAGE = 1000


class StoredJointProjection:
    """The port `matching.joint.ports.JointProjection`. What is saved waits for `flush`, which gives it to the unit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._saved: dict[tuple[str, UUID], StoredPart] = {}

    async def save(self, stored: StoredPart) -> None:
        """Insert, replace or remove, at the end of the batch."""
        self._saved[stored.family, stored.key] = stored

    def forget(self) -> None:
        """Drop what was saved since the last flush: its batch was rolled back."""
        self._saved.clear()

    def flush(self, unit: PostgresUnit) -> None:
        """Have the unit of work write and remove what was saved: each part of the matcher as it was left last."""
        kept = [one for one in self._saved.values() if one.data is not None]
        gone = [one for one in self._saved.values() if one.data is None]
        if kept:
            rows = [(lane_of(one.family), one.family, one.key, one.type, one.data) for one in kept]
            unit.write(Part("joint_parts", SAVE_PARTS, tuple(list(column) for column in zip(*rows, strict=True))))
        if gone:
            keys = ([one.family for one in gone], [one.key for one in gone])
            unit.write(Part("joint_parts_gone", REMOVE_PARTS, keys))
        self._saved.clear()

    async def load(self, lanes: Collection[int]) -> AsyncIterator[StoredPart]:
        """All parts of these lanes, on a connection of its own."""
        async with self._database.connection() as connection, connection.transaction(readonly=True):
            async for row in connection.cursor(LOAD_PARTS, list(lanes), prefetch=PAGE):
                yield StoredPart(row["family"], row["part_id"], row["type"], row["data"])
