"""How much the matchers keep, counted in the table from which they build their indexes."""

from dataclasses import dataclass

from infra.postgres.database import Connection

SIZES = """
SELECT family, kind, count(*) AS entries FROM matching.entries WHERE state IS NOT NULL GROUP BY family, kind
"""


@dataclass(frozen=True, slots=True)
class IndexSize:
    """Entries of one kind (offer, want, search) in one material family."""

    family: str
    kind: str
    entries: int


async def index_sizes(connection: Connection) -> list[IndexSize]:
    """All that is open; what is gone and only remembered does not count. Reads the whole table."""
    return [IndexSize(**dict(row)) for row in await connection.fetch(SIZES)]
