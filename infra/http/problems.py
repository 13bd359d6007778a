"""Every error as a problem document (RFC 9457): what was got, what was expected, what to do."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from contracts.problems import Refusal

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 50
LONGEST_ECHO = 200


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
    409: "This does not go with the present state",
    410: "This is no longer kept",
    412: "Somebody changed this meanwhile",
    413: "This is too large",
    415: "This type of content is not accepted",
    422: "Some fields are not right",
    428: "Say which version you saw",
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
    return JSONResponse(
        printable(refusal.document()), refusal.status, {**extra, **(headers or {})}, media_type=MEDIA_TYPE
    )


def printable(value: Any) -> Any:
    """Values as JSON can hold them; long texts are cut, so that a huge field does not come back whole."""
    if isinstance(value, dict):
        return {str(key): printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [printable(item) for item in list(value)[:MAX_ERRORS]]
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


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


class _HttpRefusal(Refusal):
    def __init__(self, error: HTTPException) -> None:
        super().__init__(str(error.detail))
        self.error = error

    def document(self) -> dict[str, Any]:
        status = self.error.status_code
        title = TITLES.get(status, "The request was refused")
        return {"type": "about:blank", "title": title, "status": status, "detail": self.detail}


async def _on_refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem_response(error)


async def _on_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)
    return problem_response(invalid(error.errors()))


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    document = _HttpRefusal(error).document()
    return JSONResponse(document, error.status_code, dict(error.headers or {}), media_type=MEDIA_TYPE)


async def _on_database(request: Request, error: Exception) -> Response:
    log.error("database not reachable", path=request.url.path, reason=repr(error))
    body = {
        "type": "urn:kringmarkt:problem:not-available",
        "title": TITLES[503],
        "status": 503,
        "detail": "The database cannot be reached just now. Nothing was changed; send the same request again shortly.",
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
