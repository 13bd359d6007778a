"""From an HTTP request to one transaction and back, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.problems import Refusal
from infra.http import problems
from infra.http.carrying import (
    IdempotencyKey,
    IfMatch,
    carry,
    context_of,
    json_answer,
    json_list,
    traceparent_of,
)
from infra.http.idempotency import Answer
from infra.identity.tokens import Identity
from infra.postgres.database import Database
from infra.postgres.transaction import Transaction
from tests.eventlog.harness import CONTEXT, numbered

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class House:
    """What carrying needs."""

    database: Database


class Done(BaseModel):
    """What the route answers."""

    number: UUID


def app(database: Database) -> FastAPI:
    """A route that appends an event, and may refuse after that."""
    made = FastAPI()
    problems.install(made)

    @made.post("/things/{name}")
    async def do(
        name: str, request: Request, organisation: UUID, key: IdempotencyKey = None, version: IfMatch = None
    ) -> Response:
        async def work(unit: Transaction) -> Answer:
            unit.append([numbered(name, 1)], CONTEXT)
            if name == "refused":
                raise Refusal("No.")
            return json_answer(Done(number=uuid4()), 201, {"ETag": version or '"1"'})

        who = Identity("anna", organisation, frozenset(), NOW)
        return await carry(House(database), request, who, key, work)

    return made


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app(database), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kringmarkt.test") as made:
        yield made


async def send(
    client: httpx.AsyncClient, key: str | None, name: str = "wood", body: bytes = b"{}", owner: int = 1
) -> httpx.Response:
    """A request."""
    headers = {"Idempotency-Key": key} if key is not None else {}
    query = {"organisation": str(UUID(int=owner))}
    return await client.post(f"/things/{name}", params=query, content=body, headers=headers)


async def events(database: Database) -> int:
    """How many events were committed."""
    async with database.connection() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM eventlog.events"))


async def test_state_event_and_answer_are_kept_together(client: httpx.AsyncClient, database: Database) -> None:
    first, again = await send(client, "k"), await send(client, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (again.headers["etag"], again.headers["idempotent-replayed"]) == ('"1"', "true")
    assert await events(database) == 1


async def test_a_refused_request_appends_nothing(client: httpx.AsyncClient, database: Database) -> None:
    assert (await send(client, "k", "refused")).status_code == 400
    assert await events(database) == 0


@pytest.mark.parametrize("other", [{"name": "glass"}, {"body": b'{"a": 1}'}], ids=["path", "body"])
async def test_the_key_belongs_to_path_and_body(
    client: httpx.AsyncClient, database: Database, other: dict[str, object]
) -> None:
    await send(client, "k")
    refused = await send(client, "k", **other)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:kringmarkt:problem:idempotency-key-reused")
    assert await events(database) == 1


async def test_keys_of_two_organisations_have_nothing_to_do_with_each_other(
    client: httpx.AsyncClient, database: Database
) -> None:
    assert (await send(client, "k", owner=1)).content != (await send(client, "k", owner=2)).content
    assert await events(database) == 2


async def test_a_storm_of_the_same_request_is_done_once(client: httpx.AsyncClient, database: Database) -> None:
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(send(client, "k") for _ in range(20)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await events(database) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "é", "tab\tbed"])
async def test_a_key_of_a_wrong_form_is_refused(client: httpx.AsyncClient, database: Database, key: str) -> None:
    headers = [(b"idempotency-key", key.encode())]
    answer = await client.post("/things/wood", params={"organisation": str(UUID(int=1))}, headers=headers)
    assert answer.status_code == 422
    assert await events(database) == 0


def request(**headers: str) -> Request:
    """A request with these headers."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


def test_the_trace_of_the_caller_is_passed_on() -> None:
    assert context_of(request(traceparent=TRACE), NOW, "/listings_api").traceparent == TRACE
    assert context_of(request(), NOW, "/listings_api").traceparent is None


@pytest.mark.parametrize("header", ["", "00", TRACE + "0", TRACE[:-1] + "é", "g" * 55, TRACE.upper()])
def test_a_trace_of_a_wrong_form_is_dropped(header: str) -> None:
    assert traceparent_of(request(traceparent=header)) is None


def test_a_page_is_json_with_what_comes_next() -> None:
    number = UUID(int=3)
    assert (
        json_list([Done(number=number)], next=None) == b'{"items":[{"number":"%s"}],"next":null}' % str(number).encode()
    )
