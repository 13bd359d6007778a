"""What the matchers keep open is counted by family and kind."""

from infra.postgres.database import Database
from infra.postgres.index_sizes import IndexSize, index_sizes

PUT = """
INSERT INTO matching.entries (lane, family, entry_id, kind, revision, state, taken, sequence)
VALUES (1, $1, gen_random_uuid(), $2, 1, $3, 0, 1)
"""


async def test_open_entries_are_counted_and_remembered_ones_are_not(database: Database) -> None:
    async with database.connection() as connection:
        assert await index_sizes(connection) == []
        for family, kind, state in (("wood", "offer", b"x"), ("wood", "offer", b"x"), ("glass", "want", b"x")):
            await connection.execute(PUT, family, kind, state)
        await connection.execute(PUT, "wood", "want", None)
        found = await index_sizes(connection)
    assert set(found) == {IndexSize("wood", "offer", 2), IndexSize("glass", "want", 1)}
