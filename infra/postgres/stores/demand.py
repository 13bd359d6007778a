"""Open listings per municipality and organisation, as the map of demand needs them."""

from collections.abc import Sequence

from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.terms import ListingKind
from infra.postgres.database import Connection
from listings.demand import Cell

CELLS = """
SELECT municipality_code, organisation_id, count(*) AS listings, coalesce(sum(quantity_kg), 0) AS kg
FROM listings.listings
WHERE status = 'open' AND open_to_all AND kind = $1 AND municipality_code IS NOT NULL
AND ($2::text[] IS NULL OR concepts && $2)
GROUP BY municipality_code, organisation_id
"""


async def cells_of(connection: Connection, kind: ListingKind, concept: str | None) -> Sequence[Cell]:
    """The cells of a material with all below it; None: of every material. Not to be shown as they are."""
    names = None
    if concept is not None:
        names = [concept, *(found.id for found in material_tree().descendants(concept))]
    rows = await connection.fetch(CELLS, kind.value, names)
    return [Cell(row["municipality_code"], str(row["organisation_id"]), row["listings"], row["kg"]) for row in rows]
