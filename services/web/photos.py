"""Photos on the site: sent as soon as they are chosen, shown to whoever may see their listing."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from infra.pictures import MEDIA_TYPE, MOST_BYTES, read_picture
from infra.postgres.stores.listings import listing_ports
from infra.postgres.stores.photos import StoredPhotos
from infra.postgres.transaction import transaction
from listings.photos import Photo, Taken, attach_photos, keep_photo, remove_photo, require_photo
from services.web.posting import Form
from services.web.rendering import page, redirect
from services.web.visiting import Here, Visit

router = APIRouter(include_in_schema=False)

FORM_OVERHEAD = 64 * 1024


async def taken(file: UploadFile) -> Taken:
    """The photo in a file; raises NotAPhoto, PhotoTooLarge. Read beside the loop: it takes time."""
    content = await file.read(MOST_BYTES + 1)
    picture = await asyncio.to_thread(read_picture, content)
    return Taken(picture.width, picture.height, picture.content, picture.thumbnail)


async def keep(here: Visit, files: list[UploadFile]) -> list[Photo]:
    """Keep photos for a listing that is still to come."""
    read = [await taken(file) for file in files]
    async with transaction(here.house.database) as unit:
        photos = StoredPhotos(unit.connection)
        return [await keep_photo(item, here.actor, here.house.now(), here.house.new_id, photos) for item in read]


@router.post("/foto", max_body_size=MOST_BYTES + FORM_OVERHEAD)
async def send(form: Form) -> Response:
    """Keep one photo; the answer is its part of the form."""
    kept = await keep(form.visit, form.files("photo")[:1])
    return page(form.visit, "photo_parts.html", photos=kept)


@router.post("/plaatsing/{listing_id}/foto", max_body_size=MOST_BYTES + FORM_OVERHEAD)
async def add(listing_id: UUID, form: Form) -> Response:
    """Add photos to a listing that is there already."""
    here = form.visit
    kept = await keep(here, form.files("photo")[:8])
    async with transaction(here.house.database) as unit:
        ids = [photo.photo_id for photo in kept]
        listings = listing_ports(unit.connection).listings
        await attach_photos(listing_id, ids, here.actor, listings, StoredPhotos(unit.connection))
    return redirect(here, f"/plaatsing/{listing_id}")


@router.post("/foto/{photo_id}/weg")
async def remove(photo_id: UUID, form: Form) -> Response:
    """Forget a photo."""
    here = form.visit
    async with transaction(here.house.database) as unit:
        photo = await remove_photo(photo_id, here.actor, StoredPhotos(unit.connection))
    return redirect(here, f"/plaatsing/{photo.listing_id}" if photo.listing_id else "/aanbieden")


@router.get("/foto/{photo_id}")
async def show(photo_id: UUID, request: Request, here: Here) -> Response:
    """The bytes of a photo."""
    return await _sent(photo_id, request, here, small=False)


@router.get("/foto/{photo_id}/klein")
async def show_small(photo_id: UUID, request: Request, here: Here) -> Response:
    """The bytes of its small form, for lists."""
    return await _sent(photo_id, request, here, small=True)


async def _sent(photo_id: UUID, request: Request, here: Visit, *, small: bool) -> Response:
    tag = f'"{photo_id}/{small}"'
    async with here.house.database.connection() as connection:
        photos = StoredPhotos(connection)
        photo = await photos.get(photo_id)
        listings = listing_ports(connection).listings
        listing = await listings.get(photo.listing_id) if photo and photo.listing_id else None
        seen = require_photo(photo, photo_id, listing, here.viewer)
        # A photo never changes under its id; who may see it may: so it is kept for a while, and asked for again.
        headers = {"Cache-Control": "private, max-age=3600", "ETag": tag, "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match") == tag:
            return Response(None, 304, headers)
        content = await photos.content(seen.photo_id, small=small)
    return Response(content or b"", 200, headers, MEDIA_TYPE)
