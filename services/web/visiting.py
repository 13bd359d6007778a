"""Who visits: a person with a session, or anybody; in which language; and the token that their forms carry."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from contracts.problems import Refusal
from contracts.vocabulary.terms import Language
from infra.identity.tokens import Identity
from infra.postgres.stores.alert_reading import Bell, bell_of
from infra.postgres.stores.sessions import Session, StoredSessions
from listings.rights import Actor
from services.house import House
from services.listings_api.asking import actor_of
from services.web.catalogue import Say, speaker
from services.web.wording import Wording

SESSION_COOKIE = "km_session"
ENTRY_COOKIE = "km_entry"
FORM_COOKIE = "km_form"
LANGUAGE_COOKIE = "km_language"
YEAR_S = 365 * 24 * 3600


class SignInNeeded(Refusal):
    """A page for people who are signed in."""

    status = 401
    slug = "sign-in-needed"
    title = "Sign in first"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of the site. `form_secret` is the browser's own; `bell` is None for visitors."""

    request: Request
    house: House
    language: Language
    form_secret: str
    session: Session | None = None
    bell: Bell | None = None
    new_cookies: dict[str, str] = field(default_factory=dict)

    @property
    def form_token(self) -> str:
        """What each form carries. Another one each time: a compressed page must not betray it by its length."""
        nonce = secrets.token_urlsafe(9)
        return f"{nonce}.{token_of_form(self.form_secret, nonce)}"

    @property
    def say(self) -> Say:
        """The catalogue in the visitor's language."""
        return speaker(self.language)

    @property
    def wording(self) -> Wording:
        """Numbers and words in the visitor's language."""
        return Wording(self.language)

    @property
    def who(self) -> Identity:
        """Who is signed in; raises SignInNeeded."""
        if self.session is None:
            raise SignInNeeded("Sign in to see this page.")
        return self.session.identity

    @property
    def identity(self) -> Identity | None:
        """Who is signed in, None for a visitor."""
        return self.session.identity if self.session else None

    @property
    def actor(self) -> Actor:
        """Who is signed in, in the words of the listings domain; raises SignInNeeded."""
        return actor_of(self.who)

    @property
    def viewer(self) -> Actor | None:
        """The same, None for a visitor."""
        return None if self.session is None else actor_of(self.session.identity)

    @property
    def organisation_id(self) -> UUID:
        """For whom somebody is signed in; raises SignInNeeded."""
        return self.who.organisation_id


def token_of_form(secret: str, nonce: str) -> str:
    """The part of a form's token that only who knows the browser's secret can make."""
    return hmac.new(secret.encode(), nonce.encode(), sha256).hexdigest()


def site_address(request: Request, house: House) -> str:
    """The address of the site as this browser sees it; the first one that is set for any other host name."""
    asked = f"{request.url.scheme}://{request.url.netloc}"
    known = house.settings.site_addresses
    return asked if asked in known else known[0]


def set_cookie(response: Response, house: House, name: str, value: str, max_age: int) -> None:
    """A cookie that no script reads and no other site sends along."""
    secure = house.settings.site_addresses[0].startswith("https://")
    response.set_cookie(name, value, max_age=max_age, httponly=True, samesite="lax", secure=secure, path="/")


def language_of(request: Request) -> Language:
    """Dutch, unless the visitor chose English."""
    return Language.ENGLISH if request.cookies.get(LANGUAGE_COOKIE) == Language.ENGLISH else Language.DUTCH


async def visit(request: Request) -> Visit:
    """The visit of a request."""
    house: House = request.app.state.house
    session, bell = await _session(request, house)
    token = request.cookies.get(FORM_COOKIE, "")
    fresh = {} if len(token) >= 32 else {FORM_COOKIE: secrets.token_urlsafe(32)}
    made = Visit(request, house, language_of(request), fresh.get(FORM_COOKIE, token), session, bell, fresh)
    request.state.visit = made
    return made


async def _session(request: Request, house: House) -> tuple[Session | None, Bell | None]:
    secret = request.cookies.get(SESSION_COOKIE)
    if not secret:
        return None, None
    async with house.database.connection() as connection:
        session = await StoredSessions(connection).find(secret, house.now())
        if session is None:
            return None, None
        who = session.identity
        return session, await bell_of(connection, who.organisation_id, who.subject)


async def member(found: "Here") -> Visit:
    """The visit of somebody who is signed in; raises SignInNeeded."""
    _ = found.who
    return found


def safe_goal(goal: str | None) -> str:
    """A place on this site to go to, the front page for anything else: no other site may be slipped in."""
    if not goal or not goal.startswith("/") or goal.startswith(("//", "/\\")) or "\\" in goal:
        return "/"
    parts = urlsplit(goal)
    return "/" if parts.scheme or parts.netloc or not goal.isprintable() else goal


Here = Annotated[Visit, Depends(visit)]
Member = Annotated[Visit, Depends(member)]
