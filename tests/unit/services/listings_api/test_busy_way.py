"""The busy way and the documented route answer the same, and what is not plain goes to the route."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra.postgres import publishing
from infra.settings import stable_id
from services.listings_api import busy_way
from tests.unit.services.scenes import Office

OFFER = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "20", "unit": "t", "postcode": "5038"}
WANT = {"title": "Hout", "concepts": ["wood_grade_b"], "quantity": "20", "unit": "t", "postcode": "4811"}
FRESH = {"listing_id", "published_at"}
WRITTEN_TOGETHER = "SELECT count(*) FROM listings.listings"


@pytest.fixture
async def holder(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """The client of a registered organisation."""
    member = await office.member("busy holder", postcode="5038AA")
    yield member.client
    await member.client.aclose()


def on_the_route(client: httpx.AsyncClient, path: str, fields: dict[str, Any], **headers: str) -> Any:
    """The same request in a form that only the route takes: chunked, of unknown length."""

    async def chunks() -> AsyncIterator[bytes]:
        yield httpx.Request("POST", "http://x", json=fields).content

    return client.post(path, content=chunks(), headers={"Content-Type": "application/json", **headers})


def shown(answer: httpx.Response) -> tuple[int, dict[str, Any], set[str]]:
    """What of an answer must be equal for two publications of the same draft."""
    fields = {name: value for name, value in answer.json().items() if name not in FRESH}
    return answer.status_code, fields, {name for name in answer.headers if name != "date"}


@pytest.mark.parametrize(("path", "fields"), [("/v1/offers", OFFER), ("/v1/wants", WANT)])
async def test_both_ways_give_the_same_answer_and_tell_the_same(
    office: Office, holder: httpx.AsyncClient, path: str, fields: dict[str, Any]
) -> None:
    fast, slow = await holder.post(path, json=fields), await on_the_route(holder, path, fields)
    assert shown(fast) == shown(slow)
    assert fast.headers["location"] == f"{path}/{fast.json()['listing_id']}"
    first, second = (await office.events())[-2:]
    assert (first.type, first.view.partitionkey, first.view.source) == (
        second.type,
        second.view.partitionkey,
        second.view.source,
    )


async def test_the_busy_way_is_taken(holder: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    together = publishing.publish_together

    async def counting(database: Any, publications: Any) -> Any:
        taken.append(len(publications))
        return await together(database, publications)

    monkeypatch.setattr("services.listings_api.making.publish_together", counting)
    answers = await asyncio.gather(*(holder.post("/v1/offers", json=OFFER) for _ in range(30)))
    assert {answer.status_code for answer in answers} == {201}
    assert sum(taken) == 30
    assert len(taken) < 30


@pytest.mark.parametrize(
    "fields",
    [
        {**OFFER, "quantity": "-1"},
        {**OFFER, "concept": "unobtainium"},
        {**OFFER, "available_until": "2020-01-01"},
        {name: value for name, value in OFFER.items() if name != "postcode"},
        {**OFFER, "properties": [{"name": "moisture", "value": "9", "unit": "% w/w", "grade": "verified"}]},
        {**OFFER, "title": "NUL \u0000 in it"},
    ],
)
async def test_both_ways_refuse_the_same(holder: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    fast, slow = await holder.post("/v1/offers", json=fields), await on_the_route(holder, "/v1/offers", fields)
    assert (fast.status_code, fast.json()) == (slow.status_code, slow.json())
    assert fast.status_code in (403, 422)


async def test_who_is_not_registered_or_not_signed_in_is_told_by_the_route(office: Office) -> None:
    async with office.client(uuid4()) as stranger, office.client() as visitor:
        assert (await stranger.post("/v1/offers", json=OFFER)).json()["type"].endswith("organisation-not-registered")
        assert (await visitor.post("/v1/offers", json=OFFER)).status_code == 401


async def test_a_key_makes_one_listing_whichever_way_is_taken(office: Office, holder: httpx.AsyncClient) -> None:
    fast = await holder.post("/v1/offers", json=OFFER, headers={"Idempotency-Key": "one"})
    again = await holder.post("/v1/offers", json=OFFER, headers={"Idempotency-Key": "one"})
    slow = await on_the_route(holder, "/v1/offers", OFFER, **{"Idempotency-Key": "one"})
    other = await holder.post("/v1/offers", json={**OFFER, "title": "x"}, headers={"Idempotency-Key": "one"})
    assert fast.content == again.content == slow.content
    assert again.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422
    assert await office.value(WRITTEN_TOGETHER) == 1


async def test_twenty_at_once_under_one_key_are_one(office: Office, holder: httpx.AsyncClient) -> None:
    asks = [holder.post("/v1/offers", json=OFFER, headers={"Idempotency-Key": "one"}) for _ in range(20)]
    answers = await asyncio.gather(*asks)
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await office.value(WRITTEN_TOGETHER) == 1


async def test_an_external_id_is_taken_once_and_the_others_go_on(office: Office, holder: httpx.AsyncClient) -> None:
    numbers = (1, 1, 2, 3, 3)
    asks = [holder.post("/v1/offers", json={**OFFER, "external_id": f"A-{number}"}) for number in numbers]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*asks))
    assert statuses == [201, 201, 201, 409, 409]
    assert await office.value(WRITTEN_TOGETHER) == 3


async def test_an_owner_that_was_revised_is_shown_as_it_is_now(holder: httpx.AsyncClient) -> None:
    await holder.post("/v1/offers", json=OFFER)
    path = f"/v1/organisations/{stable_id('test:busy holder')}"
    seen = (await holder.get(path)).headers["etag"]
    renamed = {"name": "busy holder, renamed", "postcode": "5038AA"}
    assert (await holder.put(path, json=renamed, headers={"If-Match": seen})).status_code == 200
    answers = [await holder.post("/v1/offers", json=OFFER) for _ in range(2)]
    assert [answer.json()["organisation"]["name"] for answer in answers] == ["busy holder, renamed"] * 2


async def test_a_broken_connection_is_not_tried_again(
    office: Office, holder: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionResetError("gone")

    monkeypatch.setattr(busy_way, "made_at_once", broken)
    answer = await holder.post("/v1/offers", json=OFFER)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert await office.value(WRITTEN_TOGETHER) == 0
