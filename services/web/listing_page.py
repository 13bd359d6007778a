"""The page of a listing: everything known and unknown of it, its documents, and what its owner can do with it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import Response

from contracts.problems import Refusal
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Grade, ListingKind
from infra.postgres.stores.listings import listing_ports
from infra.postgres.stores.photos import StoredPhotos
from infra.postgres.stores.trade_inbox import TradeInbox
from infra.postgres.transaction import transaction
from listings import handlers
from listings.commands import EvidenceDraft, Withdrawal
from listings.errors import EvidenceNotFound
from listings.evidence import MAX_BYTES, Upload
from listings.views import Look, look_of
from services.listings_api.asking import append
from services.listings_api.evidence import media_type_of
from services.listings_api.listing_routes import read_visible, shown
from services.web.documents import kinds_in
from services.web.error_pages import told
from services.web.posting import Form
from services.web.publish_form import fields_of, read_listing
from services.web.publishing import OFFER, WANT, form_page
from services.web.rendering import page, redirect
from services.web.trade_cards import trade_cards
from services.web.visiting import Here, Member, Visit

router = APIRouter(prefix="/plaatsing", include_in_schema=False)

FORM_OVERHEAD = 64 * 1024
SHOWN_TRADES = 20
ListingId = Annotated[UUID, Path()]


async def _page(here: Visit, listing_id: UUID, error: str | None = None, status: int = 200, **more: Any) -> Response:
    async with here.house.database.connection() as connection:
        listing = await read_visible(connection, None, listing_id, here.viewer)
        view = await shown(listing, here.viewer, listing_ports(connection))
        photos = await StoredPhotos(connection).of_listing(listing_id)
        trades = []
        if view.mine:
            inbox = TradeInbox(connection)
            found = await inbox.newest(here.organisation_id, SHOWN_TRADES, listing_id=listing_id)
            trades = await trade_cards(found, here, connection)
    documents = look_of(listing, here.viewer) is not Look.ANONYMOUS
    kinds = kinds_in(here.language)
    known: dict[str, Any] = {
        "listing": view,
        "photos": photos,
        "trades": trades,
        "documents_open": documents,
        "kinds": kinds,
    }
    return page(here, "listing.html", status, **known, error=error, today=here.house.today(), **more)


@router.get("/{listing_id}")
async def show(listing_id: ListingId, here: Here, nieuw: bool = False) -> Response:
    """The page."""
    return await _page(here, listing_id, new=nieuw)


@router.get("/{listing_id}/wijzigen")
async def show_revising(listing_id: ListingId, here: Member) -> Response:
    """The form, filled in with what the listing says."""
    async with here.house.database.connection() as connection:
        listing = await read_visible(connection, None, listing_id, here.viewer)
        view = await shown(listing, here.viewer, listing_ports(connection))
    if not view.mine:
        return redirect(here, f"/plaatsing/{listing_id}")
    fields = fields_of(view, here.wording.number)
    days = {"available_from": view.available_from, "available_until": view.available_until}
    fields |= {name: [f"{day:%d-%m-%Y}"] for name, day in days.items() if day}
    at = OFFER if view.kind is ListingKind.OFFER else WANT
    address = f"/plaatsing/{listing_id}/wijzigen?revisie={view.revision}"
    return await form_page(here, at, fields, {}, revising=address)


@router.post("/{listing_id}/wijzigen")
async def revise(listing_id: ListingId, form: Form, request: Request, revisie: int) -> Response:
    """Change what the listing says; refused when somebody else changed it meanwhile."""
    here, house = form.visit, form.visit.house
    async with house.database.connection() as connection:
        listing = await read_visible(connection, None, listing_id, here.viewer)
    at = OFFER if listing.kind is ListingKind.OFFER else WANT
    fields, address = form.kept(), f"/plaatsing/{listing_id}/wijzigen?revisie={revisie}"
    read = read_listing(at.kind, fields, as_draft=form.text("action") == "draft")
    if read.draft is None:
        return await form_page(here, at, fields, read.errors, revising=address)
    try:
        async with transaction(house.database) as unit:
            ports = listing_ports(unit.connection)
            outcome = await handlers.revise(
                listing_id, revisie, read.draft, here.actor, house.now(), house.new_id, ports
            )
            append(unit, outcome.events, request, house)
    except Refusal as refusal:
        return await form_page(here, at, fields, {}, revising=address, refusal=told(refusal, here.say))
    return redirect(here, f"/plaatsing/{listing_id}")


@router.post("/{listing_id}/openen")
async def publish(listing_id: ListingId, form: Form, request: Request) -> Response:
    """Open a draft for trade."""
    here, house = form.visit, form.visit.house
    try:
        async with transaction(house.database) as unit:
            ports = listing_ports(unit.connection)
            outcome = await handlers.publish(listing_id, here.actor, house.now(), house.new_id, ports)
            append(unit, outcome.events, request, house)
    except Refusal as refusal:
        return await _page(here, listing_id, told(refusal, here.say), refusal.status, new=False)
    return redirect(here, f"/plaatsing/{listing_id}?nieuw=1")


@router.post("/{listing_id}/terugtrekken")
async def withdraw(listing_id: ListingId, form: Form, request: Request) -> Response:
    """Take the listing back for good."""
    here, house = form.visit, form.visit.house
    try:
        wanted = Withdrawal(reason=form.text("reason") or None)
        async with transaction(house.database) as unit:
            ports = listing_ports(unit.connection)
            outcome = await handlers.withdraw(listing_id, wanted, here.actor, house.now(), house.new_id, ports)
            append(unit, outcome.events, request, house)
    except ValidationError:
        return await _page(here, listing_id, here.say("listing.wrong_reason"), 422, new=False)
    except Refusal as refusal:
        return await _page(here, listing_id, told(refusal, here.say), refusal.status, new=False)
    return redirect(here, f"/plaatsing/{listing_id}")


@router.post("/{listing_id}/document", max_body_size=MAX_BYTES + FORM_OVERHEAD)
async def add_document(listing_id: ListingId, form: Form, request: Request) -> Response:
    """Add a document, recognised by its bytes."""
    here, house = form.visit, form.visit.house
    try:
        kind = EvidenceKind(form.text("kind"))
        draft = EvidenceDraft(kind=kind, grade=Grade.DOCUMENTED, title=form.text("document_title") or None)
        upload = None
        for file in form.files("document")[:1]:
            content = await file.read(MAX_BYTES + 1)
            upload = Upload(str(file.filename), media_type_of(content, str(file.filename)), content)
        if upload is None:
            return await _page(here, listing_id, here.say("listing.wrong_document"), 422, new=False)
        async with transaction(house.database) as unit:
            ports = listing_ports(unit.connection)
            outcome = await handlers.add_evidence(
                listing_id, draft, upload, here.actor, house.now(), house.new_id, ports
            )
            append(unit, outcome.events, request, house)
    except (ValueError, ValidationError):
        return await _page(here, listing_id, here.say("listing.wrong_document"), 422, new=False)
    except Refusal as refusal:
        return await _page(here, listing_id, told(refusal, here.say), refusal.status, new=False)
    return redirect(here, f"/plaatsing/{listing_id}")


@router.get("/{listing_id}/document/{evidence_id}")
async def document(listing_id: ListingId, evidence_id: UUID, here: Here) -> Response:
    """The bytes of a document, to be saved and not shown: they are somebody else's."""
    async with here.house.database.connection() as connection:
        listing = await read_visible(connection, None, listing_id, here.viewer)
        found = listing.evidence_with(evidence_id)
        content = await listing_ports(connection).documents.get(evidence_id)
    if found is None or content is None or look_of(listing, here.viewer) is Look.ANONYMOUS:
        raise EvidenceNotFound(evidence_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{evidence_id}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=found.media_type, headers=headers)
