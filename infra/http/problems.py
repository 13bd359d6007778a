"""Every error as a problem document (RFC 9457): what was got, what was expected, what to do."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

import asyncpg
import sqlalchemy.exc
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.problems import Refusal

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 50
LONGEST_ECHO = 200
LONGEST_DETAIL = 2000
DEEPEST_ECHO = 4
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class InvalidRequest(Refusal):
    """A request whose parts have the wrong form."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "invalid-request"
    title: ClassVar[str] = "Some fields are not right"


class MalformedRequest(Refusal):
    """A body that cannot be read at all."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "malformed-request"
    title: ClassVar[str] = "The request cannot be read"


class FieldError(BaseModel):
    """One wrong field: where it is, what was got, what was expected."""

    field: str
    got: Any = None
    expected: str


class Problem(BaseModel):
    """A problem document. Further members depend on the type."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


TITLES = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "This is not allowed",
    404: "This does not exist",
    405: "This method is not possible here",
    406: "This form is not possible",
    409: "This does not go with the present state",
    410: "This is no longer kept",
    412: "Somebody changed this meanwhile",
    413: "This is too large",
    415: "This type of content is not accepted",
    422: "Some fields are not right",
    428: "Say which version you saw",
    429: "This was often in a row",
    503: "Try again in a moment",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for the OpenAPI document."""
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_REF}}}}
        for status in statuses
    }


PROBLEM_REF = "#/components/schemas/Problem"


def problem_response(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer of a refusal."""
    extra = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    # The detail is our own sentence: cut like an echo, it would lose its end, which says what to do.
    document = {**printable(refusal.document()), "detail": _cut(refusal.detail, LONGEST_DETAIL)}
    return JSONResponse(document, refusal.status, {**extra, **(headers or {})}, media_type=MEDIA_TYPE)


def printable(value: Any, depth: int = 0) -> Any:
    """Values as JSON can hold them; what is long, wide or deep is cut: a huge field must not come back whole."""
    if isinstance(value, dict | list | tuple | set | frozenset):
        return _printable_parts(value, depth + 1) if depth < DEEPEST_ECHO else "…"
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return value
    return _cut(value, LONGEST_ECHO)


def _cut(value: Any, longest: int) -> str:
    text = _text_of(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _printable_parts(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return {printable(str(key)): printable(item, depth) for key, item in islice(value.items(), MAX_ERRORS)}
    return [printable(item, depth) for item in islice(value, MAX_ERRORS)]


def _text_of(value: Any) -> str:
    """Python refuses to write out integers of thousands of digits."""
    text = hex(value) if isinstance(value, int) else str(value)
    return text.encode("utf-8", "replace").decode()


def field_errors(errors: Sequence[Any]) -> list[dict[str, Any]]:
    """Pydantic's errors in our words."""
    return [
        {
            "field": ".".join(str(part) for part in error["loc"]) or "body",
            "got": printable(error.get("input")),
            "expected": str(error["msg"]).removeprefix("Value error, "),
        }
        for error in list(errors)[:MAX_ERRORS]
    ]


def invalid(errors: Sequence[Any]) -> Refusal:
    """The refusal for pydantic's errors."""
    if any(error["type"] == "json_invalid" for error in errors):
        return MalformedRequest(
            "The body is not valid JSON; send one JSON document in UTF-8.", errors=field_errors(errors)
        )
    found = field_errors(errors)
    return InvalidRequest(f"{len(found)} field(s) are not right; see `errors`.", errors=found)


# What the framework itself refuses: the name of the problem, and what to do.
OF_THE_FRAMEWORK = {
    400: (
        "malformed-request",
        "The body cannot be read; send it in the form that the documentation shows.",
    ),
    404: ("no-such-address", "There is nothing at this address; the documentation of this API lists what there is."),
    405: ("method-not-possible", "This method is not possible here; the Allow header says which are."),
    413: ("body-too-large", "The body is larger than this address accepts; send less at once."),
}


def _of_the_framework(status: int, detail: str = "") -> dict[str, Any]:
    slug, advice = OF_THE_FRAMEWORK.get(status, ("refused", detail))
    title = TITLES.get(status, "The request was refused")
    return {"type": f"urn:kringmarkt:problem:{slug}", "title": title, "status": status, "detail": advice}


class TooLargeAsProblem:
    """Bodies over the limit are refused in plain text, before any handler of errors is asked: written anew here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 413 and _is_plain(message):
                replaced = True
                await JSONResponse(_of_the_framework(413), 413, media_type=MEDIA_TYPE)(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, send_problem)


def _is_plain(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/plain")


async def _on_refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem_response(error)


async def _on_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)
    return problem_response(invalid(error.errors()))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    document = _of_the_framework(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods_at(request))
    return JSONResponse(document, error.status_code, headers, media_type=MEDIA_TYPE)


def _methods_at(request: Request) -> list[str]:
    """What is possible at this address: the framework names only the methods of the first route that has it."""
    routes: Sequence[BaseRoute] = request.app.routes
    found = {name: {**request.scope, "method": name} for name in METHODS}
    return [name for name, scope in found.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)]


async def _on_database(request: Request, error: Exception) -> Response:
    if isinstance(error, sqlalchemy.exc.DBAPIError) and not error.connection_invalidated:
        return await _on_crash(request, error)
    return not_available(request, error)


def not_available(request: Request, error: Exception) -> Response:
    """The answer while the database cannot be reached."""
    log.error("database not reachable", path=request.url.path, reason=repr(error))
    body = {
        "type": "urn:kringmarkt:problem:not-available",
        "title": TITLES[503],
        "status": 503,
        "detail": "The database cannot do this just now. Nothing was changed; send the same request again shortly.",
    }
    return JSONResponse(body, 503, {"Retry-After": "2"}, media_type=MEDIA_TYPE)


async def _on_crash(request: Request, error: Exception) -> Response:
    log.error("request failed", path=request.url.path, exc_info=error)
    body = {
        "type": "urn:kringmarkt:problem:internal",
        "title": "Something is wrong on our side",
        "status": 500,
        "detail": "The request was not carried out. The operator can find it in the log; try again later.",
    }
    return JSONResponse(body, 500, media_type=MEDIA_TYPE)


UNREACHABLE: tuple[type[Exception], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    # The server's goodbye may come in at the very moment at which a statement is sent.
    asyncpg.InternalClientError,
    asyncpg.TooManyConnectionsError,
    # Ended for the good of another transaction: the same request again can only succeed or wait.
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    sqlalchemy.exc.DBAPIError,  # of the pool for reading, when its connection broke
)


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(ValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for error in UNREACHABLE:
        app.add_exception_handler(error, _on_database)
    app.add_exception_handler(Exception, _on_crash)
