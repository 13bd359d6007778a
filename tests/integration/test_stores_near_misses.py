"""Near-misses on a real PostgreSQL: the newest of each listing, none when there are none."""

from uuid import UUID

from contracts.events.near_misses import NearMissesCounted
from contracts.vocabulary.terms import ListingKind
from infra.postgres.database import Database
from infra.postgres.stores.near_misses import StoredNearMisses
from infra.postgres.transaction import transaction
from matching.index import ListingIndex
from matching.nearness.near_misses import near_misses
from tests.unit.matching.makers import HOLDER, SEEKER, offer, place, uid, want


def counted(revision: int = 1, none: bool = False) -> NearMissesCounted:
    index = ListingIndex()
    index.put(offer("far", place=place(52.9)))
    return NearMissesCounted(
        listing_id=uid("want"),
        listing_kind=ListingKind.WANT,
        listing_revision=revision,
        organisation_id=SEEKER,
        family="wood",
        misses=() if none else near_misses(index, want(max_distance_km=20.0)),
    )


async def kept(database: Database, organisation_id: UUID | None, *events: NearMissesCounted) -> list[NearMissesCounted]:
    async with transaction(database) as unit:
        store = StoredNearMisses(unit.connection)
        for event in events:
            await store.save(event)
        return await store.browse(organisation_id, UUID(int=0), None, 9)


async def test_the_newest_is_kept_and_found_by_its_owner_or_by_all(database: Database) -> None:
    assert await kept(database, SEEKER, counted(2), counted(1)) == [counted(2)]
    assert await kept(database, None) == [counted(2)]
    assert await kept(database, HOLDER) == []
    assert await kept(database, SEEKER, counted(1, none=True)) == [counted(2)]
    assert await kept(database, SEEKER, counted(2, none=True)) == []
