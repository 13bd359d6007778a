"""From a request to a transaction and back: who asks, under which key, and the answer that is kept."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Protocol

import orjson
from fastapi import Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.envelope import Context
from infra.http import idempotency
from infra.http.idempotency import LONGEST_KEY, Answer
from infra.identity.tokens import Identity
from infra.postgres.database import Database
from infra.postgres.transaction import TRANSIENT, Transaction, transaction
from infra.telemetry import span, traceparent, well_formed

KEY_PATTERN = r"^[\x21-\x7e]+$"
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=KEY_PATTERN,
        description="Send the same key again when you do not know whether a request arrived: it is done once",
    ),
]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag that you read", max_length=100)]

TRIES = 3
"""How often work is tried again that PostgreSQL ended for the good of another transaction."""

Work = Callable[[Transaction], Awaitable[Answer]]


class HasDatabase(Protocol):
    """What carrying needs of a house."""

    @property
    def database(self) -> Database:
        """Where the transaction happens."""


def json_answer(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """A model as an answer."""
    return Answer(status, model.model_dump_json().encode(), headers or {})


def json_list(items: list[BaseModel], **more: object) -> bytes:
    """A page of models as JSON."""
    return orjson.dumps({"items": [item.model_dump(mode="json") for item in items], **more})


def traceparent_of(request: Request) -> str | None:
    """The span at hand; when nothing is traced here, the one that the caller names in a header of the right form."""
    return traceparent() or well_formed(request.headers.get("traceparent"))


def context_of(request: Request, now: datetime, source: str) -> Context:
    """The context of events that follow from `request`."""
    return Context(now=now, source=source, traceparent=traceparent_of(request))


async def asked_of(request: Request, who: Identity, key: str | None, asks: bytes | None = None) -> idempotency.Request:
    """What identifies a request; without a key nobody will look it up, so nothing is taken from its body."""
    owner = str(who.organisation_id)
    if key is None:
        return idempotency.Request(owner, None, b"")
    target = f"{request.method} {request.url.path}".encode()
    return idempotency.Request.of(owner, key, target, await request.body() if asks is None else asks)


async def carry(
    house: HasDatabase, request: Request, who: Identity, key: str | None, work: Work, asks: bytes | None = None
) -> Response:
    """Do `work` in one transaction, once per idempotency key.

    `asks` is what a request says when its bytes do not tell: the same form gets another boundary each time it is
    sent. Left out, it is the body.
    """
    asked = await asked_of(request, who, key, asks)
    for _ in range(TRIES - 1):
        try:
            return await _once(house, asked, work)
        except TRANSIENT:
            continue
    return await _once(house, asked, work)


async def _once(house: HasDatabase, asked: idempotency.Request, work: Work) -> Response:
    with span("transaction"):
        return await _in_a_transaction(house, asked, work)


async def _in_a_transaction(house: HasDatabase, asked: idempotency.Request, work: Work) -> Response:
    async with transaction(house.database) as unit:
        answer = await idempotency.idempotently(unit.connection, asked, lambda: work(unit))
    return answer.response()
