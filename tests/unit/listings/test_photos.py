"""Photos with listings: loose first, then placed, seen by whoever may see the listing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from listings.errors import NotTheOwner
from listings.model import AnyListing
from listings.photos import (
    MOST_LOOSE,
    MOST_PHOTOS,
    Photo,
    PhotoNotFound,
    Taken,
    TooManyPhotos,
    attach_photos,
    keep_photo,
    remove_photo,
    require_photo,
)
from listings.publishing import created
from listings.rights import Actor
from tests.unit.listings.fakes import InMemoryListings
from tests.unit.listings.scenes import HOLDER, NOW, ids, offer_draft

TAKEN = Taken(4, 3, b"groot", b"klein")


@dataclass
class FakePhotos:
    """Photos in a dictionary."""

    kept: dict[UUID, Photo] = field(default_factory=dict)

    async def get(self, photo_id: UUID) -> Photo | None:
        """The photo, or None."""
        return self.kept.get(photo_id)

    async def of_listing(self, listing_id: UUID) -> Sequence[Photo]:
        """Those of a listing, by place."""
        return sorted((one for one in self.kept.values() if one.listing_id == listing_id), key=lambda one: one.place)

    async def loose(self, organisation_id: UUID) -> int:
        """How many are loose."""
        mine = [one for one in self.kept.values() if one.organisation_id == organisation_id]
        return len([one for one in mine if one.listing_id is None])

    async def save(self, photo: Photo, content: bytes, thumbnail: bytes, now: datetime) -> None:
        """Keep it."""
        self.kept[photo.photo_id] = photo

    async def put(self, photo_id: UUID, listing_id: UUID, place: int) -> None:
        """Place it."""
        self.kept[photo_id] = replace(self.kept[photo_id], listing_id=listing_id, place=place)

    async def remove(self, photo_id: UUID) -> None:
        """Forget it."""
        del self.kept[photo_id]


@pytest.fixture
async def scene() -> tuple[AnyListing, Actor, InMemoryListings, FakePhotos]:
    offer = created(offer_draft(), HOLDER, NOW, ids()).listing
    listings = InMemoryListings()
    await listings.save(offer)
    return offer, HOLDER, listings, FakePhotos()


Scene = tuple[AnyListing, Actor, InMemoryListings, FakePhotos]


async def test_photos_are_placed_in_the_order_they_were_chosen(scene: Scene) -> None:
    offer, actor, listings, photos = scene
    made = [await keep_photo(TAKEN, actor, NOW, uuid4, photos) for _ in range(2)]
    await attach_photos(offer.listing_id, [made[1].photo_id, made[0].photo_id], actor, listings, photos)
    placed = await photos.of_listing(offer.listing_id)
    assert [one.photo_id for one in placed] == [made[1].photo_id, made[0].photo_id]


async def test_photos_of_others_and_placed_ones_are_passed_over(scene: Scene) -> None:
    offer, actor, listings, photos = scene
    foreign = await keep_photo(TAKEN, replace(actor, organisation_id=uuid4()), NOW, uuid4, photos)
    await attach_photos(offer.listing_id, [foreign.photo_id, uuid4()], actor, listings, photos)
    assert not await photos.of_listing(offer.listing_id)


async def test_there_is_an_end_to_photos(scene: Scene) -> None:
    offer, actor, listings, photos = scene
    made = [(await keep_photo(TAKEN, actor, NOW, uuid4, photos)).photo_id for _ in range(MOST_LOOSE)]
    with pytest.raises(TooManyPhotos, match="remove"):
        await keep_photo(TAKEN, actor, NOW, uuid4, photos)
    with pytest.raises(TooManyPhotos, match="at most"):
        await attach_photos(offer.listing_id, made[: MOST_PHOTOS + 1], actor, listings, photos)


async def test_only_the_owner_places_and_removes(scene: Scene) -> None:
    offer, actor, listings, photos = scene
    other = replace(actor, organisation_id=uuid4())
    photo = await keep_photo(TAKEN, actor, NOW, uuid4, photos)
    with pytest.raises(NotTheOwner):
        await attach_photos(offer.listing_id, [photo.photo_id], other, listings, photos)
    with pytest.raises(PhotoNotFound):
        await remove_photo(photo.photo_id, other, photos)
    assert await remove_photo(photo.photo_id, actor, photos) == photo
    assert not photos.kept


async def test_a_loose_photo_is_seen_by_its_owner_and_a_placed_one_by_who_sees_the_listing(scene: Scene) -> None:
    offer, actor, _, photos = scene
    loose = await keep_photo(TAKEN, actor, NOW, uuid4, photos)
    placed = replace(loose, listing_id=offer.listing_id)
    assert require_photo(loose, loose.photo_id, None, actor) == loose
    assert require_photo(placed, placed.photo_id, offer, None) == placed
    for viewer in (None, replace(actor, organisation_id=uuid4())):
        with pytest.raises(PhotoNotFound):
            require_photo(loose, loose.photo_id, None, viewer)
