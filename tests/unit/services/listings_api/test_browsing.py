"""Searching offers and wants: what is found, by whom, in which order, page by page."""

from typing import Any

import httpx
import orjson
import pytest

from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

PATH = "/v1/offers"


@pytest.fixture
async def holder(office: Office) -> Member:
    return await office.member("Houthandel Zoek", kvk_number="12345678")


async def titles(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return [item["listing"]["title"] for item in answer.json()["items"]]


async def test_filters_find_what_they_name_and_nothing_else(office: Office, holder: Member) -> None:
    await holder.offer(title="Tilburg", price_eur_per_tonne="-20", eural_code="170201")
    await holder.offer(title="Groningen", postcode="9711", quantity="200", price_eur_per_tonne="50")
    await holder.offer(title="Bakstenen", concept="bricks_reclaimed", description="Uit een oude fabriek")
    visitor = office.client()
    found: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Bakstenen", "Groningen", "Tilburg"]),
        ({"concept": "wood"}, ["Groningen", "Tilburg"]),
        ({"q": "fabrieken"}, ["Bakstenen"]),
        ({"q": "bricks"}, ["Bakstenen"]),
        ({"eural_code": "17 02 01"}, ["Tilburg"]),
        ({"province": "Groningen"}, ["Groningen"]),
        ({"postcode": "5038", "radius_km": 30, "concept": "wood"}, ["Tilburg"]),
        ({"min_kg": 100_000}, ["Groningen"]),
        ({"max_kg": 100_000, "family": "wood"}, ["Tilburg"]),
        ({"max_price_eur_per_tonne": 0}, ["Tilburg"]),
        ({"postcode": "9711", "order": "nearest", "concept": "wood"}, ["Groningen", "Tilburg"]),
        ({"q": "hout", "order": "relevance", "concept": "bricks_reclaimed"}, []),
    ]
    for query, expected in found:
        assert await titles(visitor, **query) == expected, query


async def test_drafts_are_found_by_their_owner_only(office: Office, holder: Member) -> None:
    await holder.offer(title="Nog niet", draft=True)
    other = await office.member("Ander")
    assert await titles(holder.client, mine=True) == ["Nog niet"]
    for client in (office.client(), other.client, holder.client):
        assert await titles(client) == []
        assert await titles(client, status="draft") == []
    assert await titles(other.client, mine=True) == []


async def test_partners_find_what_is_meant_for_them(office: Office, holder: Member) -> None:
    partner, other = await office.member("Partner"), await office.member("Ander")
    await holder.offer(title="Voor partners", visibility="partners", partners=[str(partner.organisation_id)])
    assert await titles(partner.client) == await titles(holder.client) == ["Voor partners"]
    assert await titles(other.client) == await titles(office.client()) == []


async def test_pages_follow_each_other_without_gaps_or_repeats(office: Office, holder: Member) -> None:
    for number in range(7):
        await holder.offer(title=f"Partij {number}", postcode=("5038", "4811")[number % 2])
    for order in ({"order": "newest"}, {"order": "nearest", "postcode": "5038"}, {"order": "relevance", "q": "partij"}):
        seen: list[str] = []
        cursor = None
        while True:
            answer = await office.client().get(
                PATH, params={**order, "limit": 2, **({"cursor": cursor} if cursor else {})}
            )
            seen += [item["listing"]["title"] for item in answer.json()["items"]]
            cursor = answer.json()["next"]
            if cursor is None:
                break
        assert sorted(seen) == [f"Partij {number}" for number in range(7)], order


@pytest.mark.parametrize(
    "query",
    [
        {"order": "nearest"},
        {"order": "relevance"},
        {"order": "cheapest"},
        {"radius_km": 10},
        {"postcode": "0000"},
        {"postcode": "5038", "radius_km": "nan"},
        {"concept": "unobtainium"},
        {"eural_code": "999999"},
        {"mine": True},
        {"status": "sold"},
        {"limit": 0},
        {"limit": 1000},
        {"min_kg": "NaN"},
        {"min_kg": "1e-99999"},
        {"max_kg": "1e999999"},
        {"max_price_eur_per_tonne": "1e-99999"},
        {"q": "\x00"},
        {"province": "\x01"},
        {"cursor": "zz"},
        {"cursor": "00"},
        {"cursor": orjson.dumps(["newest", 1, "x"]).hex()},
        {"cursor": orjson.dumps(["nearest", 1.0, "00000000-0000-0000-0000-000000000000"]).hex()},
        {"cursor": orjson.dumps(["newest", "yesterday", "00000000-0000-0000-0000-000000000000"]).hex()},
        {"cursor": orjson.dumps(["newest", "0001-01-01T00:00:00+23:59", "00000000-0000-0000-0000-000000000000"]).hex()},
        {"cursor": orjson.dumps(["newest", "9999-12-31T23:59:59-23:59", "00000000-0000-0000-0000-000000000000"]).hex()},
    ],
)
async def test_a_wrong_question_is_refused_with_a_reason(office: Office, query: dict[str, Any]) -> None:
    refused = await office.client(loud=False).get(PATH, params=query)
    assert refused.status_code == 422, refused.text
    assert refused.json()["type"] in ("urn:kringmarkt:problem:invalid-request", "urn:kringmarkt:problem:wrong-cursor")


async def test_results_have_the_distance_that_was_asked_from(office: Office, holder: Member) -> None:
    await holder.offer(postcode="4811")
    answer = await office.client().get(PATH, params={"postcode": "5038"})
    (found,) = answer.json()["items"]
    assert found["distance_km"] == pytest.approx(21, abs=3)
    (plain,) = (await office.client().get(PATH)).json()["items"]
    assert plain["distance_km"] is None


async def test_offers_are_no_wants(office: Office, holder: Member) -> None:
    await holder.offer()
    await holder.want()
    kinds = {
        path: (await office.client().get(path)).json()["items"][0]["listing"]["kind"] for path in (PATH, "/v1/wants")
    }
    assert kinds == {PATH: "offer", "/v1/wants": "want"}
