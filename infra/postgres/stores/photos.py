"""Photos in the schema `listings`: bytes in the database, so that one backup holds everything."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from infra.postgres.database import Connection
from listings.photos import Photo

COLUMNS = "photo_id, organisation_id, listing_id, place, width, height"
KEEP_LOOSE = timedelta(days=7)
SAVE = f"""
INSERT INTO listings.photos ({COLUMNS}, content, thumbnail, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""  # noqa: S608 - our own names
FIRST = f"SELECT {COLUMNS} FROM listings.photos WHERE listing_id = ANY($1::uuid[]) AND place = 0"  # noqa: S608


class StoredPhotos:
    """The port `listings.photos.Photos`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, photo_id: UUID) -> Photo | None:
        """The photo, or None."""
        sql = f"SELECT {COLUMNS} FROM listings.photos WHERE photo_id = $1"  # noqa: S608 - our own names
        row = await self._connection.fetchrow(sql, photo_id)
        return _photo(row) if row else None

    async def of_listing(self, listing_id: UUID) -> Sequence[Photo]:
        """The photos of a listing, by place."""
        sql = f"SELECT {COLUMNS} FROM listings.photos WHERE listing_id = $1 ORDER BY place, added_at"  # noqa: S608
        return [_photo(row) for row in await self._connection.fetch(sql, listing_id)]

    async def first_of(self, listing_ids: Iterable[UUID]) -> dict[UUID, Photo]:
        """The first photo of each listing that has one."""
        rows = await self._connection.fetch(FIRST, list(listing_ids))
        return {row["listing_id"]: _photo(row) for row in rows}

    async def loose(self, organisation_id: UUID) -> int:
        """How many photos of an organisation are with no listing."""
        sql = "SELECT count(*) FROM listings.photos WHERE organisation_id = $1 AND listing_id IS NULL"
        return int(await self._connection.fetchval(sql, organisation_id))

    async def save(self, photo: Photo, content: bytes, thumbnail: bytes, now: datetime) -> None:
        """Keep a new photo, and forget loose ones that nobody came back for."""
        old = "DELETE FROM listings.photos WHERE listing_id IS NULL AND added_at < $1"
        await self._connection.execute(old, now - KEEP_LOOSE)
        values = (photo.photo_id, photo.organisation_id, photo.listing_id, photo.place, photo.width, photo.height)
        await self._connection.execute(SAVE, *values, content, thumbnail, now)

    async def put(self, photo_id: UUID, listing_id: UUID, place: int) -> None:
        """Put a photo with a listing."""
        sql = "UPDATE listings.photos SET listing_id = $2, place = $3 WHERE photo_id = $1"
        await self._connection.execute(sql, photo_id, listing_id, place)

    async def remove(self, photo_id: UUID) -> None:
        """Forget a photo and its bytes."""
        await self._connection.execute("DELETE FROM listings.photos WHERE photo_id = $1", photo_id)

    async def content(self, photo_id: UUID, *, small: bool = False) -> bytes | None:
        """The bytes, or None."""
        column = "thumbnail" if small else "content"
        sql = f"SELECT {column} FROM listings.photos WHERE photo_id = $1"  # noqa: S608 - our own names
        found: bytes | None = await self._connection.fetchval(sql, photo_id)
        return found


def _photo(row: asyncpg.Record) -> Photo:
    values = (row["photo_id"], row["organisation_id"], row["listing_id"], row["place"], row["width"], row["height"])
    return Photo(*values)
