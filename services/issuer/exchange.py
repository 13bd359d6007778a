"""The embedded issuer's token endpoint: a code and its PKCE proof for tokens, once."""

import hmac
from datetime import datetime, timedelta
from typing import Annotated

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import APIRouter, Form
from starlette.responses import JSONResponse, Response

from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.postgres.stores.accounts import Account, CodeGrant, StoredAccounts
from infra.postgres.transaction import transaction
from services.asking import InHouse

router = APIRouter(prefix="/issuer", include_in_schema=False)

TOKEN_LIFE = timedelta(hours=12)
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
Field = Annotated[str, Form(max_length=500)]


def refused(error: str, status: int = 400) -> Response:
    """An error as OAuth writes it (RFC 6749, 5.2)."""
    return JSONResponse({"error": error}, status, NOT_KEPT)


@router.post("/token")
async def exchange(
    house: InHouse,
    grant_type: Field,
    code: Field = "",
    redirect_uri: Field = "",
    client_id: Field = "",
    code_verifier: Field = "",
) -> Response:
    """Tokens for the person who signed in."""
    if house.issuer is None or grant_type != "authorization_code":
        return refused("unsupported_grant_type")
    if client_id != house.settings.oidc_client:
        return refused("invalid_client", 401)
    async with transaction(house.database) as unit:
        accounts = StoredAccounts(unit.connection)
        grant = await accounts.take_code(code, house.now())
        account = await accounts.by_id(grant.account_id) if grant else None
    if grant is None or account is None or not proven(grant, redirect_uri, code_verifier):
        return refused("invalid_grant")
    return JSONResponse(tokens(house.issuer, account, grant, client_id, house.now()), headers=NOT_KEPT)


def proven(grant: CodeGrant, redirect_uri: str, verifier: str) -> bool:
    """Whether it is the browser that the code was given to (RFC 7636)."""
    challenge = create_s256_code_challenge(verifier)
    return grant.redirect_uri == redirect_uri and hmac.compare_digest(grant.challenge, challenge)


def tokens(issuer: EmbeddedIssuer, account: Account, grant: CodeGrant, client: str, now: datetime) -> dict[str, object]:
    """The access token for the API and the websocket, and the identity token for the site."""
    subject = f"account:{account.account_id}"
    return {
        "access_token": issuer.token(account.organisation_id, account.roles, now, TOKEN_LIFE, subject),
        "id_token": issuer.id_token(client, subject, account.display_name, grant.nonce, now, now + TOKEN_LIFE),
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
    }
