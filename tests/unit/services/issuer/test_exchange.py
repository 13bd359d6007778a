"""The token endpoint: a code with its proof for tokens, once; everything else is refused as OAuth says."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from contracts.vocabulary.terms import Role
from infra.postgres.stores.accounts import Account, CodeGrant, StoredAccounts
from infra.postgres.transaction import transaction
from services.issuer.exchange import proven
from tests.unit.services.scenes import Office

VERIFIER = "v" * 64
BACK = "http://127.0.0.1:8080/inloggen/terug"
ACCOUNT = Account(uuid4(), "jo@voorbeeld.nl", "Jo", uuid4(), (Role.HOLDER,), "$x")
GRANT = CodeGrant(ACCOUNT.account_id, BACK, create_s256_code_challenge(VERIFIER), "nonce")
ASKS = {
    "grant_type": "authorization_code",
    "code": "de-code",
    "redirect_uri": BACK,
    "client_id": "kringmarkt-site",
    "code_verifier": VERIFIER,
}


@pytest.fixture
async def with_code(office: Office) -> Office:
    async with transaction(office.house.database) as unit:
        accounts = StoredAccounts(unit.connection)
        await accounts.save(ACCOUNT, office.house.now())
        await accounts.keep_code("de-code", GRANT, office.house.now() + timedelta(minutes=1))
    return office


async def ask(office: Office, **changes: Any) -> httpx.Response:
    async with office.client() as client:
        return await client.post("/issuer/token", data={**ASKS, **changes})


async def test_a_code_gives_tokens_that_the_marketplace_believes(with_code: Office) -> None:
    answer = await ask(with_code)
    tokens = answer.json()
    identity = await with_code.house.verifier.verify(tokens["access_token"])
    assert (identity.organisation_id, identity.roles) == (ACCOUNT.organisation_id, frozenset({Role.HOLDER}))
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (claims["nonce"], claims["name"], claims["aud"]) == ("nonce", "Jo", "kringmarkt-site")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_code_serves_once(with_code: Office) -> None:
    assert (await ask(with_code)).status_code == 200
    assert (await ask(with_code)).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "x" * 64}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:8080/inloggen/terug"}, "invalid_grant"),
        ({"code": "verzonnen"}, "invalid_grant"),
        ({"client_id": "een-ander"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_anything_else_is_refused(with_code: Office, change: dict[str, str], error: str) -> None:
    assert (await ask(with_code, **change)).json() == {"error": error}


def test_the_proof_is_of_the_browser_that_began() -> None:
    assert proven(GRANT, BACK, VERIFIER)
    assert not proven(GRANT, BACK, "x" * 64)
