"""Photos with listings. A photo may be there before its listing: people photograph first and describe afterwards.

Photos say nothing that a match is made of, so they make no new revision and no event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from contracts.problems import Refusal
from listings.model import AnyListing
from listings.ports import Listings, NewId
from listings.rights import Actor, commands_all, may_see, require_changeable

MOST_PHOTOS = 8
MOST_LOOSE = 40
"""Photos without a listing that one organisation may have: the rest of a day's work, not a store of pictures."""


class TooManyPhotos(Refusal):
    """More photos than a reader looks at, or than somebody may leave lying about."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "too-many-photos"
    title: ClassVar[str] = "There are too many photos"


class PhotoNotFound(Refusal):
    """No such photo, or none that this reader may see."""

    status: ClassVar[int] = 404
    slug: ClassVar[str] = "photo-not-found"
    title: ClassVar[str] = "Photo not found"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of an organisation; `listing_id` None: not with a listing yet. `place` counts from 0."""

    photo_id: UUID
    organisation_id: UUID
    listing_id: UUID | None
    place: int
    width: int
    height: int


class Photos(Protocol):
    """The photos and their bytes."""

    async def get(self, photo_id: UUID) -> Photo | None:
        """The photo, or None."""

    async def of_listing(self, listing_id: UUID) -> Sequence[Photo]:
        """The photos of a listing, by place."""

    async def loose(self, organisation_id: UUID) -> int:
        """How many photos of an organisation are with no listing."""

    async def save(self, photo: Photo, content: bytes, thumbnail: bytes, now: datetime) -> None:
        """Keep a new photo with its bytes in two sizes."""

    async def put(self, photo_id: UUID, listing_id: UUID, place: int) -> None:
        """Put a photo with a listing."""

    async def remove(self, photo_id: UUID) -> None:
        """Forget a photo and its bytes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo that was read: its size in pixels and its bytes in two sizes."""

    width: int
    height: int
    content: bytes
    thumbnail: bytes


async def keep_photo(taken: Taken, actor: Actor, now: datetime, new_id: NewId, photos: Photos) -> Photo:
    """Keep a photo for a listing that is still to come. Raises TooManyPhotos."""
    if await photos.loose(actor.organisation_id) >= MOST_LOOSE:
        raise TooManyPhotos(f"there are {MOST_LOOSE} photos without a listing; place or remove those first")
    photo = Photo(new_id(), actor.organisation_id, None, 0, taken.width, taken.height)
    await photos.save(photo, taken.content, taken.thumbnail, now)
    return photo


async def attach_photos(
    listing_id: UUID, photo_ids: Sequence[UUID], actor: Actor, listings: Listings, photos: Photos
) -> None:
    """Put photos of the actor's organisation with its listing, after those it has. Raises TooManyPhotos.

    Ids that are no loose photo of the organisation are passed over: they may have been placed a moment ago.
    """
    listing = require_changeable(await listings.get_for_update(listing_id), listing_id, actor)
    there = len(await photos.of_listing(listing_id))
    found = [await photos.get(photo_id) for photo_id in dict.fromkeys(photo_ids)]
    owner = listing.organisation_id
    fresh = [photo for photo in found if photo and photo.listing_id is None and photo.organisation_id == owner]
    if there + len(fresh) > MOST_PHOTOS:
        raise TooManyPhotos(f"a listing has at most {MOST_PHOTOS} photos; leave some out")
    for place, photo in enumerate(fresh, start=there):
        await photos.put(photo.photo_id, listing_id, place)


async def remove_photo(photo_id: UUID, actor: Actor, photos: Photos) -> Photo:
    """Forget a photo of the actor's organisation; raises PhotoNotFound."""
    photo = await photos.get(photo_id)
    if photo is None or not commands_all(actor, photo.organisation_id):
        raise PhotoNotFound(f"there is no photo {photo_id} of your organisation; it may have been removed")
    await photos.remove(photo_id)
    return photo


def require_photo(photo: Photo | None, photo_id: UUID, listing: AnyListing | None, viewer: Actor | None) -> Photo:
    """The photo for somebody who may see its listing, or whose own it is; raises PhotoNotFound."""
    if photo is not None:
        seen = listing is not None and listing.listing_id == photo.listing_id and may_see(listing, viewer)
        if seen or commands_all(viewer, photo.organisation_id):
            return photo
    raise PhotoNotFound(f"there is no photo {photo_id} that you may see; check the id")
