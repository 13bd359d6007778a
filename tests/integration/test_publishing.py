"""Publications are written together, each for itself: what does not hold is left out, and nothing of it stays."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.envelope import Context
from infra.http.idempotency import Answer, Request
from infra.postgres.database import Database
from infra.postgres.publishing import Publication, publish_together
from infra.postgres.stores.listings import StoredListings, StoredOrganisations
from infra.postgres.transaction import transaction
from listings.publishing import created
from listings.rights import Actor
from tests.unit.listings.scenes import HOLDER_ID, NOW, offer_draft, organisation

COUNTED = """
SELECT (SELECT count(*) FROM listings.listings) AS listings, (SELECT count(*) FROM eventlog.events) AS events,
    (SELECT count(*) FROM eventlog.idempotency) AS answers
"""


def publication(key: str | None = None, owner: UUID = HOLDER_ID, revision: int = 1, **draft: object) -> Publication:
    """A new offer of the holder, without an external id unless one is given."""
    actor = Actor(owner, frozenset(), "somebody")
    outcome = created(offer_draft(**{"external_id": None, **draft}), actor, NOW, uuid4)
    events = tuple(copy for event in outcome.events for copy in event.encode(Context(now=NOW, source="/tests")))
    asked = Request.of(str(owner), key, b"POST /v1/offers", str(draft).encode())
    return Publication(outcome.listing, events, revision, asked, Answer(201, b'{"made": true}', {"ETag": '"1"'}))


@pytest.fixture
async def owned(database: Database) -> Database:
    """A database in which the holder is registered."""
    async with transaction(database) as unit:
        await StoredOrganisations(unit.connection).save(organisation())
    return database


async def counted(database: Database) -> tuple[int, int, int]:
    """Listings, events and kept answers."""
    async with database.connection() as connection:
        row = await connection.fetchrow(COUNTED)
    assert row is not None
    return row["listings"], row["events"], row["answers"]


async def test_a_publication_is_a_listing_its_events_and_the_answer_under_its_key(owned: Database) -> None:
    made = publication("key-1")
    assert await publish_together(owned, [made]) == [True]
    assert await counted(owned) == (1, 1, 1)
    async with owned.connection() as connection:
        assert await StoredListings(connection).get(made.listing.listing_id) == made.listing
        assert await connection.fetchval("SELECT raw FROM eventlog.events") == made.events[0].raw
        kept = await connection.fetchrow("SELECT * FROM eventlog.idempotency")
    assert kept is not None
    assert (kept["request_hash"], kept["status"], kept["body"]) == (made.asked.hash, 201, b'{"made": true}')
    assert kept["headers"] == {"ETag": '"1"', "content-type": "application/json"}


async def test_readers_are_woken(owned: Database) -> None:
    ticket = owned.waker.ticket()
    await publish_together(owned, [publication()])
    assert ticket.is_set()


@pytest.mark.parametrize(
    "wrong", [publication(owner=uuid4()), publication(revision=2)], ids=["nobody registered", "the owner was revised"]
)
async def test_what_was_decided_on_another_owner_is_left_out_alone(owned: Database, wrong: Publication) -> None:
    assert await publish_together(owned, [publication(), wrong, publication()]) == [True, False, True]
    assert await counted(owned) == (2, 2, 0)


async def test_a_used_key_or_external_id_is_left_out_alone(owned: Database) -> None:
    assert await publish_together(owned, [publication("key-1", external_id="A-1")]) == [True]
    again = [publication("key-1"), publication("key-2", external_id="A-1"), publication("key-3", external_id="A-2")]
    assert await publish_together(owned, again) == [False, False, True]
    assert await counted(owned) == (2, 2, 2)


async def test_of_twins_in_one_batch_the_first_is_written(owned: Database) -> None:
    twins = [publication("key-1"), publication("key-1"), publication(external_id="A"), publication(external_id="A")]
    assert await publish_together(owned, twins) == [True, False, True, False]
    assert await counted(owned) == (2, 2, 1)


async def test_what_the_database_refuses_takes_nothing_with_it(owned: Database) -> None:
    listing = publication().listing
    twice = replace(publication(), listing=listing)
    assert await publish_together(owned, [replace(publication(), listing=listing)]) == [True]
    assert await publish_together(owned, [publication(), twice]) == [False, False]
    assert await counted(owned) == (1, 1, 0)


async def test_the_order_of_the_events_is_the_order_of_the_publications(owned: Database) -> None:
    several = [publication(title=f"partij {number}") for number in range(20)]
    assert all(await publish_together(owned, several))
    async with owned.connection() as connection:
        rows = await connection.fetch("SELECT id FROM eventlog.events ORDER BY position")
    assert [row["id"] for row in rows] == [event.id for item in several for event in item.events]


async def test_a_listing_is_stored_as_the_ordinary_way_stores_it(owned: Database) -> None:
    fast, slow = publication(available_until=NOW.date() + timedelta(days=9)), publication()
    ordinary = fast.listing.model_copy(update={"listing_id": slow.listing.listing_id})
    await publish_together(owned, [fast])
    async with transaction(owned) as unit:
        await StoredListings(unit.connection).save(ordinary)
    async with owned.connection() as connection:
        rows = await connection.fetch("SELECT * FROM listings.listings")
    columns = [{name: value for name, value in row.items() if name not in ("listing_id", "record")} for row in rows]
    assert columns[0] == columns[1]
