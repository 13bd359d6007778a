"""Around every request: an id, a time by route, and no series for what callers make up."""

import asyncio
from uuid import UUID

import httpx
import pytest
import structlog
from starlette.types import Receive, Scope, Send

from infra.http.observing import REQUEST_ID, Observing
from infra.metrics import HTTP_OPEN, HTTP_SECONDS

OUR_ID = UUID(int=7)


class Route:
    """What the framework puts into the scope once it found the route."""

    path = "/v1/offers/{listing_id}"


async def answering(scope: Scope, _receive: Receive, send: Send) -> None:
    """An application: its answer is the id that log lines carry."""
    if scope["path"].startswith("/v1/"):
        scope["route"] = Route()
    if scope["path"].endswith("/crash"):
        raise RuntimeError("as planned")
    bound = structlog.contextvars.get_contextvars()["request_id"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bound.encode()})


def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Observing(answering, lambda: OUR_ID), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://kringmarkt.test")


def counted(method: str, route: str, status: int) -> float:
    """How many requests were timed under these labels."""
    samples = HTTP_SECONDS.labels(method, route, status)._child_samples()
    return next(sample.value for sample in samples if sample.name == "_count")


async def test_an_id_is_made_for_log_lines_and_told_in_the_answer() -> None:
    answer = await client().get("/v1/offers/1")
    assert answer.headers[REQUEST_ID] == answer.text == str(OUR_ID)
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_the_callers_own_id_is_kept() -> None:
    answer = await client().get("/v1/offers/1", headers={REQUEST_ID: "ticket-42"})
    assert answer.headers[REQUEST_ID] == answer.text == "ticket-42"


@pytest.mark.parametrize("given", ["", "two words", "x" * 101, '{"level":"error"}'])
async def test_an_id_that_could_forge_a_log_line_is_not(given: str) -> None:
    answer = await client().get("/v1/offers/1", headers={REQUEST_ID: given})
    assert answer.headers[REQUEST_ID] == str(OUR_ID)


async def test_requests_of_one_route_are_timed_together() -> None:
    before = counted("GET", Route.path, 200)
    await asyncio.gather(*(client().get(f"/v1/offers/{number}") for number in range(3)))
    assert counted("GET", Route.path, 200) - before == 3
    assert HTTP_OPEN._value.get() == 0


async def test_paths_and_methods_that_callers_make_up_are_no_series() -> None:
    before = counted("other", "none", 200)
    await client().request("BREW", "/coffee/1")
    await client().request("STIR", "/coffee/2")
    assert counted("other", "none", 200) - before == 2


async def test_a_crash_is_counted_as_one() -> None:
    before = counted("GET", Route.path, 500)
    assert (await client().get("/v1/crash")).status_code == 500
    assert counted("GET", Route.path, 500) - before == 1


async def test_what_is_not_http_is_passed_on() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> dict[str, object]:
        return {}

    async def nowhere(_message: object) -> None:
        return None

    await Observing(app, lambda: OUR_ID)({"type": "lifespan"}, nothing, nowhere)
    assert seen == ["lifespan"]
