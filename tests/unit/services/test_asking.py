"""Who asks: the same for the routes of every service."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter

from services.asking import InHouse, Visitor, Who
from services.http_app import create_app
from tests.unit.services.scenes import Office

router = APIRouter()


@router.get("/who")
async def who_asks(who: Who) -> UUID:
    return who.organisation_id


@router.get("/visitor")
async def visitor_asks(visitor: Visitor) -> UUID | None:
    return visitor.organisation_id if visitor else None


@router.get("/house")
async def house_asked(house: InHouse) -> int:
    return id(house)


@pytest.fixture
def client(office: Office) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(office.house, "Asking", [router]))
    return httpx.AsyncClient(transport=transport, base_url="http://kringmarkt.test")


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_names_the_organisation_that_asks(office: Office, client: httpx.AsyncClient) -> None:
    organisation_id = uuid4()
    for path in ("/who", "/visitor"):
        answer = await client.get(path, headers=bearing(office.token(organisation_id)))
        assert answer.json() == str(organisation_id)


async def test_a_visitor_needs_no_token_where_visitors_may_come(client: httpx.AsyncClient) -> None:
    assert (await client.get("/visitor")).json() is None
    refused = await client.get("/who")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer  ", "Bearer not.a.token", "Bearer " + "x" * 9000])
@pytest.mark.parametrize("path", ["/who", "/visitor"])
async def test_a_token_that_is_none_is_refused_even_of_a_visitor(
    client: httpx.AsyncClient, path: str, header: str
) -> None:
    refused = await client.get(path, headers={"Authorization": header})
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:kringmarkt:problem:not-authenticated"


async def test_an_expired_token_is_refused(office: Office, client: httpx.AsyncClient) -> None:
    old = office.token(uuid4(), lifetime=-timedelta(hours=1))
    assert (await client.get("/who", headers=bearing(old))).status_code == 401


async def test_a_route_gets_the_house_of_its_application(office: Office, client: httpx.AsyncClient) -> None:
    assert (await client.get("/house")).json() == id(office.house)
