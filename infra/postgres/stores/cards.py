"""Cards of listings and organisations that one batch keeps, written together in the schema of who keeps them."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from infra.postgres.parts import Part
from infra.postgres.stores.notifications import record_of
from infra.postgres.transaction import PostgresUnit
from notifications.model import ListingCard, OrganisationCard, SearchCard

Card = TypeVar("Card", ListingCard, OrganisationCard, SearchCard)

PUT = """
INSERT INTO {schema}.{table} ({key}, revision, record)
SELECT * FROM unnest({{0}}::uuid[], {{1}}::int[], {{2}}::jsonb[])
ON CONFLICT ({key}) DO UPDATE SET revision = excluded.revision, record = excluded.record
WHERE {table}.revision <= excluded.revision
"""


def keep_newest(cards: dict[UUID, Card], key: UUID, card: Card) -> None:
    """Put the card among `cards`, unless one of a higher revision is there."""
    known = cards.get(key)
    if known is None or known.revision <= card.revision:
        cards[key] = card


class CardWriter:
    """The cards of one batch; of each listing and organisation the newest."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self.listings: dict[UUID, ListingCard] = {}
        self.organisations: dict[UUID, OrganisationCard] = {}

    def put(self, card: ListingCard | OrganisationCard) -> None:
        """Keep the card."""
        if isinstance(card, ListingCard):
            keep_newest(self.listings, card.listing_id, card)
        else:
            keep_newest(self.organisations, card.organisation_id, card)

    def flush(self, unit: PostgresUnit) -> None:
        """Have the unit of work store the cards, unless higher revisions are stored."""
        self._write(unit, "known_listings", "listing_id", self.listings)
        self._write(unit, "known_organisations", "organisation_id", self.organisations)

    def _write(self, unit: PostgresUnit, table: str, key: str, cards: Mapping[UUID, Card]) -> None:
        if not cards:
            return
        keys = sorted(cards)
        values = (keys, [cards[one].revision for one in keys], [record_of(cards[one]) for one in keys])
        unit.write(Part(table, PUT.format(schema=self._schema, table=table, key=key), values))
