"""Every error is a problem document, whatever was sent and whatever went wrong."""

import importlib
import json
import pkgutil
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy.exc
from fastapi import FastAPI, HTTPException
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

import contracts
import infra
import listings
import matching
import notifications
import services
from contracts.problems import Refusal
from infra.http.problems import (
    LONGEST_DETAIL,
    LONGEST_ECHO,
    MAX_ERRORS,
    MEDIA_TYPE,
    TITLES,
    InvalidRequest,
    documented,
    install,
    printable,
    problem_response,
)
from infra.identity.tokens import NotAuthenticated
from listings.errors import NotReadyToOpen

PACKAGES = (contracts, listings, matching, notifications, infra, services)
SKIPPED = (".migrations", ".__main__")  # run as scripts only

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.binary(max_size=20)
    | st.text(st.characters(exclude_categories=()), max_size=300),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=()), max_size=300) | st.integers(), inner, max_size=5
        )
        | st.frozensets(st.integers(), max_size=5)
    ),
    max_leaves=20,
)


class Wanted(BaseModel):
    """What the test's route accepts."""

    model_config = ConfigDict(extra="forbid")

    name: str
    amount: float


class Unforeseen(Exception):
    """Something that nobody expected."""


ERRORS: dict[str, Exception] = {
    "refusal": InvalidRequest("No.", got={1: float("nan")}),
    "http": HTTPException(410, "Gone.", headers={"X-Since": "May"}),
    "connection": ConnectionRefusedError("no"),
    "shutdown": asyncpg.AdminShutdownError("terminating"),
    "starting": asyncpg.CannotConnectNowError("the database system is starting up"),
    "full": asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    "deadlock": asyncpg.DeadlockDetectedError("deadlock detected"),
    "slow": TimeoutError(),
    "engine": sqlalchemy.exc.InterfaceError("SELECT 1", None, Exception("closed"), connection_invalidated=True),
    "wrong query": sqlalchemy.exc.ProgrammingError("SELEKT 's3cret'", None, Exception("syntax error")),
    "crash": Unforeseen("the key is s3cret"),
}


def app() -> FastAPI:
    """An application whose routes fail in every way."""
    made = FastAPI()
    install(made)

    @made.post("/wanted")
    async def wanted(body: Wanted) -> Wanted:
        return body

    @made.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise ERRORS[how]

    return made


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kringmarkt.test") as made:
        yield made


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an answer, after checking what all of them promise."""
    assert answer.headers["content-type"] == MEDIA_TYPE
    document: dict[str, Any] = json.loads(answer.content, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert answer.status_code == document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["type"].startswith("urn:kringmarkt:problem:")
    return document


def refusals() -> list[type[Refusal]]:
    """Every refusal of the project."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in module.name for part in SKIPPED):
                importlib.import_module(module.name)
    found, waiting = set[type[Refusal]](), [Refusal]
    while waiting:
        below = waiting.pop().__subclasses__()
        found.update(below)
        waiting.extend(below)
    ours = [kind for kind in found if kind.__module__.partition(".")[0] in {package.__name__ for package in PACKAGES}]
    return sorted((kind for kind in ours if not kind.__name__.startswith("_")), key=lambda kind: kind.__qualname__)


REFUSALS = refusals()


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_refusal_has_a_slug_a_title_and_a_status_of_its_own(kind: type[Refusal]) -> None:
    assert kind.slug != Refusal.slug
    assert re.fullmatch(r"[a-z]+([-_][a-z]+)*", kind.slug)
    assert kind.title != Refusal.title
    assert kind.title[0].isupper()
    assert kind.status in TITLES, f"give {kind.status} a title in infra.http.problems.TITLES"


def test_no_two_refusals_share_a_slug() -> None:
    """But for those that say the same of two domains, which may not import each other: same status and title."""
    by_slug: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for kind in REFUSALS:
        by_slug[kind.slug].add((kind.status, kind.title))
    assert {slug: kinds for slug, kinds in by_slug.items() if len(kinds) > 1} == {}


def test_all_packages_are_looked_through() -> None:
    assert {kind.__module__.partition(".")[0] for kind in REFUSALS} >= {"listings", "matching", "notifications"}
    assert len(REFUSALS) > 30


def test_every_title_can_be_documented() -> None:
    assert set(documented(*TITLES)) == set(TITLES)


@settings(max_examples=300, deadline=None)
@given(detail=st.text(st.characters(exclude_categories=())), more=ANYTHING)
def test_whatever_a_refusal_repeats_the_answer_is_json(detail: str, more: Any) -> None:
    body = bytes(problem_response(InvalidRequest(detail, got=more)).body)
    assert json.loads(body, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))["status"] == 422


