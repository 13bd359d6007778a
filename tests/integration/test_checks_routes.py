"""The stand-alone check over HTTP: every shared case, receipts, dossiers, the list of articles, hostile bodies."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from matching.end_of_waste import articles, packaged_rulebook
from services.checks.routes import router
from services.deployables import Deployable
from tests.law.case_adapter import mapping_of_case
from tests.law.test_shared_cases import DISPUTED, SHARED
from tests.support.postgres import NewDsn
from tests.unit.services.checks.pdf_text import pages_of
from tests.unit.services.checks.scenes import HOSTILE, facts
from tests.unit.services.scenes import Office, office_at

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
async def office(new_dsn: NewDsn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A house that serves nothing but the check."""
    folder: Path = tmp_path_factory.mktemp("checks")
    async with office_at(await new_dsn(), folder, Deployable("checks", (router,))) as found:
        yield found


@pytest.fixture
async def client(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is signed in; crashes come as answers, as they would to him."""
    async with office.client(uuid4(), loud=False) as found:
        yield found


@pytest.mark.parametrize("case", SHARED, ids=[case["id"] for case in SHARED])
async def test_a_shared_case_is_answered_and_reproduced_from_its_receipt(
    case: dict[str, Any], client: httpx.AsyncClient
) -> None:
    raw = json.loads(json.dumps(mapping_of_case(case, packaged_rulebook()), default=str))
    first = await client.post("/v1/checks", json={"facts": raw, "on": case["date"]})
    assert first.status_code == 200, first.text
    answer = first.json()
    if case["id"] not in DISPUTED:
        assert answer["status"] == case["expected_status"]
        assert sorted(answer["blockers"]) == sorted(case["expected_blockers"])
    again = await client.post("/v1/checks/reproduce", json={"receipt": answer["receipt"]})
    assert again.status_code == 200, again.text
    assert again.json() == answer


async def test_an_answer_explains_itself_in_both_languages_and_says_it_is_no_decision(
    client: httpx.AsyncClient,
) -> None:
    answer = (await client.post("/v1/checks", json={"facts": facts(), "on": "2026-11-21", "language": "en"})).json()
    assert answer["advice"] == {"nl": "voorstel, geen besluit", "en": "proposed, not a decision"}
    assert answer["text"].startswith("This is waste.")
    assert answer["explanation"]["nl"]["outcome"].startswith("Dit is afval.")
    assert answer["explanation"]["en"]["outcome"].startswith("This is waste.")
    foreign = next(one for one in answer["criteria"] if one["rule_id"] == "CU-1")
    assert (foreign["value"], foreign["operator"], foreign["limit"], foreign["unit"]) == (
        "1.2 % w/w",
        "<",
        "2",
        "% w/w",
    )
    assert answer["missing"]


async def test_without_a_day_it_is_the_law_of_today(client: httpx.AsyncClient, office: Office) -> None:
    answer = (await client.post("/v1/checks", json={"facts": {}})).json()
    assert answer["on"] == office.house.today().isoformat()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stream": "gold"}, "facts.stream"),
        ({"eural_code": 191203}, "facts.eural_code"),
        ({"properties": {"gold": 1}}, "facts.properties.gold"),
        ({"properties": {"foreign_materials": {"value": 1, "unit": "m3"}}}, "facts.properties.foreign_materials"),
        ({"trade": {"colour": 1}}, "facts.trade.colour"),
    ],
)
async def test_a_bad_fact_is_named_with_what_was_got_and_what_is_accepted(
    wrong: dict[str, Any], field: str, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/v1/checks", json={"facts": facts(**wrong)})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["got"]
    assert error["expected"]


HOSTILE_BODIES: dict[str, bytes] = {
    "no json": b"{",
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a half of a character": b'{"facts": {"material": "\\ud800"}}',
    "a control character": b'{"facts": {"material": "a\\u0000b"}}',
    "a strange name": b'{"facts": {"\\ud800": 1}}',
    "facts that are no facts": b'{"facts": [1]}',
    "deep": b'{"facts": ' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}",
    "deeper": b'{"facts": ' + b"[" * 200_000 + b"}",
    "a huge number": b'{"facts": {"eural_code": ' + b"9" * 5000 + b"}}",
    "a huge quantity": b'{"facts": {"properties": {"quantity": {"value": "9e999999", "unit": "t"}}}}',
    "not a number": b'{"facts": {"properties": {"quantity": {"value": NaN, "unit": "t"}}}}',
    "a unit that is none": b'{"facts": {"properties": {"quantity": {"value": 1, "unit": {"a": []}}}}}',
    "a long text": b'{"facts": {"material": "' + b"x" * 5000 + b'"}}',
    "too large": b'{"facts": {"material": "' + b"x" * 2_000_000 + b'"}}',
    "a day before the law": b'{"facts": {}, "on": "0001-01-01"}',
    "a day without end": b'{"facts": {}, "on": "9999-12-31"}',
    "a language": b'{"facts": {}, "language": "xx"}',
    "something else": b'{"facts": {}, "rulebook": "mine"}',
    "words that are lists": b'{"facts": {"origin": [["a"]], "stream": {"a": 1}}}',
}


@pytest.mark.parametrize("path", ["/v1/checks", "/v1/checks/dossier"])
@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES.keys())
async def test_a_hostile_body_is_refused_with_a_problem(body: bytes, path: str, client: httpx.AsyncClient) -> None:
    answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.headers["content-type"] == PROBLEM
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"engine": "0"}, 409),
        ({"rulebook": "f" * 64}, 409),
        ({"law_files": "{}"}, 409),
        ({"facts": "[" * 100_000}, 422),
        ({"facts": "9" * 5000}, 422),
        ({"on": "soon"}, 422),
        ({"on": "0001-01-01"}, 422),
        ({"more": "x"}, 422),
    ],
)
async def test_a_receipt_that_cannot_be_followed_says_what_to_do(
    change: dict[str, str], status: int, client: httpx.AsyncClient
) -> None:
    receipt = (await client.post("/v1/checks", json={"facts": facts()})).json()["receipt"]
    answer = await client.post("/v1/checks/reproduce", json={"receipt": {**receipt, **change}})
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert "receipt" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/checks", "/v1/checks/reproduce", "/v1/checks/dossier"])
async def test_a_visitor_has_to_sign_in_first(path: str, office: Office) -> None:
    assert (await office.client().post(path, json={"facts": {}, "receipt": {}})).status_code == 401


@pytest.mark.parametrize("kind", ["application/json", "text/html", "application/pdf"])
async def test_a_dossier_comes_in_the_form_that_was_asked(kind: str, client: httpx.AsyncClient) -> None:
    body = {"facts": facts(material=HOSTILE), "on": "2026-11-21", "reference": HOSTILE}
    answer = await client.post("/v1/checks/dossier", json=body, headers={"Accept": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if kind == "text/html":
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert "&lt;script&gt;" in answer.text
    if kind == "application/pdf":
        assert answer.content.startswith(b"%PDF-")
        assert pages_of(answer.content) > 1


async def test_a_dossier_of_a_receipt_is_that_of_its_facts(client: httpx.AsyncClient) -> None:
    receipt = (await client.post("/v1/checks", json={"facts": facts(), "on": "2026-01-01"})).json()["receipt"]
    of_receipt = await client.post("/v1/checks/dossier", json={"receipt": receipt})
    of_facts = await client.post("/v1/checks/dossier", json={"facts": facts(), "on": "2026-01-01"})
    assert of_receipt.json() == of_facts.json()
    assert of_receipt.json()["on"] == "2026-01-01"


@pytest.mark.parametrize("body", [{}, {"facts": {}, "receipt": {}}, {"receipt": {}, "on": "2026-01-01"}])
async def test_a_dossier_is_of_facts_or_of_a_receipt(body: dict[str, Any], client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/checks/dossier", json=body)).status_code == 422


async def test_a_form_that_does_not_exist_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/checks/dossier", json={"facts": {}}, headers={"Accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, PROBLEM)


async def test_everybody_may_read_every_article(office: Office) -> None:
    found = (await office.client().get("/v1/articles")).json()
    expected = articles(packaged_rulebook())
    assert [item["file"] for item in found["items"]] == [article.file for article in expected]
    assert all(item["source"] and item["title"]["nl"] and item["last_checked"] for item in found["items"])


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "uit het geheugen, niet nagelezen"), ("?lang=en", "from memory, not checked against a text")],
)
async def test_the_page_of_articles_marks_what_nobody_read(query: str, words: str, office: Office) -> None:
    answer = await office.client().get(f"/v1/articles.html{query}")
    assert answer.headers["content-type"].startswith("text/html")
    from_memory = sum(article.confidence == "memory" for article in articles(packaged_rulebook()))
    assert answer.text.count(words) == from_memory > 0
    assert "<script" not in answer.text
    assert f'<html lang="{"en" if query else "nl"}">' in answer.text


async def test_the_description_shows_an_example_that_works(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    (example,) = document["components"]["schemas"]["CheckBody"]["examples"]
    assert (await client.post("/v1/checks", json=example)).status_code == 200
    forms = document["paths"]["/v1/checks/dossier"]["post"]["responses"]["200"]["content"]
    assert set(forms) == {"application/json", "text/html", "application/pdf"}
