"""The embedded issuer's page for signing in: name and password, and a code for the site that asked."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from contracts.problems import Refusal
from infra.identity.passwords import fits
from infra.postgres.stores.accounts import MOST_FAILURES, Account, CodeGrant, StoredAccounts, folded_name
from infra.postgres.transaction import transaction
from services.demo.accounts import DEMO_PASSWORD, demo_names
from services.house import House
from services.web.posting import Form
from services.web.rendering import headers_of, page
from services.web.visiting import Here, Visit

router = APIRouter(prefix="/issuer", include_in_schema=False)

CODE_LIFE = timedelta(minutes=1)
RETURN = "/inloggen/terug"
MOST_FROM_ADDRESS = 50
"""Failures per network address: many people sit behind one, and none of them may lock out all others."""


class UnknownClient(Refusal):
    """A sign-in that is asked for by a site that this issuer does not know. Nobody is sent there."""

    status = 400
    slug = "unknown-client"
    title = "This site is not known here"


@dataclass(frozen=True)
class Asked:
    """What a site asks by sending a browser here."""

    client_id: Annotated[str, Query(max_length=100)]
    redirect_uri: Annotated[str, Query(max_length=500)]
    response_type: Annotated[str, Query(max_length=20)]
    code_challenge: Annotated[str, Query(min_length=43, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]
    code_challenge_method: Annotated[str, Query(pattern="^S256$")]
    state: Annotated[str, Query(max_length=500)] = ""
    nonce: Annotated[str | None, Query(max_length=200)] = None


def require_client(asked: Asked, house: House) -> None:
    """Raise UnknownClient unless it is our site, at an address of ours, asking for a code."""
    allowed = {f"{site}{RETURN}" for site in house.settings.site_addresses}
    fine = asked.client_id == house.settings.oidc_client and asked.redirect_uri in allowed
    if house.issuer is None or not fine or asked.response_type != "code":
        raise UnknownClient("This address of the sign-in page is not right; start again from the site.")


def sign_in_page(visit: Visit, error: str | None = None, name: str = "", status: int = 200) -> Response:
    """The form; `error` is a key of the catalogue."""
    demo = visit.house.settings.demo
    shown: dict[str, Any] = {"demo": demo_names() if demo else (), "demo_password": DEMO_PASSWORD if demo else ""}
    return page(visit, "issuer/sign_in.html", status, error=error, name=name, **shown)


@router.get("/authorize")
async def ask(here: Here, asked: Annotated[Asked, Depends()]) -> Response:
    """Show the form."""
    require_client(asked, here.house)
    return sign_in_page(here)


@router.post("/authorize")
async def answer(request: Request, form: Form, asked: Annotated[Asked, Depends()]) -> Response:
    """Check name and password, and send the browser back with a code."""
    here = form.visit
    require_client(asked, here.house)
    name = form.text("name")
    caller = request.client.host if request.client else "unknown"
    found = await checked(here.house, name, form.text("password"), caller)
    if isinstance(found, str):
        return sign_in_page(here, found, name, 429 if found == "issuer.throttled" else 401)
    code = secrets.token_urlsafe(32)
    grant = CodeGrant(found.account_id, asked.redirect_uri, asked.code_challenge, asked.nonce)
    async with transaction(here.house.database) as unit:
        await StoredAccounts(unit.connection).keep_code(code, grant, here.house.now() + CODE_LIFE)
    address = f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}"
    return RedirectResponse(address, 303, headers=headers_of(here))


async def checked(house: House, name: str, password: str, caller: str) -> Account | str:
    """The account, or the sentence why nobody is let in; every failure counts against name and address."""
    about = (f"name:{folded_name(name)[:200]}", f"address:{caller}")
    async with house.database.connection() as connection:
        accounts = StoredAccounts(connection)
        failed = [await accounts.failures(item, house.now()) for item in about]
        account = await accounts.by_name(name)
    if failed[0] >= MOST_FAILURES or failed[1] >= MOST_FROM_ADDRESS:
        return "issuer.throttled"
    right = await fits(password, account.password_hash if account else None)
    if account is not None and right and account.active and (house.settings.demo or not account.demo):
        return account
    async with transaction(house.database) as unit:
        for item in about:
            await StoredAccounts(unit.connection).note_failure(item, house.now())
    return "issuer.refused"
