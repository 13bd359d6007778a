"""The counter of a recycling centre."""

from typing import Any

from services.web.counter import TILES
from services.web.picking import known_concepts
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office
from tests.unit.services.web.test_publishing import photo_bytes
from tests.unit.services.web.visitors import text_of, visitor

LOT: dict[str, Any] = {"concept": "furniture", "quantity": "2", "unit": "piece", "condition": "good"}


async def titles(member: Member) -> list[str]:
    """What the organisation offers."""
    answer = await member.client.get("/v1/offers", params={"mine": True})
    return [item["listing"]["title"] for item in answer.json()["items"]]


async def test_a_lot_is_published_with_its_label(office: Office) -> None:
    member = await office.member("Milieustraat", postcode="5038AA")
    async with visitor(office, member.organisation_id) as somebody:
        files = {"photo": ("a.jpg", photo_bytes(), "image/jpeg")}
        answer = await somebody.post("/milieustraat", files=files, **LOT)
        page = await somebody.follow(answer)
        label = page.partition('href="/milieustraat/label/')[2].partition('"')[0]
        assert "2 stuks" in text_of(await somebody.get(f"/milieustraat/label/{label}")).replace("\u00a0", " ")
        code = await somebody.client.get(f"/milieustraat/label/{label}/code.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert len(await titles(member)) == 1


async def test_a_lot_of_the_queue_is_published_once_however_often_it_is_sent(office: Office) -> None:
    member = await office.member("Milieustraat", postcode="5038AA")
    async with visitor(office, member.organisation_id) as somebody:
        answers = [await somebody.post("/milieustraat", 201, **LOT, wachtrij="1", key="k-1") for _ in range(3)]
    assert len({answer.json()["listing_id"] for answer in answers}) == 1
    assert len(await titles(member)) == 1


async def test_what_is_missing_is_told(office: Office) -> None:
    member = await office.member("Milieustraat", postcode="5038AA")
    async with visitor(office, member.organisation_id) as somebody:
        answer = await somebody.post("/milieustraat", 422, quantity="0", unit="piece")
        queued = await somebody.post("/milieustraat", 422, quantity="0", wachtrij="1")
    assert [f'href="#{name}"' in answer.text for name in ("concept", "quantity", "condition")] == [True] * 3
    assert queued.json() == {"errors": ["concept", "quantity", "condition"]}


async def test_without_a_place_the_organisation_is_told_what_is_missing(office: Office) -> None:
    member = await office.member("Milieustraat")
    async with visitor(office, member.organisation_id) as somebody:
        answer = await somebody.post("/milieustraat", 422, **LOT)
    assert "postcode" in text_of(answer.text)


def test_every_tile_is_a_material_that_exists() -> None:
    assert not [concept for concept in TILES if concept not in known_concepts()]


async def test_the_worker_looks_at_the_counter_only(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get("/milieustraat/werker.js")
    assert answer.headers["service-worker-allowed"] == "/milieustraat"
    assert answer.headers["content-type"].startswith("text/javascript")
