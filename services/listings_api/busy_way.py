"""The busy way: a plain POST of an offer or a want, taken before the framework, which would need longer than we do.

Plain is a JSON body of known length with a valid token and a valid draft. Everything else goes on to the documented
route, which does the same work and has an answer to every mistake; so does whatever could not be made at once. The
two ways give the same answers (`tests/integration/test_busy_way.py` asks both).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.problems import Refusal
from infra.http.authentication import identify
from infra.http.carrying import KEY_PATTERN
from infra.http.idempotency import LONGEST_KEY
from infra.http.problems import UNREACHABLE, not_available
from listings.commands import OfferDraft, WantDraft
from services.house import House
from services.listings_api.making import Desk, made_at_once

DRAFTS: Mapping[str, type[OfferDraft] | type[WantDraft]] = MappingProxyType(
    {"/v1/offers": OfferDraft, "/v1/wants": WantDraft}
)
JSON = re.compile(r"application/json(;\s*charset=utf-8)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """The route under whose name an answer is counted and traced, as if the framework had found it."""

    path: str


class BusyWay:
    """Middleware that makes plain listings itself. `limit_bytes` is the largest body that the framework takes too."""

    def __init__(self, app: ASGIApp, house: House, limit_bytes: int) -> None:
        self._app = app
        self._house = house
        self._limit = limit_bytes
        self._desk = Desk(house.database)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in DRAFTS:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if not self._is_plain(request):
            await self._app(scope, receive, send)
            return
        body = await request.body()
        response = await self._made(request, body)
        if response is not None:
            scope["route"] = Taken(scope["path"])
            await response(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)

    def _is_plain(self, request: Request) -> bool:
        headers = request.headers
        length, key = headers.get("content-length", ""), headers.get("idempotency-key")
        return (
            JSON.fullmatch(headers.get("content-type", "")) is not None
            and length.isdecimal()
            and int(length) <= self._limit
            and (key is None or (len(key) <= LONGEST_KEY and re.fullmatch(KEY_PATTERN, key) is not None))
        )

    async def _made(self, request: Request, body: bytes) -> Response | None:
        try:
            who = await identify(request, self._house.verifier)
            draft = DRAFTS[request.url.path].model_validate_json(body)
        except (Refusal, ValidationError):
            return None
        key = request.headers.get("idempotency-key")
        try:
            answer = await made_at_once(self._house, self._desk, draft, request, who, key)
        except UNREACHABLE as error:
            # It may have been written all the same, so it is not done again here.
            return not_available(request, error)
        return answer.response() if answer is not None else None


def _again(body: bytes, receive: Receive) -> Receive:
    """The messages of a request whose body was read."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
