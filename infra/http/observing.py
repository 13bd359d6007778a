"""Around every request: a span under the caller's, an id for log lines and answers, and the time it took."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.metrics import HTTP_OPEN, HTTP_SECONDS, OTHER
from infra.telemetry import Span, SpanKind, span, well_formed

REQUEST_ID = "X-Request-ID"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
"""What a caller may choose as an id: it goes into log lines."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNTRACED = ("/health", "/metrics")
"""Asked every few seconds by machines: spans of these would hide all others."""
NO_ROUTE = "none"
FAILED = 500
"""What the server answers when an application raises before it said anything."""


class Observing:
    """Outermost around an application."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], object]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; anything else than HTTP is passed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = self._id_of(headers.get(REQUEST_ID))
        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._serve(scope, receive, send, headers, request_id)
        finally:
            structlog.contextvars.reset_contextvars(**bound)

    def _id_of(self, given: str | None) -> str:
        return given if given and ACCEPTED_ID.fullmatch(given) else str(self._new_id())

    async def _serve(self, scope: Scope, receive: Receive, send: Send, headers: Headers, request_id: str) -> None:
        status, began = FAILED, perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        HTTP_OPEN.inc()
        try:
            with _span(scope, headers) as opened:
                try:
                    await self._app(scope, receive, send_with_id)
                finally:
                    _name(opened, scope, status)
        finally:
            HTTP_OPEN.dec()
            took = perf_counter() - began
            HTTP_SECONDS.labels(method_of(scope), route_of(scope), status).observe(took)


def _span(scope: Scope, headers: Headers) -> AbstractContextManager[Span | None]:
    if scope["path"].startswith(UNTRACED):
        return nullcontext(None)
    return span(method_of(scope), SpanKind.SERVER, well_formed(headers.get("traceparent")))


def method_of(scope: Scope) -> str:
    """The method as a label: whoever asks may invent others."""
    return scope["method"] if scope["method"] in METHODS else OTHER


def route_of(scope: Scope) -> str:
    """The template of the route that answered, e.g. `/v1/offers/{listing_id}`; ids in it would be series for ever."""
    return getattr(scope.get("route"), "path", NO_ROUTE)


def _name(opened: Span | None, scope: Scope, status: int) -> None:
    """The route is known only after the request was routed."""
    if opened is not None:
        opened.update_name(f"{method_of(scope)} {route_of(scope)}")
        opened.set_attributes({"http.request.method": method_of(scope), "http.route": route_of(scope)})
        opened.set_attribute("http.response.status_code", status)
