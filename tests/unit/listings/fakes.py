"""In-memory ports of listings: what the Postgres stores promise, without a database. Records pass through JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from contracts.vocabulary.terms import ListingStatus
from listings.model import AnyListing, Organisation, SavedSearch, listing_from_record
from listings.ports import Ports


class InMemoryOrganisations:
    """Organisations by id."""

    def __init__(self) -> None:
        self.records: dict[UUID, str] = {}

    async def get(self, organisation_id: UUID) -> Organisation | None:
        record = self.records.get(organisation_id)
        return None if record is None else Organisation.from_record(json.loads(record))

    async def get_for_update(self, organisation_id: UUID) -> Organisation | None:
        return await self.get(organisation_id)

    async def save(self, organisation: Organisation) -> None:
        self.records[organisation.organisation_id] = json.dumps(organisation.to_record())


class InMemoryListings:
    """Listings by id; `saves` counts how many were written."""

    def __init__(self) -> None:
        self.records: dict[UUID, str] = {}
        self.saves = 0

    async def get(self, listing_id: UUID) -> AnyListing | None:
        record = self.records.get(listing_id)
        return None if record is None else listing_from_record(json.loads(record))

    async def get_for_update(self, listing_id: UUID) -> AnyListing | None:
        return await self.get(listing_id)

    async def by_external_id(self, organisation_id: UUID, external_ids: Sequence[str]) -> Mapping[str, AnyListing]:
        return {
            listing.terms.external_id: listing
            for listing in self.all()
            if listing.organisation_id == organisation_id and listing.terms.external_id in external_ids
            if listing.terms.external_id is not None
        }

    async def ended_before(self, today: date, limit: int) -> Sequence[AnyListing]:
        living = (ListingStatus.OPEN, ListingStatus.RESERVED)
        due = [
            listing
            for listing in self.all()
            if listing.status in living and (listing.terms.available_until or date.max) < today
        ]
        return due[:limit]

    async def save(self, listing: AnyListing) -> None:
        self.saves += 1
        self.records[listing.listing_id] = json.dumps(listing.to_record())

    async def save_many(self, listings: Sequence[AnyListing]) -> None:
        for listing in listings:
            await self.save(listing)

    def all(self) -> list[AnyListing]:
        return [listing_from_record(json.loads(record)) for record in self.records.values()]


class InMemorySearches:
    """Saved searches by id."""

    def __init__(self) -> None:
        self.records: dict[UUID, dict[str, Any]] = {}

    async def get(self, search_id: UUID) -> SavedSearch | None:
        record = self.records.get(search_id)
        return None if record is None else SavedSearch.from_record(record)

    async def get_for_update(self, search_id: UUID) -> SavedSearch | None:
        return await self.get(search_id)

    async def save(self, search: SavedSearch) -> None:
        self.records[search.search_id] = search.to_record()


class InMemoryDocuments:
    """The bytes of evidence by id."""

    def __init__(self) -> None:
        self.content: dict[UUID, bytes] = {}

    async def save(self, evidence_id: UUID, listing_id: UUID, content: bytes) -> None:
        self.content[evidence_id] = content

    async def get(self, evidence_id: UUID) -> bytes | None:
        return self.content.get(evidence_id)

    async def remove(self, evidence_id: UUID) -> None:
        self.content.pop(evidence_id, None)


class World:
    """All ports, with their insides within reach of a test."""

    def __init__(self) -> None:
        self.organisations = InMemoryOrganisations()
        self.listings = InMemoryListings()
        self.searches = InMemorySearches()
        self.documents = InMemoryDocuments()

    @property
    def ports(self) -> Ports:
        return Ports(self.organisations, self.listings, self.searches, self.documents)
