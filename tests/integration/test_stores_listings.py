"""The stores of listings keep the promises of the ports, on a real PostgreSQL."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.vocabulary.places import municipalities
from contracts.vocabulary.terms import ListingStatus
from infra.postgres.database import Connection, Database
from infra.postgres.stores.listings import StoredDocuments, StoredListings, StoredOrganisations, listing_ports
from infra.postgres.transaction import transaction
from listings.drafting import new_listing, new_search
from listings.errors import ExternalIdTaken
from listings.model import AnyListing, Remaining
from tests.unit.listings.scenes import (
    HOLDER_ID,
    NOW,
    SEEKER_ID,
    TODAY,
    offer_draft,
    organisation,
    search_draft,
    want_draft,
)


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    """One open transaction."""
    async with transaction(database) as unit:
        yield unit.connection


def offer(status: ListingStatus = ListingStatus.OPEN, owner: UUID = HOLDER_ID, **changes: Any) -> AnyListing:
    """An offer in that state, without an external id unless one is given."""
    made = new_listing(offer_draft(**{"external_id": None, **changes}), uuid4(), owner, NOW)
    return made.model_copy(update={"status": status, "published_at": NOW})


FULL_OFFER: dict[str, Any] = {
    "title": "Één partij 木 'hout' \\ \"x\" %",
    "description": "Regel 1\nregel 2; DROP TABLE listings.listings; --",
    "quantity": "0.000001",
    "price_eur_per_tonne": "-45.50",
    "eural_code": "170201",
    "available_from": "2026-09-01",
    "available_until": "2026-12-31",
    "visibility": "partners",
    "partners": [str(SEEKER_ID)],
    "properties": [
        {"name": "moisture", "value": "12.50", "unit": "%"},
        {"name": "treated", "value": False, "unit": "bool"},
        {"name": "sampled", "value": "2026-05-31", "unit": "date"},
    ],
}


@pytest.mark.parametrize("changes", [{}, FULL_OFFER, {"visibility": "anonymous"}, {"unit": "m3"}, {"draft": True}])
async def test_an_offer_reads_back_as_it_was_saved(connection: Connection, changes: dict[str, Any]) -> None:
    store, listing = StoredListings(connection), offer(**changes)
    await store.save(listing)
    assert await store.get(listing.listing_id) == listing
    assert await store.get_for_update(listing.listing_id) == listing


async def test_a_want_reads_back_as_it_was_saved(connection: Connection) -> None:
    store = StoredListings(connection)
    draft = want_draft(concepts=["wood_grade_a", "glass"], minimum="5", max_distance_km=80, intended_use="fuel")
    listing = new_listing(draft, uuid4(), SEEKER_ID, NOW)
    await store.save(listing)
    assert await store.get(listing.listing_id) == listing


async def test_a_draft_may_be_without_material_and_place(connection: Connection) -> None:
    store = StoredListings(connection)
    listing = offer(ListingStatus.DRAFT, concept=None, postcode=None, point=None, draft=True)
    await store.save(listing)
    assert await store.get(listing.listing_id) == listing


async def test_what_is_not_there_is_none(connection: Connection) -> None:
    ports = listing_ports(connection)
    for store in (ports.listings, ports.organisations, ports.searches):
        assert await store.get(uuid4()) is None
        assert await store.get_for_update(uuid4()) is None
    assert await ports.documents.get(uuid4()) is None


async def test_saving_again_replaces_everything_that_is_derived_too(connection: Connection) -> None:
    store, first = StoredListings(connection), offer(concept="wood_grade_a", postcode="3511 AB")
    await store.save(first)
    second = new_listing(
        offer_draft(
            external_id=None, concept="glass", postcode="9711", point=None, visibility="partners", partners=[SEEKER_ID]
        ),
        first.listing_id,
        HOLDER_ID,
        NOW + timedelta(days=1),
    )
    await store.save(second.model_copy(update={"published_at": NOW}))
    row = await connection.fetchrow("SELECT * FROM listings.listings")
    assert row is not None
    assert (row["concepts"], row["families"], row["partners"]) == (["glass"], list(second.families), [SEEKER_ID])
    assert (row["province"], row["open_to_all"], row["status"]) == ("Groningen", False, "draft")
    assert row["changed_at"] == NOW + timedelta(days=1)


async def test_many_are_saved_in_one_go(connection: Connection) -> None:
    store = StoredListings(connection)
    made = [
        offer(title=f"Partij {number}", concept=random.Random(number).choice(["glass", "wood"]))
        for number in range(300)
    ]
    await store.save_many(made)
    assert [await store.get(listing.listing_id) for listing in made] == made
    await store.save_many([])


async def test_the_weight_that_is_searched_is_what_is_still_free(connection: Connection) -> None:
    listing = offer(quantity="20", unit="t")
    taken = Remaining(
        unit=listing.terms.unit,
        total=Decimal(20),
        held=Decimal(5),
        promised=Decimal(8),
        remaining=Decimal(7),
        sequence=2,
    )
    await StoredListings(connection).save(listing.model_copy(update={"remaining": taken}))
    assert await connection.fetchval("SELECT quantity_kg FROM listings.listings") == 7000


async def test_an_unknown_weight_stays_unknown(connection: Connection) -> None:
    listing = offer(unit="piece")
    assert listing.kg_per_unit is None
    await StoredListings(connection).save(listing)
    assert await connection.fetchval("SELECT quantity_kg FROM listings.listings") is None


async def test_an_anonymous_listing_is_kept_for_searching_at_the_point_of_its_municipality(
    connection: Connection,
) -> None:
    listing = offer(visibility="anonymous", postcode="3584 CS")
    assert listing.place is not None
    await StoredListings(connection).save(listing)
    row = await connection.fetchrow("SELECT lat, lon FROM listings.listings")
    point = municipalities()[listing.place.municipality_code].point
    assert tuple(row or ()) == (point.lat, point.lon) != (listing.place.lat, listing.place.lon)


class TestExternalIds:
    """Unique per organisation, over offers and wants of every state."""

    async def test_they_are_found_with_their_listings(self, connection: Connection) -> None:
        store = StoredListings(connection)
        made = {key: offer(external_id=key) for key in ("a", "b", "ERP-7/ß'")}
        await store.save_many([*made.values(), offer(owner=SEEKER_ID, external_id="a")])
        assert await store.by_external_id(HOLDER_ID, ["a", "ERP-7/ß'", "unknown"]) == {
            "a": made["a"],
            "ERP-7/ß'": made["ERP-7/ß'"],
        }

    async def test_a_second_listing_under_the_same_id_is_refused_and_the_transaction_goes_on(
        self, connection: Connection
    ) -> None:
        store, first = StoredListings(connection), offer(external_id="a")
        await store.save(first)
        with pytest.raises(ExternalIdTaken) as refused:
            await store.save_many([offer(external_id="b"), offer(external_id="a")])
        assert refused.value.document()["listing_id"] == str(first.listing_id)
        assert await store.by_external_id(HOLDER_ID, ["b"]) == {}
        assert await store.get(first.listing_id) == first

    async def test_of_two_transactions_at_once_one_is_refused(self, database: Database) -> None:
        async def save() -> None:
            async with transaction(database) as unit:
                await StoredListings(unit.connection).save(offer(external_id="a"))

        found = await asyncio.gather(*(save() for _ in range(6)), return_exceptions=True)
        assert sum(item is None for item in found) == 1
        assert sum(isinstance(item, ExternalIdTaken) for item in found) == 5

    async def test_batches_that_lock_the_same_listings_do_not_deadlock(self, database: Database) -> None:
        keys = [str(number) for number in range(20)]
        async with transaction(database) as unit:
            await StoredListings(unit.connection).save_many([offer(external_id=key) for key in keys])

        async def lock(seed: int) -> int:
            mixed = random.Random(seed).sample(keys, len(keys))
            async with transaction(database) as unit:
                found = await StoredListings(unit.connection).by_external_id(HOLDER_ID, mixed)
                await StoredListings(unit.connection).save_many(list(found.values()))
                return len(found)

        async with asyncio.timeout(60):
            assert await asyncio.gather(*(lock(seed) for seed in range(16))) == [20] * 16


async def test_a_listing_is_locked_until_the_transaction_ends(database: Database) -> None:
    listing = offer()
    async with transaction(database) as unit:
        await StoredListings(unit.connection).save(listing)

    async def rename(title: str) -> None:
        async with transaction(database) as unit:
            store = StoredListings(unit.connection)
            found = await store.get_for_update(listing.listing_id)
            assert found is not None
            await asyncio.sleep(0)
            await store.save(found.model_copy(update={"revision": found.revision + 1, "closed_reason": title}))

    async with asyncio.timeout(60):
        await asyncio.gather(*(rename(str(number)) for number in range(12)))
    async with database.connection() as connection:
        found = await StoredListings(connection).get(listing.listing_id)
    assert found is not None
    assert found.revision == 13, "every change was made on the one before it"


class TestEnded:
    """What the monitor sweeps."""

    async def test_open_and_reserved_ones_whose_last_day_has_passed_are_found_oldest_first(
        self, connection: Connection
    ) -> None:
        store = StoredListings(connection)
        made = {
            (status, days): offer(status, available_until=str(TODAY + timedelta(days=days)))
            for status in ListingStatus
            for days in (-2, -1, 0, 1)
        }
        await store.save_many([*made.values(), offer()])
        found = [listing.listing_id for listing in await store.ended_before(TODAY, 10)]
        due = {made[status, days].listing_id for status in ("open", "reserved") for days in (-2, -1)}  # type: ignore[index]
        assert set(found) == due
        assert set(found[:2]) == {made[status, -2].listing_id for status in ("open", "reserved")}  # type: ignore[index]
        assert len(await store.ended_before(TODAY, 3)) == 3

    async def test_two_sweepers_share_the_work(self, database: Database) -> None:
        async with transaction(database) as unit:
            gone = str(TODAY - timedelta(days=1))
            await StoredListings(unit.connection).save_many([offer(available_until=gone) for _ in range(10)])
        async with transaction(database) as first, transaction(database) as second:
            one = await StoredListings(first.connection).ended_before(TODAY, 6)
            two = await StoredListings(second.connection).ended_before(TODAY, 6)
        assert (len(one), len(two)) == (6, 4)
        assert not {listing.listing_id for listing in one} & {listing.listing_id for listing in two}


async def test_an_organisation_reads_back_and_is_replaced(connection: Connection) -> None:
    store = StoredOrganisations(connection)
    first, other = organisation(), organisation(SEEKER_ID, name="Spaanplaat BV", kvk_number=None, roles=[])
    for item in (first, other):
        await store.save(item)
    renamed = first.model_copy(update={"name": "Houthandel 't Gooi", "revision": 2})
    await store.save(renamed)
    assert await store.get(HOLDER_ID) == await store.get_for_update(HOLDER_ID) == renamed
    assert await store.many([HOLDER_ID, SEEKER_ID, uuid4()]) == {HOLDER_ID: renamed, SEEKER_ID: other}
    assert await store.many([]) == {}


async def test_saved_searches_come_in_pages_without_the_deleted_ones(connection: Connection) -> None:
    store = listing_ports(connection).searches
    made = [new_search(search_draft(name=f"Hout {number}"), uuid4(), SEEKER_ID, NOW) for number in range(7)]
    made[3] = made[3].model_copy(update={"deleted": True})
    for search in [*made, new_search(search_draft(), uuid4(), HOLDER_ID, NOW)]:
        await store.save(search)
    assert await store.get(made[3].search_id) == await store.get_for_update(made[3].search_id) == made[3]
    pages, after = [], UUID(int=0)
    while page := await store.of_organisation(SEEKER_ID, after, 4):  # type: ignore[attr-defined]
        pages.append(page)
        after = page[-1].search_id
    alive = sorted((search for search in made if not search.deleted), key=lambda search: search.search_id)
    assert [len(page) for page in pages] == [4, 2]
    assert [search for page in pages for search in page] == alive


async def test_documents_are_kept_byte_by_byte_and_forgotten(connection: Connection) -> None:
    store, content = StoredDocuments(connection), bytes(range(256)) * 4096
    one, two = uuid4(), uuid4()
    await store.save(one, uuid4(), content)
    await store.save(two, uuid4(), b"")
    assert (await store.get(one), await store.get(two)) == (content, b"")
    await store.remove(one)
    await store.remove(one)
    assert (await store.get(one), await store.get(two)) == (None, b"")
