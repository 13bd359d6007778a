"""Signing in at an issuer: what is asked, what is believed of the answer, and what is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.identity.oidc_client import ClientAt, IssuerAway, OidcClient, SignInFailed

ADDRESS = "https://login.example.nl/issuer"
BACK = "https://kringmarkt.example.nl/inloggen/terug"


class Served:
    """An issuer that answers over HTTP, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.issuer = EmbeddedIssuer(folder, ADDRESS, "kringmarkt")
        self.asked: list[httpx.Request] = []
        self.nonce = ""
        self.status = 200

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Discovery, or tokens."""
        self.asked.append(request)
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json=self.issuer.discovery())
        now = datetime.now(UTC)
        token = self.issuer.token(uuid4(), (), now, timedelta(hours=1))
        identity = self.issuer.id_token("site", "person:1", "Jo", self.nonce, now, now + timedelta(hours=1))
        return httpx.Response(self.status, json={"access_token": token, "id_token": identity})

    def client(self, **at: Any) -> OidcClient:
        """A client of this issuer."""
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        return OidcClient(ClientAt(ADDRESS, "site", "openid profile", **at), self.issuer, http)


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


async def test_the_browser_is_sent_with_a_challenge_and_never_with_the_verifier(served: Served) -> None:
    started = await served.client().start(BACK)
    query = parse_qs(urlsplit(started.address).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [BACK]
    assert (query["state"], query["nonce"]) == ([started.state], [started.nonce])
    assert started.verifier not in started.address


async def test_a_code_is_exchanged_for_who_signed_in(served: Served) -> None:
    client = served.client(secret="geheim")
    started = await client.start(BACK)
    served.nonce = started.nonce
    signed_in = await client.finish("de-code", BACK, started.verifier, started.nonce)
    assert (signed_in.subject, signed_in.name) == ("person:1", "Jo")
    sent = parse_qs(served.asked[-1].content.decode())
    assert (sent["code"], sent["code_verifier"]) == (["de-code"], [started.verifier])
    assert sent["client_secret"] == ["geheim"]


async def test_a_token_of_another_sign_in_is_not_believed(served: Served) -> None:
    client = served.client()
    started = await client.start(BACK)
    served.nonce = "van een ander"
    with pytest.raises(SignInFailed, match="another sign-in"):
        await client.finish("de-code", BACK, started.verifier, started.nonce)


async def test_a_refused_code_says_to_start_again(served: Served) -> None:
    served.status = 400
    with pytest.raises(SignInFailed, match="start again"):
        await served.client().finish("oud", BACK, "v", "n")


async def test_behind_a_gateway_services_go_inside_and_browsers_outside(served: Served) -> None:
    client = served.client(reached_at="http://issuer:8080/issuer")
    started = await client.start(BACK)
    served.nonce = started.nonce
    await client.finish("de-code", BACK, started.verifier, started.nonce)
    assert started.address.startswith(f"{ADDRESS}/authorize?")
    assert {request.url.host for request in served.asked} == {"issuer"}


async def test_an_issuer_that_is_away_is_told(served: Served) -> None:
    def away(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("weg")

    http = httpx.AsyncClient(transport=httpx.MockTransport(away))
    with pytest.raises(IssuerAway, match="try again"):
        await OidcClient(ClientAt(ADDRESS, "site", "openid"), served.issuer, http).start(BACK)
