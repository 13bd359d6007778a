"""The counter of a recycling centre: tile, photo, count, condition, done. Works without a network: it queues.

A lot that was registered without a network comes with a key of its own: sent twice, it is published once.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import segno
from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from contracts.problems import Refusal
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import Condition
from infra.pictures import MOST_BYTES
from infra.postgres.stores.listings import listing_ports
from infra.postgres.stores.photos import StoredPhotos
from infra.postgres.transaction import transaction
from listings import handlers
from listings.commands import OfferDraft
from listings.model import AnyListing, Organisation
from listings.photos import attach_photos
from services.cli.numbers import DEFAULT, decimal_of
from services.listings_api.asking import append
from services.listings_api.listing_routes import read_visible, shown
from services.web import photos as sent_photos
from services.web.assets_table import assets, manifest
from services.web.error_pages import told
from services.web.posting import Form, Posted
from services.web.rendering import page, redirect
from services.web.visiting import Member, Visit, site_address

router = APIRouter(prefix="/milieustraat", include_in_schema=False)

FORM_OVERHEAD = 64 * 1024
TILES = (
    *("vehicle_bicycles", "furniture_seating", "furniture_tables", "furniture_storage", "furniture_beds"),
    *("furniture_kitchens", "furniture_garden", "household_decor", "household_toys", "household_media"),
    *("household_sports", "weee_large_white", "weee_it", "weee_small", "textiles_rewearable"),
    *("doors", "windows", "sanitary", "paving", "wood"),
)
"""Materials that people bring to be used again, as tiles."""
CONDITIONS = (Condition.GOOD, Condition.USED, Condition.REPAIRABLE, Condition.SCRAP)
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Lot:
    """What was filled in at the counter."""

    concept: str
    quantity: str
    unit: str
    condition: str
    key: str

    def errors(self) -> dict[str, str]:
        """Sentences by field."""
        wrong = {
            "concept": not self.concept,
            "quantity": not _is_amount(self.quantity),
            "condition": self.condition not in set(Condition),
        }
        return {field: f"counter.wrong_{field}" for field, is_wrong in wrong.items() if is_wrong}


def _is_amount(text: str) -> bool:
    try:
        return 0 < decimal_of(text, DEFAULT, ValueError) <= 1_000_000
    except ValueError:
        return False


def tiles(here: Visit) -> list[tuple[str, str]]:
    """The materials of the tiles with their names."""
    return [(concept, here.wording.material(concept)) for concept in TILES]


@router.get("")
async def show(here: Member, lot: UUID | None = None) -> Response:
    """The counter; after a lot, with its label."""
    if await _organisation(here) is None:
        return redirect(here, "/organisatie?naar=/milieustraat")
    return _page(here, Lot("", "1", Unit.PIECE.value, "", ""), {}, made=lot)


def _page(here: Visit, lot: Lot, errors: dict[str, str], status: int = 200, **more: Any) -> Response:
    known: dict[str, Any] = {"lot": lot, "errors": errors, "tiles": tiles(here), "conditions": CONDITIONS}
    usual: dict[str, Any] = {"made": None, "refusal": None}
    return page(here, "counter.html", status, **{**known, **usual, **more})


async def _organisation(here: Visit) -> Organisation | None:
    async with here.house.database.connection() as connection:
        return await listing_ports(connection).organisations.get(here.organisation_id)


@router.post("", max_body_size=MOST_BYTES + FORM_OVERHEAD)
async def register(form: Form, request: Request) -> Response:
    """Publish the lot. A page gets a page, the queue of a device gets a short answer."""
    here = form.visit
    queued = form.text("wachtrij") == "1"
    lot = Lot(*(form.text(name) for name in ("concept", "quantity", "unit", "condition", "key")))
    errors = lot.errors()
    if errors:
        return JSONResponse({"errors": list(errors)}, 422) if queued else _page(here, lot, errors, 422)
    try:
        listing = await _published(form, lot, request)
    except (Refusal, ValidationError) as error:
        sentence = told(error, here.say) if isinstance(error, Refusal) else here.say("problems.invalid_request")
        status = error.status if isinstance(error, Refusal) else 422
        return (
            JSONResponse({"sentence": sentence}, status) if queued else _page(here, lot, {}, status, refusal=sentence)
        )
    if queued:
        return JSONResponse({"listing_id": str(listing.listing_id)}, 201)
    return redirect(here, f"/milieustraat?lot={listing.listing_id}")


async def _published(form: Posted, lot: Lot, request: Request) -> AnyListing:
    here, house = form.visit, form.visit.house
    organisation = await _organisation(here)
    draft = OfferDraft.model_validate(
        {
            "title": f"{here.wording.material(lot.concept)}, {here.wording.term('condition', lot.condition)}"[:120],
            "concept": lot.concept,
            "quantity": decimal_of(lot.quantity, DEFAULT, ValueError),
            "unit": lot.unit or Unit.PIECE.value,
            "condition": lot.condition,
            "postcode": organisation.private.postcode if organisation else None,
            "external_id": f"balie:{lot.key[: LONGEST_KEY - 6]}" if lot.key else None,
        }
    )
    known = await _known(here, draft.external_id)
    if known is not None:
        return known
    kept = await sent_photos.keep(here, form.files("photo")[:1])
    async with transaction(house.database) as unit:
        ports = listing_ports(unit.connection)
        outcome = await handlers.create_offer(draft, here.actor, house.now(), house.new_id, ports)
        ids = [photo.photo_id for photo in kept]
        stored = StoredPhotos(unit.connection)
        await attach_photos(outcome.listing.listing_id, ids, here.actor, ports.listings, stored)
        append(unit, outcome.events, request, house)
    return outcome.listing


async def _known(here: Visit, external_id: str | None) -> AnyListing | None:
    """The lot that came before under this key."""
    if external_id is None:
        return None
    async with here.house.database.connection() as connection:
        found = await listing_ports(connection).listings.by_external_id(here.organisation_id, (external_id,))
    return found.get(external_id)


@router.get("/label/{listing_id}")
async def label(listing_id: UUID, here: Member, request: Request) -> Response:
    """A label to print: the code leads to the page of the lot."""
    async with here.house.database.connection() as connection:
        listing = await read_visible(connection, None, listing_id, here.viewer)
        view = await shown(listing, here.viewer, listing_ports(connection))
    address = f"{site_address(request, here.house)}/plaatsing/{listing_id}"
    return page(here, "label.html", listing=view, address=address)


@router.get("/label/{listing_id}/code.svg")
async def code(listing_id: UUID, here: Member, request: Request) -> Response:
    """The code of a label as a picture."""
    drawn = segno.make(f"{site_address(request, here.house)}/plaatsing/{listing_id}", error="m")
    content = drawn.svg_inline(scale=8, omitsize=True).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
    return Response(content, 200, headers, "image/svg+xml")


@router.get("/werker.js")
async def worker() -> Response:
    """The worker that shows the counter when the network is away; it may look at the counter's pages only."""
    script = assets()[manifest()["counter_worker.js"]]
    headers = {
        "Service-Worker-Allowed": "/milieustraat",
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'self'",
    }
    return Response(script.content, 200, headers, script.media_type)
