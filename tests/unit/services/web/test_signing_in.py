"""Signing in on the site: the whole way to the issuer and back, and what does not get in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from infra.identity.oidc_client import OidcClient
from infra.identity.passwords import hashed
from infra.postgres.stores.accounts import Account, StoredAccounts
from infra.postgres.transaction import transaction
from services.wiring import client_at
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import Visitor, text_of, visitor

PASSWORD = "een zin die niemand raadt"


@pytest.fixture
async def connected(office: Office) -> AsyncIterator[Office]:
    """The office reaches its own issuer without a socket."""
    account = Account(uuid4(), "jo@voorbeeld.nl", "Jo de Wit", uuid4(), (), await hashed(PASSWORD))
    async with transaction(office.house.database) as unit:
        await StoredAccounts(unit.connection).save(account, office.house.now())
    assert office.house.issuer is not None
    async with httpx.AsyncClient(transport=httpx.ASGITransport(office.app)) as inside:
        client = OidcClient(client_at(office.house.settings), office.house.issuer, inside)
        office.app.state.house = replace(office.house, sign_in=client)
        yield office


async def go_to_the_issuer(somebody: Visitor, goal: str = "/meldingen") -> str:
    """From the site to the issuer and its form; where the browser is sent with a code."""
    begun = await somebody.post("/inloggen", naar=goal)
    issuer = begun.headers["location"].replace("http://localhost:8080", "")
    answer = await somebody.post(issuer, name="jo@voorbeeld.nl", password=PASSWORD)
    return str(answer.headers["location"])


async def test_somebody_signs_in_and_comes_where_he_wanted_and_signs_out(connected: Office) -> None:
    async with visitor(connected) as somebody:
        back = await somebody.client.get(await go_to_the_issuer(somebody))
        assert back.headers["location"] == "/meldingen"
        assert "Jo de Wit" in text_of(await somebody.get("/meldingen"))
        cookie = back.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        await somebody.post("/uitloggen")
        answer = await somebody.client.get("/meldingen")
        assert answer.headers["location"].startswith("/inloggen?")


async def test_a_code_is_worth_nothing_in_another_browser(connected: Office) -> None:
    async with visitor(connected) as somebody, visitor(connected) as thief:
        address = await go_to_the_issuer(somebody)
        said = text_of(await thief.get(address, 400))
    assert "Begin opnieuw" in said


async def test_a_changed_state_is_not_believed(connected: Office) -> None:
    async with visitor(connected) as somebody:
        code = parse_qs(urlsplit(await go_to_the_issuer(somebody)).query)["code"][0]
        await somebody.get(f"/inloggen/terug?code={code}&state=anders", 400)


@pytest.mark.parametrize("goal", ["https://boef.example", "//boef.example", "/\\boef.example", "javascript:alert(1)"])
async def test_nobody_is_sent_to_another_site_after_signing_in(connected: Office, goal: str) -> None:
    async with visitor(connected) as somebody:
        back = await somebody.client.get(await go_to_the_issuer(somebody, goal))
    assert back.headers["location"] == "/"


async def test_who_is_signed_in_need_not_sign_in(office: Office) -> None:
    async with visitor(office, uuid4()) as somebody:
        answer = await somebody.client.get("/inloggen?naar=/voorstellen")
    assert answer.headers["location"] == "/voorstellen"
