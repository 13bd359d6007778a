"""One browser and one marketplace for all browser tests; each test gets organisations of its own."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, async_playwright, expect

from services.web.building import build
from tests.browser.people import PATIENCE_MS, Town, town_at
from tests.support.postgres import NewDsn

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Where the browser of this machine is."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser; without one the tests are skipped, in CI they fail."""
    program = chromium()
    if program is None:
        message = f"no browser was found ({', '.join(PROGRAMS)}); install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
async def town(browser: Browser, new_dsn: NewDsn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A marketplace with its site, at work in this process."""
    build()
    async with town_at(browser, await new_dsn(), tmp_path_factory.mktemp("town")) as opened:
        yield opened


@pytest.fixture
async def windows() -> AsyncIterator[AsyncExitStack]:
    """Closes what a test opened."""
    async with AsyncExitStack() as stack:
        yield stack
