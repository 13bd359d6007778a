"""Organisations, listings, saved searches and documents in the schema `listings`.

The record (JSON) is the truth; the columns beside it are derived from it for searching.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import asyncpg

from infra.postgres.database import Connection
from infra.postgres.stores.listing_rows import COLUMNS, FIELDS, NAMES, WORDS, document, learn_labels, row_of
from listings.errors import ExternalIdTaken
from listings.model import AnyListing, Organisation, SavedSearch, listing_from_record
from listings.ports import Ports

SAVE = f"""
INSERT INTO listings.listings ({NAMES}, words)
SELECT {NAMES}, {WORDS} FROM jsonb_to_recordset($1) AS new ({FIELDS})
ON CONFLICT (listing_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name, _ in COLUMNS[3:])}, words = excluded.words
"""  # noqa: S608 - built from our own names

GET = "SELECT record FROM listings.listings WHERE listing_id = $1"
BY_EXTERNAL_ID = """
SELECT external_id, record FROM listings.listings
WHERE organisation_id = $1 AND external_id = ANY($2::text[]) ORDER BY listing_id FOR UPDATE
"""
OWNER_OF_EXTERNAL_ID = "SELECT listing_id FROM listings.listings WHERE organisation_id = $1 AND external_id = $2"
ENDED = """
SELECT record FROM listings.listings WHERE status IN ('open', 'reserved') AND available_until < $1
ORDER BY available_until, listing_id LIMIT $2 FOR UPDATE SKIP LOCKED
"""


class StoredListings:
    """The port `listings.ports.Listings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, listing_id: UUID) -> AnyListing | None:
        """The listing, or None."""
        record = await self._connection.fetchval(GET, listing_id)
        return listing_from_record(record) if record else None

    async def get_for_update(self, listing_id: UUID) -> AnyListing | None:
        """The listing, locked until the end of the transaction, or None."""
        record = await self._connection.fetchval(f"{GET} FOR UPDATE", listing_id)
        return listing_from_record(record) if record else None

    async def by_external_id(self, organisation_id: UUID, external_ids: Sequence[str]) -> Mapping[str, AnyListing]:
        """The organisation's listings with these external ids, locked in the order of their ids."""
        rows = await self._connection.fetch(BY_EXTERNAL_ID, organisation_id, list(external_ids))
        return {row["external_id"]: listing_from_record(row["record"]) for row in rows}

    async def ended_before(self, today: date, limit: int) -> Sequence[AnyListing]:
        """Up to `limit` open or reserved listings whose last day lies before `today`, locked."""
        rows = await self._connection.fetch(ENDED, today, limit)
        return [listing_from_record(row["record"]) for row in rows]

    async def save(self, listing: AnyListing) -> None:
        """Insert or replace; raises ExternalIdTaken when another transaction was first."""
        await self.save_many([listing])

    async def save_many(self, listings: Sequence[AnyListing]) -> None:
        """As `save` for each, in one statement."""
        if not listings:
            return
        await learn_labels(self._connection, listings)
        rows = document([row_of(listing) for listing in listings])
        try:
            async with self._connection.transaction():
                await self._connection.execute(SAVE, rows)
        except asyncpg.UniqueViolationError as error:
            raise await self._taken(listings, error) from error

    async def _taken(self, listings: Sequence[AnyListing], error: Exception) -> Exception:
        for listing in listings:
            key = listing.terms.external_id
            owner = await self._connection.fetchval(OWNER_OF_EXTERNAL_ID, listing.organisation_id, key)
            if owner is not None and owner != listing.listing_id:
                return ExternalIdTaken(str(key), owner)
        return error


class StoredOrganisations:
    """The port `listings.ports.Organisations`."""

    _GET = "SELECT record FROM listings.organisations WHERE organisation_id = $1"
    _SAVE = """
    INSERT INTO listings.organisations (organisation_id, revision, kvk_number, record) VALUES ($1, $2, $3, $4)
    ON CONFLICT (organisation_id) DO UPDATE
    SET revision = excluded.revision, kvk_number = excluded.kvk_number, record = excluded.record
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, organisation_id: UUID) -> Organisation | None:
        """The organisation, or None."""
        record = await self._connection.fetchval(self._GET, organisation_id)
        return Organisation.from_record(record) if record else None

    async def get_for_update(self, organisation_id: UUID) -> Organisation | None:
        """The organisation, locked until the end of the transaction, or None."""
        record = await self._connection.fetchval(f"{self._GET} FOR UPDATE", organisation_id)
        return Organisation.from_record(record) if record else None

    async def many(self, organisation_ids: Sequence[UUID]) -> dict[UUID, Organisation]:
        """The organisations that exist, by id."""
        sql = "SELECT record FROM listings.organisations WHERE organisation_id = ANY($1::uuid[])"
        found = [Organisation.from_record(row["record"]) for row in await self._connection.fetch(sql, organisation_ids)]
        return {organisation.organisation_id: organisation for organisation in found}

    async def save(self, organisation: Organisation) -> None:
        """Insert or replace by organisation id."""
        values = (organisation.organisation_id, organisation.revision, organisation.kvk_number)
        await self._connection.execute(self._SAVE, *values, organisation.to_record())


class StoredSearches:
    """The port `listings.ports.SavedSearches`."""

    _GET = "SELECT record FROM listings.saved_searches WHERE search_id = $1"
    _SAVE = """
    INSERT INTO listings.saved_searches (search_id, organisation_id, revision, deleted, record)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (search_id) DO UPDATE
    SET revision = excluded.revision, deleted = excluded.deleted, record = excluded.record
    """
    _OF = """
    SELECT record FROM listings.saved_searches
    WHERE organisation_id = $1 AND NOT deleted AND search_id > $2 ORDER BY search_id LIMIT $3
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, search_id: UUID) -> SavedSearch | None:
        """The saved search, or None."""
        record = await self._connection.fetchval(self._GET, search_id)
        return SavedSearch.from_record(record) if record else None

    async def get_for_update(self, search_id: UUID) -> SavedSearch | None:
        """The saved search, locked until the end of the transaction, or None."""
        record = await self._connection.fetchval(f"{self._GET} FOR UPDATE", search_id)
        return SavedSearch.from_record(record) if record else None

    async def of_organisation(self, organisation_id: UUID, after: UUID, limit: int) -> list[SavedSearch]:
        """The organisation's searches that are not deleted, in the order of their ids, after the id `after`."""
        rows = await self._connection.fetch(self._OF, organisation_id, after, limit)
        return [SavedSearch.from_record(row["record"]) for row in rows]

    async def save(self, search: SavedSearch) -> None:
        """Insert or replace by search id."""
        values = (search.search_id, search.organisation_id, search.revision, search.deleted, search.to_record())
        await self._connection.execute(self._SAVE, *values)


class StoredDocuments:
    """The port `listings.ports.Documents`: bytes in the database, so that one backup holds everything."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def save(self, evidence_id: UUID, listing_id: UUID, content: bytes) -> None:
        """Keep the bytes of a document."""
        sql = "INSERT INTO listings.documents (evidence_id, listing_id, content) VALUES ($1, $2, $3)"
        await self._connection.execute(sql, evidence_id, listing_id, content)

    async def get(self, evidence_id: UUID) -> bytes | None:
        """The bytes, or None."""
        sql = "SELECT content FROM listings.documents WHERE evidence_id = $1"
        content: bytes | None = await self._connection.fetchval(sql, evidence_id)
        return content

    async def remove(self, evidence_id: UUID) -> None:
        """Forget the bytes."""
        await self._connection.execute("DELETE FROM listings.documents WHERE evidence_id = $1", evidence_id)


def listing_ports(connection: Connection) -> Ports:
    """All ports of the listings domain on one connection."""
    return Ports(
        organisations=StoredOrganisations(connection),
        listings=StoredListings(connection),
        searches=StoredSearches(connection),
        documents=StoredDocuments(connection),
    )