@pytest.mark.parametrize(
    "huge",
    [
        "x" * 10_000_000,
        10**4000,
        -(10**5000),
        list(range(1_000_000)),
        {str(n): n for n in range(100_000)},
        b"x" * 10**7,
    ],
    ids=["text", "number", "longer number", "list", "object", "bytes"],
)
def test_a_huge_value_does_not_come_back_whole(huge: Any) -> None:
    assert len(bytes(problem_response(InvalidRequest("No.", got=huge)).body)) < 100 * LONGEST_ECHO


def test_a_deep_value_does_not_break_the_answer() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert len(bytes(problem_response(InvalidRequest("No.", got=deep)).body)) < 1000


def test_a_sentence_that_says_what_to_do_is_not_cut_off() -> None:
    missing = {name: f"say what {name} is, in a sentence that is long enough to be read" for name in "abcdef"}
    document = json.loads(bytes(problem_response(NotReadyToOpen(missing)).body))
    assert len(document["detail"]) > LONGEST_ECHO
    assert document["detail"].endswith(NotReadyToOpen(missing).detail[-40:])
    assert len(json.loads(bytes(problem_response(InvalidRequest("x" * 10**6)).body))["detail"]) <= LONGEST_DETAIL + 1


def test_values_that_are_json_already_stay_as_they_are() -> None:
    value = {"a": [1, 2.5, None, True, "é"], "b": {"c": "d"}}
    assert printable(value) == value


def test_a_refusal_for_want_of_a_token_says_how_to_authenticate() -> None:
    assert problem_response(NotAuthenticated("Sign in.")).headers["www-authenticate"] == "Bearer"


async def test_wrong_fields_are_named_with_what_was_got_and_expected(client: httpx.AsyncClient) -> None:
    answer = await client.post("/wanted", json={"amount": "much", "extra": 1})
    errors = {error["field"]: error for error in problem(answer, 422)["errors"]}
    assert errors["body.amount"]["got"] == "much"
    assert set(errors) == {"body.amount", "body.name", "body.extra"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"name": NaN, "amount": Infinity}',
        b'{"name": "\\ud800", "amount": "\\udfff", "\\ud800": 1}',
        b'{"name": 1, "amount": ' + b"9" * 4000 + b"}",
        b'{"name": 1, "amount": ' + b"9" * 5000 + b"}",
        b'{"name": ' + b"[" * 900 + b"]" * 900 + b', "amount": 1}',
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 100_000,
        b'{"' + b"k" * 500_000 + b'": "' + b"v" * 500_000 + b'"}',
        b"[" + b"{}," * 100_000 + b"{}]",
        b'{"name": "\\u0000", "amount": 1e999, "x": 1}',
    ],
    ids=[
        "empty", "half", "no utf-8", "nan", "surrogates", "4000 digits", "5000 digits", "900 deep", "100000 deep",
        "deep and half", "huge texts", "many", "nul",
    ],
)  # fmt: skip
async def test_a_hostile_body_is_answered_with_a_short_problem(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/wanted", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text[:500]
    problem(answer, answer.status_code)
    assert len(answer.content) < 30_000


async def test_many_errors_are_told_up_to_a_number(client: httpx.AsyncClient) -> None:
    answer = await client.post("/wanted", json={f"field-{number}": 1 for number in range(500)})
    assert len(problem(answer, 422)["errors"]) == MAX_ERRORS


async def test_paths_and_methods_that_are_not_there_are_problems_too(client: httpx.AsyncClient) -> None:
    assert problem(await client.get("/nowhere"), 404)["title"] == TITLES[404]
    refused = await client.delete("/wanted")
    assert problem(refused, 405)["title"] == TITLES[405]
    assert refused.headers["allow"] == "POST"


async def test_headers_of_an_http_error_are_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fail/http")
    assert problem(answer, 410)["detail"] == "Gone."
    assert answer.headers["x-since"] == "May"


@pytest.mark.parametrize("how", ["connection", "shutdown", "starting", "full", "deadlock", "slow", "engine"])
async def test_a_database_that_cannot_just_now_asks_to_try_again(client: httpx.AsyncClient, how: str) -> None:
    answer = await client.get(f"/fail/{how}")
    assert "same request again" in problem(answer, 503)["detail"]
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize("how", ["crash", "wrong query"])
async def test_a_crash_is_answered_without_its_insides(client: httpx.AsyncClient, how: str) -> None:
    answer = await client.get(f"/fail/{how}")
    assert problem(answer, 500)["type"] == "urn:kringmarkt:problem:internal"
    assert "s3cret" not in answer.text
