"""Routes of evidence: documents with a listing, recognised by their bytes, kept with their hash."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import puremagic
from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from pydantic import ValidationError
from starlette.responses import Response

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Grade
from infra.http.carrying import IdempotencyKey, IfMatch
from infra.http.preconditions import expected_revision
from infra.http.problems import documented, invalid
from infra.postgres.stores.listings import listing_ports
from listings import handlers
from listings.commands import EvidenceDraft
from listings.errors import EvidenceNotFound
from listings.evidence import MAX_BYTES, Upload
from listings.outcomes import Outcome
from listings.ports import NewId, Ports
from listings.rights import Actor
from listings.views import Look, OfferView, WantView, look_of
from services.asking import InHouse, Visitor, Who
from services.listings_api.asking import viewer_of
from services.listings_api.listing_routes import act, read_visible

router = APIRouter(prefix="/v1/listings/{listing_id}/evidence", tags=["evidence"])

FORM_OVERHEAD_BYTES = 64 * 1024
TEXT_TYPES = frozenset({"text/csv", "text/plain"})


def media_type_of(content: bytes, named: str) -> str:
    """What the bytes are, whatever the sender calls them; text that is UTF-8 without NUL is csv or plain."""
    try:
        found = puremagic.from_string(content, mime=True, filename=named)
    except (puremagic.PureError, ValueError):
        found = ""
    if found and found not in TEXT_TYPES:
        return str(found)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    if "\x00" in text or text.lstrip()[:1] == "<":
        return "application/octet-stream"
    return "text/csv" if named.lower().endswith(".csv") else "text/plain"


def described(
    kind: Annotated[EvidenceKind, Form()],
    grade: Annotated[Grade, Form()] = Grade.DECLARED,
    title: Annotated[str | None, Form()] = None,
    issued_on: Annotated[str | None, Form(description="Day, YYYY-MM-DD")] = None,
    valid_until: Annotated[str | None, Form(description="Day, YYYY-MM-DD")] = None,
) -> EvidenceDraft:
    """The description of a document from form fields; raises InvalidRequest."""
    fields = {"title": title, "issued_on": issued_on, "valid_until": valid_until}
    given = {name: value for name, value in fields.items() if value}
    try:
        return EvidenceDraft.model_validate({"kind": kind, "grade": grade, **given})
    except ValidationError as error:
        raise invalid(error.errors()) from error


def asked(draft: EvidenceDraft, upload: Upload | None) -> bytes:
    """What a form asks, whatever boundary it was sent with: by it a repeated request is recognised."""
    named = (upload.file_name.encode("utf-8", "replace"), sha256(upload.content).digest()) if upload else ()
    return b"\x00".join((draft.model_dump_json().encode(), *named))


@router.post(
    "",
    max_body_size=MAX_BYTES + FORM_OVERHEAD_BYTES,
    status_code=201,
    response_model=OfferView | WantView,
    responses=documented(400, 401, 403, 404, 409, 413, 415, 422),
)
async def add(
    listing_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    draft: Annotated[EvidenceDraft, Depends(described)],
    file: Annotated[UploadFile | None, File(description="The document; absent: it is announced only")] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a document to a listing."""
    upload = None
    if file is not None:
        content = await file.read(MAX_BYTES + 1)
        name = file.filename or "document"
        upload = Upload(name, media_type_of(content, name), content)

    async def decide(actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
        return await handlers.add_evidence(listing_id, draft, upload, actor, now, new_id, ports)

    return await act(house, request, who, idempotency_key, decide, 201, asked(draft, upload))


@router.delete(
    "/{evidence_id}", response_model=OfferView | WantView, responses=documented(401, 403, 404, 409, 412, 422)
)
async def remove(
    listing_id: UUID,
    evidence_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    if_match: IfMatch = None,
) -> Response:
    """Take a document away and forget its bytes."""
    expected = None if if_match is None else expected_revision(if_match)

    async def decide(actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> Outcome:
        return await handlers.remove_evidence(listing_id, evidence_id, expected, actor, now, new_id, ports)

    return await act(house, request, who, None, decide)


@router.get(
    "/{evidence_id}/content",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **documented(401, 404, 422)},
)
async def content(listing_id: UUID, evidence_id: UUID, house: InHouse, visitor: Visitor) -> Response:
    """The bytes of a document; of an anonymous listing only its owner gets them."""
    viewer = viewer_of(visitor)
    async with house.database.connection() as connection:
        listing = await read_visible(connection, None, listing_id, viewer)
        evidence = listing.evidence_with(evidence_id)
        bytes_ = await listing_ports(connection).documents.get(evidence_id)
    if evidence is None or bytes_ is None or look_of(listing, viewer) is Look.ANONYMOUS:
        raise EvidenceNotFound(evidence_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{evidence_id}"',
        "X-Content-Type-Options": "nosniff",
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(evidence.sha256 or '')).decode()}:",
    }
    return Response(bytes_, media_type=evidence.media_type, headers=headers)
