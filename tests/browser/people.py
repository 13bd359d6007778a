"""People with a browser window, who use the site as people do; what the browser complains about fails the test."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from contracts.vocabulary.terms import Role
from infra.identity.passwords import hashed
from infra.postgres.stores.accounts import Account, StoredAccounts
from infra.postgres.transaction import transaction
from tests.support.marketplace import Marketplace, Member, eventually, marketplace

PASSWORD = "een zin die niemand raadt"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE_MS = 30_000
_numbers = count(1)
# Chromium tells of every answer that is no success; those that a test provokes are looked at by the test itself.
EXPECTED = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")


@dataclass
class Person:
    """Somebody at a window."""

    page: Page
    context: BrowserContext
    organisation_id: UUID
    name: str
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open a page."""
        await self.page.goto(path)

    async def press(self, text: str, *, exact: bool = True) -> None:
        """Press a button."""
        await self.page.get_by_role("button", name=text, exact=exact).first.click()

    async def live(self) -> None:
        """Wait until the page says that it is live."""
        await expect(self.page.locator("#live")).to_have_attribute("data-state", "live", timeout=20_000)


@dataclass
class Town:
    """A marketplace and the browser in which people visit it."""

    market: Marketplace
    browser: Browser
    password_hash: str

    async def account(self, name: str, organisation_id: UUID, roles: tuple[Role, ...] = ()) -> str:
        """An account; the name to sign in with."""
        sign_in = f"{name.lower().replace(' ', '.')}.{next(_numbers)}@voorbeeld.nl"
        account = Account(uuid4(), sign_in, name, organisation_id, roles, self.password_hash)
        async with transaction(self.market.house.database) as unit:
            await StoredAccounts(unit.connection).save(account, self.market.house.now())
        return sign_in

    async def window(
        self, stack: AsyncExitStack, *, size: ViewportSize = DESK, script: bool = True, language: str = "nl"
    ) -> Person:
        """A window of a visitor."""
        context = await self.browser.new_context(
            viewport=size, java_script_enabled=script, base_url=self.market.url, service_workers="allow"
        )
        stack.push_async_callback(context.close)
        await context.add_cookies([{"name": "km_language", "value": language, "url": self.market.url}])
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        person = Person(page, context, UUID(int=0), "")
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        page.on("console", lambda said: _note(person, said.type, said.text))
        stack.callback(lambda: _require_silence(person))
        return person

    async def person(
        self, stack: AsyncExitStack, name: str, roles: tuple[Role, ...] = (), **window: Any
    ) -> tuple[Person, Member]:
        """Somebody of a new organisation of that name, signed in, and the same organisation as a program."""
        full = f"{name} {next(_numbers)}"
        member = await stack.enter_async_context(self.market.member(full, postcode="5038AA"))
        person = await self.window(stack, **window)
        sign_in = await self.account(full, member.organisation_id, roles)
        await self.sign_in(person, sign_in)
        person.organisation_id, person.name = member.organisation_id, full
        return person, member

    async def sign_in(self, person: Person, name: str, goal: str = "/voorstellen", password: str = PASSWORD) -> None:
        """Sign in as people do: by way of the issuer and back."""
        await person.go(f"/inloggen?naar={goal}")
        await person.page.locator("main form[action='/inloggen'] button").click()
        await person.page.fill("#name", name)
        await person.page.fill("#password", password)
        await person.page.locator("main form button[type=submit]").click()
        await person.page.wait_for_url(f"{self.market.url}{goal}")

    async def trade_of(self, member: Member) -> dict[str, Any]:
        """The first trade of an organisation, when it is there."""
        return dict((await eventually(member.trades))[0])


def _note(person: Person, kind: str, text: str) -> None:
    if kind == "error" and not any(known in text for known in EXPECTED):
        person.complaints.append(text)


def _require_silence(person: Person) -> None:
    assert not person.complaints, f"the browser complained: {person.complaints}"


@asynccontextmanager
async def town_at(browser: Browser, dsn: str, folder: Path) -> AsyncIterator[Town]:
    """A town on this database."""
    async with marketplace(folder, dsn) as market:
        yield Town(market, browser, await hashed(PASSWORD))
