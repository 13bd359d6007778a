"""Signing in and out on the site, and choosing a language."""

import hmac
import secrets
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary.terms import Language
from infra.identity.oidc_client import OidcClient, SignInFailed
from infra.identity.tokens import Identity
from infra.postgres.stores.sessions import Entry, Session, StoredSessions
from infra.postgres.transaction import transaction
from services.house import House
from services.web.posting import Form
from services.web.rendering import headers_of, page, redirect, with_language
from services.web.visiting import ENTRY_COOKIE, SESSION_COOKIE, Here, safe_goal, set_cookie, site_address

router = APIRouter(include_in_schema=False)

ENTRY_LIFE = timedelta(minutes=15)
RETURN = "/inloggen/terug"


def _client(house: House) -> OidcClient:
    if house.sign_in is None:
        raise SignInFailed("This marketplace has no issuer; the operator has to set KRINGMARKT_ISSUER.")
    return house.sign_in


@router.get("/inloggen")
async def show(here: Here, naar: str = "/", nieuw: bool = False) -> Response:
    """Why to sign in, and the button."""
    goal = safe_goal(naar)
    if here.session:
        return redirect(here, goal)
    return page(here, "sign_in.html", goal=goal, new=nieuw, own_issuer=here.house.issuer is not None)


@router.post("/inloggen")
async def begin(form: Form, request: Request) -> Response:
    """Go to the issuer."""
    here, house = form.visit, form.visit.house
    redirect_uri = f"{site_address(request, house)}{RETURN}"
    started = await _client(house).start(redirect_uri)
    goal = safe_goal(form.text("naar"))
    secret = secrets.token_urlsafe(32)
    entry = Entry(started.state, started.verifier, started.nonce, redirect_uri, goal)
    async with transaction(house.database) as unit:
        await StoredSessions(unit.connection).keep_entry(secret, entry, house.now() + ENTRY_LIFE, house.now())
    answer = RedirectResponse(started.address, 303, headers=headers_of(here))
    set_cookie(answer, house, ENTRY_COOKIE, secret, int(ENTRY_LIFE.total_seconds()))
    return answer


@router.get(RETURN)
async def come_back(request: Request, here: Here, code: str = "", state: str = "") -> Response:
    """The issuer sends the browser back. The code is worth nothing without the cookie of the browser that began."""
    house = here.house
    entry = await _entry(request.cookies.get(ENTRY_COOKIE, ""), house)
    if entry is None or not code or not hmac.compare_digest(entry.state.encode(), state.encode()):
        raise SignInFailed("This sign-in was begun elsewhere or took too long; start again.")
    given = await _client(house).finish(code, entry.redirect_uri, entry.verifier, entry.nonce)
    identity = await house.verifier.verify(given.access_token)
    secret = secrets.token_urlsafe(32)
    async with transaction(house.database) as unit:
        session = Session(identity, given.name, given.access_token)
        await StoredSessions(unit.connection).open(secret, session, house.now())
    answer = RedirectResponse(safe_goal(entry.goal), 303, headers=headers_of(here))
    set_cookie(answer, house, SESSION_COOKIE, secret, _seconds(identity, house))
    answer.delete_cookie(ENTRY_COOKIE)
    return answer


def _seconds(identity: Identity, house: House) -> int:
    return max(1, int((identity.expires_at - house.now()).total_seconds()))


async def _entry(secret: str, house: House) -> Entry | None:
    if not secret:
        return None
    async with transaction(house.database) as unit:
        return await StoredSessions(unit.connection).take_entry(secret, house.now())


@router.post("/uitloggen")
async def leave(form: Form, request: Request) -> Response:
    """Forget the session here and in the browser."""
    here = form.visit
    async with transaction(here.house.database) as unit:
        await StoredSessions(unit.connection).close(request.cookies.get(SESSION_COOKIE, ""))
    answer = redirect(here, "/")
    answer.delete_cookie(SESSION_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.post("/taal")
async def choose_language(form: Form) -> Response:
    """Dutch or English from now on, on the page where the visitor is."""
    here = form.visit
    language = Language.ENGLISH if form.text("taal") == Language.ENGLISH else Language.DUTCH
    return with_language(redirect(here, safe_goal(form.text("naar"))), here, language)
