"""Photos in the database."""

from datetime import UTC, datetime
from uuid import uuid4

from infra.postgres.database import Database
from infra.postgres.stores.photos import KEEP_LOOSE, StoredPhotos
from infra.postgres.transaction import transaction
from listings.photos import Photo

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def test_a_photo_is_kept_placed_and_forgotten(database: Database) -> None:
    photo, listing_id = Photo(uuid4(), uuid4(), None, 0, 4, 3), uuid4()
    async with transaction(database) as unit:
        photos = StoredPhotos(unit.connection)
        await photos.save(photo, b"groot", b"klein", NOW)
        assert await photos.get(photo.photo_id) == photo
        assert await photos.loose(photo.organisation_id) == 1
        await photos.put(photo.photo_id, listing_id, 0)
        (placed,) = await photos.of_listing(listing_id)
        assert await photos.first_of([listing_id, uuid4()]) == {listing_id: placed}
        assert await photos.content(photo.photo_id) == b"groot"
        assert await photos.content(photo.photo_id, small=True) == b"klein"
        await photos.remove(photo.photo_id)
        assert await photos.get(photo.photo_id) is None


async def test_loose_photos_that_nobody_came_back_for_are_forgotten(database: Database) -> None:
    old, placed = Photo(uuid4(), uuid4(), None, 0, 4, 3), Photo(uuid4(), uuid4(), uuid4(), 0, 4, 3)
    async with transaction(database) as unit:
        photos = StoredPhotos(unit.connection)
        for photo in (old, placed):
            await photos.save(photo, b"", b"", NOW - KEEP_LOOSE * 2)
        await photos.save(Photo(uuid4(), uuid4(), None, 0, 4, 3), b"", b"", NOW)
        assert await photos.get(old.photo_id) is None
        assert await photos.get(placed.photo_id) == placed
