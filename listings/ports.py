"""What this domain needs from outside. Everything happens inside one transaction that somebody else commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from listings.model import AnyListing, Organisation, SavedSearch

NewId = Callable[[], UUID]
"""Gives a fresh id at each call."""


class Organisations(Protocol):
    """The registered organisations."""

    async def get(self, organisation_id: UUID) -> Organisation | None:
        """The organisation, or None."""

    async def get_for_update(self, organisation_id: UUID) -> Organisation | None:
        """The organisation, locked until the end of the transaction, or None."""

    async def save(self, organisation: Organisation) -> None:
        """Insert or replace by organisation id."""


class Listings(Protocol):
    """Offers and wants, drafts included."""

    async def get(self, listing_id: UUID) -> AnyListing | None:
        """The listing, or None."""

    async def get_for_update(self, listing_id: UUID) -> AnyListing | None:
        """The listing, locked until the end of the transaction, or None."""

    async def by_external_id(self, organisation_id: UUID, external_ids: Sequence[str]) -> Mapping[str, AnyListing]:
        """The organisation's listings with these external ids, locked in the order of their ids.

        External ids are unique per organisation over offers and wants of every state.
        """

    async def ended_before(self, today: date, limit: int) -> Sequence[AnyListing]:
        """Up to `limit` open or reserved listings whose last day lies before `today`, locked, skipping locked ones."""

    async def save(self, listing: AnyListing) -> None:
        """Insert or replace by listing id; raises ExternalIdTaken when another transaction was first."""

    async def save_many(self, listings: Sequence[AnyListing]) -> None:
        """As `save` for each, in one go."""


class SavedSearches(Protocol):
    """Saved searches, deleted ones included."""

    async def get(self, search_id: UUID) -> SavedSearch | None:
        """The saved search, or None."""

    async def get_for_update(self, search_id: UUID) -> SavedSearch | None:
        """The saved search, locked until the end of the transaction, or None."""

    async def save(self, search: SavedSearch) -> None:
        """Insert or replace by search id."""


class Documents(Protocol):
    """The bytes of evidence."""

    async def save(self, evidence_id: UUID, listing_id: UUID, content: bytes) -> None:
        """Keep the bytes of a document of a listing."""

    async def get(self, evidence_id: UUID) -> bytes | None:
        """The bytes, or None when the document was announced without them or removed."""

    async def remove(self, evidence_id: UUID) -> None:
        """Forget the bytes; nothing happens when there are none."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them, as handlers get them."""

    organisations: Organisations
    listings: Listings
    searches: SavedSearches
    documents: Documents
