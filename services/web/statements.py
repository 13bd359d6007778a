"""Pages that say how the site keeps its promises: accessibility, privacy, and the documentation of the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.web.rendering import page
from services.web.visiting import Here

router = APIRouter(include_in_schema=False)

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the API as people read it: parameters with whether they are needed, and answers by status."""

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, str, bool], ...]
    answers: tuple[tuple[str, str], ...]
    takes_body: bool


@router.get("/toegankelijkheid")
async def accessibility(here: Here) -> Response:
    """The accessibility statement."""
    return page(here, "accessibility.html")


@router.get("/privacy")
async def privacy(here: Here) -> Response:
    """What is kept of whom, and for how long."""
    return page(here, "privacy.html", hold_days=here.house.settings.hold_days)


@router.get("/docs")
async def api(here: Here, request: Request) -> Response:
    """The API, from its own document: nothing is loaded from elsewhere, and no script is needed."""
    document = request.app.openapi()
    groups: dict[str, list[Route]] = {}
    for tag, route in routes_of(document):
        groups.setdefault(tag, []).append(route)
    return page(here, "api.html", groups=groups, description=document["info"].get("description", ""))


def routes_of(document: dict[str, Any]) -> Iterator[tuple[str, Route]]:
    """Every route of an OpenAPI document with its tag, in the order of the document."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                found = methods[method]
                yield (found.get("tags") or ["other"])[0], _route(method, path, found)


def _route(method: str, path: str, found: dict[str, Any]) -> Route:
    parameters = tuple(
        (
            item["name"],
            item.get("description") or item.get("schema", {}).get("description", ""),
            item.get("required", False),
        )
        for item in found.get("parameters", ())
    )
    answers = tuple((status, answer.get("description", "")) for status, answer in sorted(found["responses"].items()))
    summary = found.get("description") or found.get("summary", "")
    return Route(method.upper(), path, summary, parameters, answers, "requestBody" in found)
