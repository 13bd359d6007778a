"""Publishing many listings in one request: a line of JSON each, an answer per line."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from contracts.problems import Refusal
from infra.http.carrying import IdempotencyKey, carry
from infra.http.idempotency import Answer
from infra.http.problems import MalformedRequest, documented, invalid, printable
from infra.postgres.stores.listings import listing_ports
from infra.postgres.transaction import Transaction
from listings import handlers
from listings.commands import OfferDraft, WantDraft
from listings.drafting import AnyDraft
from listings.outcomes import BatchItem
from services.asking import InHouse, Who
from services.listings_api.asking import actor_of, append

router = APIRouter(prefix="/v1/listings", tags=["batch"])

MEDIA_TYPE = "application/x-ndjson"
MOST_LINES = 1000
LIMIT_BYTES = 20 * 1024 * 1024
DRAFTS: dict[str, type[OfferDraft] | type[WantDraft]] = {"offer": OfferDraft, "want": WantDraft}


class TooManyLines(Refusal):
    """A batch with more lines than one transaction should hold."""

    status = 413
    slug = "too-many-lines"
    title = "This is too large"


def parsed(line: bytes) -> AnyDraft | Refusal:
    """The draft on a line, or why it is none."""
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return MalformedRequest(f"The line is not JSON: {error}. Write one JSON object per line.")
    kind = fields.pop("kind", None) if isinstance(fields, dict) else type(fields).__name__
    if not isinstance(kind, str) or kind not in DRAFTS:
        return MalformedRequest(f'Each line is an object with "kind": "offer" or "want"; got {printable(kind)!r}.')
    try:
        return DRAFTS[kind].model_validate_json(orjson.dumps(fields))
    except ValidationError as error:
        return invalid(error.errors())


def _line_of(number: int, item: BatchItem | Refusal) -> dict[str, Any]:
    if isinstance(item, Refusal):
        return {"line": number, "result": "refused", "problem": printable(item.document())}
    if item.refusal is not None:
        problem = printable(item.refusal.document())
        return {"line": number, "result": "refused", "external_id": item.external_id, "problem": problem}
    listing = item.listing
    found = {"listing_id": str(listing.listing_id), "revision": listing.revision} if listing else {}
    return {"line": number, "result": item.result.value, "external_id": item.external_id, **found}


def _answers(lines: Sequence[AnyDraft | Refusal], items: Iterator[BatchItem]) -> bytes:
    answers = (
        _line_of(number, line if isinstance(line, Refusal) else next(items))
        for number, line in enumerate(lines, start=1)
    )
    return b"".join(orjson.dumps(answer) + b"\n" for answer in answers)


async def _lines(request: Request) -> list[bytes]:
    lines = [line for line in (await request.body()).splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise TooManyLines(
            f"The batch has {len(lines)} lines; send at most {MOST_LINES} at once.", most_lines=MOST_LINES
        )
    return lines


NDJSON: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "description": "One offer or want per line"}}},
    }
}


@router.post(
    "/batch",
    max_body_size=LIMIT_BYTES,
    openapi_extra=NDJSON,
    response_class=Response,
    responses={200: {"description": "One answer per line", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
               **documented(400, 401, 409, 413, 422)},
)  # fmt: skip
async def publish(request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None) -> Response:
    """Create or revise listings by `external_id`, at most 1,000. Wrong lines are refused alone; the rest is done."""
    lines = [parsed(line) for line in await _lines(request)]
    drafts = [line for line in lines if not isinstance(line, Refusal)]

    async def work(unit: Transaction) -> Answer:
        ports = listing_ports(unit.connection)
        outcome = await handlers.upsert_by_external_id(drafts, actor_of(who), house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return Answer(200, _answers(lines, iter(outcome.items)), media_type=MEDIA_TYPE)

    return await carry(house, request, who, idempotency_key, work)
