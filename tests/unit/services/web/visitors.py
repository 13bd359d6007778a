"""People who visit the site of an office without a browser: cookies, forms with their tokens, and what pages say."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx

from contracts.vocabulary.terms import Role
from infra.identity.tokens import Identity
from infra.postgres.stores.sessions import Session, StoredSessions
from infra.postgres.transaction import transaction
from services.web.visiting import FORM_COOKIE, SESSION_COOKIE, token_of_form
from tests.unit.services.scenes import Office

SITE = "http://127.0.0.1:8080"
SECRET = "s" * 40
_TOKEN = f"nonce.{token_of_form(SECRET, 'nonce')}"


class Visitor:
    """Somebody with cookies; `token` is what his forms carry."""

    token = _TOKEN

    def __init__(self, client: httpx.AsyncClient, organisation_id: UUID | None) -> None:
        self.client = client
        self.organisation_id = organisation_id

    async def get(self, path: str, status: int = 200, **options: Any) -> str:
        """What a page says."""
        answer = await self.client.get(path, **options)
        assert answer.status_code == status, f"{answer.status_code}: {text_of(answer.text)[:600]}"
        return answer.text

    async def post(self, path: str, status: int = 303, files: Any = None, **fields: Any) -> httpx.Response:
        """The answer to a form that was sent as the site's own page would."""
        data = {name: value for name, value in {"form_token": _TOKEN, **fields}.items() if value is not None}
        answer = await self.client.post(path, data=data, files=files, headers={"Origin": SITE})
        assert answer.status_code == status, f"{answer.status_code}: {text_of(answer.text)[:600]}"
        return answer

    async def follow(self, answer: httpx.Response) -> str:
        """The page that a form led to."""
        return await self.get(answer.headers["location"])


def text_of(html: str) -> str:
    """The words of a page."""
    bare = re.sub(r"<(script|style|template)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare))).strip()


@asynccontextmanager
async def visitor(
    office: Office, organisation_id: UUID | None = None, roles: Sequence[Role] = (), language: str = "nl"
) -> AsyncIterator[Visitor]:
    """A visitor, signed in when an organisation is given."""
    cookies = {FORM_COOKIE: SECRET, "km_language": language}
    if organisation_id is not None:
        secret = f"session-of-{organisation_id}"
        until = office.house.now() + timedelta(hours=1)
        who = Identity(f"person:{organisation_id}", organisation_id, frozenset(roles), until)
        async with transaction(office.house.database) as unit:
            await StoredSessions(unit.connection).close(secret)
            await StoredSessions(unit.connection).open(
                secret, Session(who, "Proefpersoon", "token"), office.house.now()
            )
        cookies[SESSION_COOKIE] = secret
    transport = httpx.ASGITransport(office.app, raise_app_exceptions=False)
    headers = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url=SITE, cookies=cookies, headers=headers) as client:
        yield Visitor(client, organisation_id)
