"""The application around the routes: health, limits, errors and its own description."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter

from services.http_app import BODY_LIMIT_BYTES, create_app
from services.listings_api.batch import LIMIT_BYTES
from tests.unit.services.scenes import Office

PROBLEM = "application/problem+json"
failing = APIRouter()


@failing.get("/fails")
async def fails() -> None:
    raise RuntimeError("the password is s3cret")


async def test_health_tells_whether_the_process_lives_and_can_work(office: Office) -> None:
    client = office.client()
    assert (await client.get("/health/live")).json() == {"status": "alive"}
    answer = (await client.get("/health/ready")).json()
    assert answer["status"] == "ready"
    assert answer["parts"].keys() == {"database"}


async def test_without_a_database_it_lives_but_is_not_ready(office: Office) -> None:
    await office.house.database.close()
    client = office.client()
    assert (await client.get("/health/live")).status_code == 200
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    refused = await client.get("/v1/saved-searches", headers={"Authorization": f"Bearer {office.token(uuid4())}"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PATCH", "/v1/offers", 405), ("POST", "/v1/offers", 401), ("GET", "/v1/offers/1", 422)],
)
async def test_every_error_is_a_problem_document(office: Office, method: str, path: str, status: int) -> None:
    answer = await office.client().request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json().keys() >= {"type", "title", "status", "detail"}
    assert answer.json()["status"] == status
    assert answer.json()["type"].startswith("urn:kringmarkt:problem:")


async def test_a_crash_tells_nothing_of_the_inside(office: Office) -> None:
    app = create_app(office.house, "Failing", [failing])
    answer = await replace(office, app=app).client(loud=False).get("/fails")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("path", ["/v1/offers", "/v1/wants", "/v1/saved-searches"])
async def test_a_body_over_the_limit_is_refused_with_a_problem(office: Office, path: str) -> None:
    member = await office.member("Large")
    answer = await member.client.post(path, content=b'{"title":"' + b"x" * BODY_LIMIT_BYTES + b'"}')
    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


async def test_a_body_without_length_is_counted_as_it_comes(office: Office) -> None:
    member = await office.member("Chunked")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LIMIT_BYTES // 65536 + 2):
            yield b"x" * 65536

    for path in ("/v1/offers", "/v1/listings/batch"):
        answer = await member.client.post(path, content=endless())
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


async def test_the_document_is_openapi_3_1_and_every_error_refers_to_the_problem_schema(office: Office) -> None:
    document = (await office.client().get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert "Problem" in document["components"]["schemas"]
    assert "FieldError" in document["components"]["schemas"]
    errors = [
        response["content"]
        for path in document["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if status.startswith("4") and "content" in response
    ]
    assert len(errors) > 50
    assert all(PROBLEM in content for content in errors)


async def test_the_issuer_publishes_its_public_keys_only(office: Office) -> None:
    client = office.client()
    discovery = (await client.get("/issuer/.well-known/openid-configuration")).json()
    assert discovery["jwks_uri"].endswith("/issuer/jwks.json")
    (key,) = (await client.get("/issuer/jwks.json")).json()["keys"]
    assert key["use"] == "sig"
    assert "d" not in key


async def test_with_an_issuer_elsewhere_there_is_none_here(office: Office) -> None:
    app = create_app(replace(office.house, issuer=None), "Elsewhere", [])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kringmarkt.test")
    assert (await client.get("/issuer/jwks.json")).status_code == 404
