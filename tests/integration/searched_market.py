"""A market in a database, to be searched."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.vocabulary.places import place_of_postcode
from contracts.vocabulary.terms import ListingStatus
from infra.postgres.database import Database
from infra.postgres.reading import reading_engine
from infra.postgres.stores.listing_search import Filters, Order, Page, search
from infra.postgres.stores.listings import StoredListings
from infra.postgres.transaction import transaction
from listings.drafting import new_listing
from listings.model import AnyListing
from tests.unit.listings.scenes import HOLDER_ID, NOW, offer_draft, want_draft

ALL = tuple(ListingStatus)
UTRECHT = place_of_postcode("3511").point


class Market:
    """Listings in a database, and searches in them."""

    def __init__(self, database: Database, engine: AsyncEngine) -> None:
        self.database = database
        self.engine = engine
        self.names: dict[UUID, str] = {}

    async def put(self, *listings: AnyListing) -> None:
        """Store listings."""
        self.names.update({listing.listing_id: listing.terms.title for listing in listings})
        async with transaction(self.database) as unit:
            await StoredListings(unit.connection).save_many(listings)

    async def page(
        self, order: Order = Order.NEWEST, cursor: str | None = None, limit: int = 500, **filters: Any
    ) -> Page:
        """A page of a search."""
        return await search(self.engine, Filters(**filters), order, cursor, limit)

    async def found(self, order: Order = Order.NEWEST, **filters: Any) -> list[str]:
        """The titles of the first page."""
        return [item.listing.terms.title for item in (await self.page(order, **filters)).items]

    async def read_to_the_end(self, order: Order, limit: int, **filters: Any) -> list[Page]:
        """All pages."""
        pages, cursor = [await self.page(order, None, limit, **filters)], None
        while (cursor := pages[-1].next) is not None:
            pages.append(await self.page(order, cursor, limit, **filters))
        return pages


@pytest.fixture
async def market(database: Database) -> AsyncIterator[Market]:
    engine = reading_engine(database.dsn)
    yield Market(database, engine)
    await engine.dispose()


def listed(title: str, owner: UUID = HOLDER_ID, status: ListingStatus = ListingStatus.OPEN, **given: Any) -> AnyListing:
    """A listing: an offer of paper in Utrecht unless said otherwise, opened unless it is a draft."""
    seconds = given.pop("seconds", 0)
    draft = want_draft if "concepts" in given else offer_draft
    usual: dict[str, Any] = {"title": title, "external_id": None, "point": None, "address": None}
    if draft is want_draft:
        del usual["external_id"], usual["point"], usual["address"]
    else:
        usual |= {"concept": "paper", "quantity": "10"}
    made = new_listing(draft(**{**usual, **given}), uuid4(), owner, NOW + timedelta(seconds=seconds))
    published = None if status is ListingStatus.DRAFT else NOW
    return made.model_copy(update={"status": status, "published_at": published})
