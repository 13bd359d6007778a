"""Errors as pages: the sentence that the visitor's language has for the problem, and the way on.

Programs get problem documents (`infra.http.problems`), browsers get pages; both come from the same refusal.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from contracts.problems import Refusal
from services.house import House
from services.web.catalogue import Say, knows
from services.web.rendering import page
from services.web.visiting import SignInNeeded, Visit, language_of, visit

OF_MACHINES = (
    "/v1/",
    "/health",
    "/openapi.json",
    "/static/",
    "/metrics",
    "/issuer/token",
    "/issuer/.well-known",
    "/issuer/jwks",
)

Handler = Callable[[Request, Any], Awaitable[Response]]


def wants_page(request: Request) -> bool:
    """Whether a person is looking: a browser that asks for HTML, anywhere but at the API."""
    asks = request.headers.get("accept", "")
    htmx = request.headers.get("hx-request") == "true"
    return not request.url.path.startswith(OF_MACHINES) and ("text/html" in asks or htmx)


def told(refusal: Refusal, say: Say) -> str:
    """A refusal as a sentence for people: what is wrong and what to do."""
    key = f"problems.{refusal.slug.replace('-', '_')}"
    return say(key) if knows(key) else say("problems.unknown")


def install_pages(app: FastAPI) -> None:
    """Answer browsers with pages wherever `app` answers programs with problem documents."""
    for error, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(error, _or_page(handler))


def _or_page(handler: Any) -> Handler:
    async def answer(request: Request, error: Any) -> Response:
        if isinstance(error, SignInNeeded) and request.method == "GET" and wants_page(request):
            return _to_sign_in(request)
        problem: Response = await handler(request, error)
        return await _as_page(request, problem) if wants_page(request) else problem

    return answer


def _to_sign_in(request: Request) -> Response:
    goal = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return RedirectResponse(f"/inloggen?{urlencode({'naar': goal})}", 303, headers={"Cache-Control": "no-store"})


async def _as_page(request: Request, problem: Response) -> Response:
    here = await _visit_of(request)
    document = orjson.loads(bytes(problem.body))
    slug = str(document.get("type", "")).removeprefix("urn:kringmarkt:problem:").replace("-", "_")
    key = f"problems.{slug}" if knows(f"problems.{slug}") else f"problems.status_{problem.status_code}"
    sentence = here.say(key) if knows(key) else here.say("problems.unknown")
    template = "error_part.html" if request.headers.get("hx-request") == "true" else "error.html"
    answered = page(here, template, problem.status_code, sentence=sentence, code=problem.status_code)
    for name in ("retry-after", "allow"):
        if name in problem.headers:
            answered.headers[name] = problem.headers[name]
    return answered


async def _visit_of(request: Request) -> Visit:
    """The visit, also when the error came before it or from the database that it needs."""
    known = getattr(request.state, "visit", None)
    if isinstance(known, Visit):
        return known
    try:
        return await visit(request)
    except Exception:  # the page that tells of an error must not end in one
        house: House = request.app.state.house
        return Visit(request, house, language_of(request), "")
