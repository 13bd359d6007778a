"""Every route of the site: what it needs, and that nobody sees or does what is another organisation's."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from services.deployables import SIGN_IN
from services.web.site import routers
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import SITE, visitor

OPEN = {
    *("/", "/cijfers", "/inloggen", "/inloggen/terug", "/zoeken", "/zoeken/kaart.json", "/foto/{photo_id}"),
    *("/foto/{photo_id}/klein", "/plaatsing/{listing_id}", "/plaatsing/{listing_id}/document/{evidence_id}"),
    *("/issuer/authorize", "/issuer/nieuw", "/kaart", "/kaart/vraag.json", "/kaart/los"),
    *("/toegankelijkheid", "/privacy", "/docs", "/milieustraat/werker.js"),
}
"""Pages that anybody may open; every other page is for who is signed in."""


def routes(method: str) -> Iterator[APIRoute]:
    """Every route of the pages with this method."""
    for router in (*routers(), *SIGN_IN):
        for route in router.routes:
            if isinstance(route, APIRoute) and method in (route.methods or ()):
                yield route


POSTS = sorted({route.path for route in routes("POST")} - {"/issuer/token"})
GETS = sorted({route.path for route in routes("GET")} - OPEN)


def filled(path: str, **ids: UUID) -> str:
    """The path with these ids, and fresh ones for the rest."""
    names = ("trade_id", "listing_id", "photo_id", "evidence_id", "search_id", "account_id", "broker_id", "lot_id")
    return path.format(**{name: ids.get(name, uuid4()) for name in names}) if "{" in path else path


def test_there_are_many_and_none_is_in_the_api_document() -> None:
    assert len(POSTS) > 25
    assert not [route.path for route in (*routes("GET"), *routes("POST")) if route.include_in_schema]


@pytest.mark.parametrize("path", POSTS)
async def test_every_form_needs_its_token(office: Office, path: str) -> None:
    async with visitor(office, uuid4()) as somebody:
        answer = await somebody.client.post(filled(path), data={"taal": "en"}, headers={"Origin": SITE})
    assert answer.status_code in (403, 422), path


@pytest.mark.parametrize("path", GETS)
async def test_every_page_that_is_not_for_anybody_asks_to_sign_in(office: Office, path: str) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get(filled(path))
    assert answer.status_code == 303, path
    assert answer.headers["location"].startswith("/inloggen?naar=")


@pytest.mark.parametrize("path", sorted({route.path for route in routes("POST")}))
async def test_no_form_can_be_sent_by_an_address(office: Office, path: str) -> None:
    pages = {route.path for route in routes("GET")}
    if path in pages:
        return
    async with visitor(office, uuid4()) as somebody:
        answer = await somebody.client.get(filled(path))
    assert answer.status_code in (404, 405, 422, 303), path


@pytest.fixture
async def secret(office: Office) -> tuple[Member, dict[str, UUID]]:
    """Somebody with a draft, a trade and a saved search that are nobody else's business."""
    member, other = await office.member("Geheime Firma"), await office.member("Partner")
    draft = await member.offer(title="GEHEIM CONCEPT", draft=True)
    await member.offer(title="GEHEIM AANBOD", visibility="partners", partners=[str(other.organisation_id)])
    await other.want(title="GEHEIME VRAAG", visibility="partners", partners=[str(member.organisation_id)])
    saved = await member.client.post(
        "/v1/saved-searches", json={"name": "GEHEIM", "looks_for": "offer", "concepts": ["wood"]}
    )
    await office.settle()
    (trade,) = await member.trades()
    ids = {"listing_id": draft["listing_id"], "trade_id": trade["trade_id"], "search_id": saved.json()["search_id"]}
    return member, {name: UUID(str(value)) for name, value in ids.items()}


async def test_another_organisation_sees_nothing_of_it_on_any_page(
    office: Office, secret: tuple[Member, dict[str, UUID]]
) -> None:
    outsider = await office.member("Buitenstaander")
    async with visitor(office, outsider.organisation_id) as somebody:
        for path in sorted({route.path for route in routes("GET")}):
            answer = await somebody.client.get(filled(path, **secret[1]), follow_redirects=False)
            assert "GEHEIM" not in answer.text.upper().replace("GEHEIMHOUD", ""), path
        channel = f"search:{secret[1]['search_id']}"
        assert (await somebody.client.get(f"/meldingen?kanaal={channel}")).status_code == 404


async def test_another_organisation_changes_nothing_by_any_form(
    office: Office, secret: tuple[Member, dict[str, UUID]]
) -> None:
    outsider = await office.member("Buitenstaander")
    before = await office.told()
    fields = {"reason": "too_far", "text": "Hallo", "doe": "beeindig", "quantity": "1", "unit": "t"}
    with_ids = [path for path in POSTS if "{" in path]
    assert len(with_ids) > 12
    async with visitor(office, outsider.organisation_id) as somebody:
        for path in with_ids:
            address = filled(path, **secret[1]) + ("?revisie=1" if path.endswith("wijzigen") else "")
            await somebody.client.post(address, data={**fields, "form_token": somebody.token}, headers={"Origin": SITE})
    assert await office.told() == before
