"""Publishing an offer or a want: a form that can be done by keyboard within a minute, and is kept while it is typed."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from contracts.problems import Refusal
from contracts.vocabulary.terms import IntendedUse, ListingKind
from infra.pictures import MOST_BYTES
from infra.postgres.stores.listings import listing_ports
from infra.postgres.stores.photos import StoredPhotos
from infra.postgres.stores.unfinished import UnfinishedForms
from infra.postgres.transaction import transaction
from listings import handlers
from listings.model import AnyListing
from listings.photos import attach_photos
from services.listings_api.asking import append
from services.listings_api.listing_routes import read_visible, shown
from services.web import photos as sent_photos
from services.web.error_pages import told
from services.web.picking import Suggestions, learned, suggestions, tree_of
from services.web.posting import Form, Posted
from services.web.publish_form import MEASURED, Draft, fields_of, one, photo_ids, read_listing
from services.web.rendering import headers_of, page, redirect
from services.web.visiting import Member, Visit

router = APIRouter(include_in_schema=False)

MOST_AT_ONCE = 3 * MOST_BYTES
EMPTY_ROWS = 2


@dataclass(frozen=True, slots=True)
class Page:
    """What differs between the pages for offers and for wants."""

    kind: ListingKind
    path: str
    template: str


OFFER = Page(ListingKind.OFFER, "/aanbieden", "publish_offer.html")
WANT = Page(ListingKind.WANT, "/vragen", "publish_want.html")


async def _show(here: Visit, at: Page, copy: UUID | None) -> Response:
    async with here.house.database.connection() as connection:
        fields = await UnfinishedForms(connection).get(here.who.subject, at.path)
        ports = listing_ports(connection)
        organisation = await ports.organisations.get(here.organisation_id)
        if copy is not None:
            listing = await read_visible(connection, at.kind, copy, here.viewer)
            view = await shown(listing, here.viewer, ports)
            fields = fields_of(view, here.wording.number) if view.mine else {}
    if organisation is None:
        return redirect(here, f"/organisatie?naar={at.path}")
    if not one(fields, "postcode") and organisation.private.postcode:
        fields = {**fields, "postcode": [organisation.private.postcode]}
    return await form_page(here, at, fields, {})


async def form_page(
    here: Visit, at: Page, fields: dict[str, list[str]], errors: dict[str, str], **more: Any
) -> Response:
    """The form with these values in it, and with what is wrong with them."""
    async with here.house.database.connection() as connection:
        stored = StoredPhotos(connection)
        found = [await stored.get(photo_id) for photo_id in photo_ids(fields)]
    chosen = one(fields, "concept")
    rows = list(zip(fields.get("property", []), fields.get("property_value", []), strict=False))
    values: dict[str, Any] = {
        "fields": fields,
        "one": lambda name: one(fields, name),
        "errors": errors,
        "photos": [photo for photo in found if photo and photo.organisation_id == here.organisation_id],
        "suggested": suggestions(one(fields, "title"), chosen, here.language),
        "tree": tree_of(here.language),
        "rows": [*rows, *[("", "")] * EMPTY_ROWS],
        "measured": MEASURED,
        "uses": [(use.value, here.wording.term("use", use)) for use in IntendedUse],
        "at": at,
        "refusal": None,
        "revising": None,
    }
    status = 422 if errors or more.get("refusal") else 200
    return page(here, at.template, status, **{**values, **more})


@router.get("/aanbieden")
async def show_offer(here: Member, kopie: UUID | None = None) -> Response:
    """The form of an offer, filled in as far as somebody came, or as an earlier one."""
    return await _show(here, OFFER, kopie)


@router.get("/vragen")
async def show_want(here: Member, kopie: UUID | None = None) -> Response:
    """The form of a want."""
    return await _show(here, WANT, kopie)


@router.post("/aanbieden", max_body_size=MOST_AT_ONCE)
async def publish_offer(form: Form, request: Request) -> Response:
    """Publish, keep as a draft, or show suggestions."""
    return await _publish(form, request, OFFER)


@router.post("/vragen", max_body_size=MOST_AT_ONCE)
async def publish_want(form: Form, request: Request) -> Response:
    """The same for a want."""
    return await _publish(form, request, WANT)


async def _publish(form: Posted, request: Request, at: Page) -> Response:
    here = form.visit
    fields = form.kept()
    try:
        kept = await sent_photos.keep(here, form.files("photo"))
    except Refusal as refusal:
        return await form_page(here, at, fields, {}, refusal=told(refusal, here.say))
    if kept:
        fields = {**fields, "photo_id": [*fields.get("photo_id", []), *(str(photo.photo_id) for photo in kept)]}
    action = form.text("action")
    if action == "suggest":
        found = await _learned(here, one(fields, "title"), one(fields, "concept"))
        return await form_page(here, at, fields, {}, suggested=found)
    read = read_listing(at.kind, fields, as_draft=action == "draft")
    if read.draft is None:
        return await form_page(here, at, fields, read.errors)
    try:
        listing = await _make(here, at, read.draft, photo_ids(fields), request)
    except Refusal as refusal:
        return await form_page(here, at, fields, {}, refusal=told(refusal, here.say))
    return redirect(here, f"/plaatsing/{listing.listing_id}?nieuw=1")


async def _make(here: Visit, at: Page, draft: Draft, photos: list[UUID], request: Request) -> AnyListing:
    house = here.house
    async with transaction(house.database) as unit:
        ports = listing_ports(unit.connection)
        create = handlers.create_offer if at.kind is ListingKind.OFFER else handlers.create_want
        outcome = await create(draft, here.actor, house.now(), house.new_id, ports)  # type: ignore[arg-type]
        stored = StoredPhotos(unit.connection)
        await attach_photos(outcome.listing.listing_id, photos, here.actor, ports.listings, stored)
        await UnfinishedForms(unit.connection).forget(here.who.subject, at.path)
        append(unit, outcome.events, request, house)
    return outcome.listing


@router.post("/aanbieden/bewaren")
async def keep_offer(form: Form) -> Response:
    """Keep a half-filled form; the answer says when."""
    return await _keep(form, OFFER)


@router.post("/vragen/bewaren")
async def keep_want(form: Form) -> Response:
    """The same for a want."""
    return await _keep(form, WANT)


async def _keep(form: Posted, at: Page) -> Response:
    here, now = form.visit, form.visit.house.now()
    async with transaction(here.house.database) as unit:
        await UnfinishedForms(unit.connection).keep(here.who.subject, at.path, form.kept(), now)
    return PlainTextResponse(here.say("publish.kept_at", at=here.wording.moment(now)[-5:]), headers=headers_of(here))


@router.post("/aanbieden/opnieuw")
async def clear_offer(form: Form) -> Response:
    """Begin with an empty form."""
    return await _clear(form, OFFER)


@router.post("/vragen/opnieuw")
async def clear_want(form: Form) -> Response:
    """The same for a want."""
    return await _clear(form, WANT)


async def _clear(form: Posted, at: Page) -> Response:
    async with transaction(form.visit.house.database) as unit:
        await UnfinishedForms(unit.connection).forget(form.visit.who.subject, at.path)
    return redirect(form.visit, at.path)


async def _learned(here: Visit, text: str, chosen: str) -> Suggestions:
    return await asyncio.to_thread(learned, text, chosen, here.language, here.house.settings)


@router.get("/materialen/voorstellen")
async def suggest(here: Member, title: str = "", concept: str = "", soort: str = "offer") -> Response:
    """The part of the form with suggestions for a text."""
    found = await _learned(here, title, concept)
    return page(
        here,
        "suggested.html",
        suggested=found,
        chosen=concept,
        chosen_code="",
        kind=soort,
        errors={},
    )
