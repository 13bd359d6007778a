"""Pictures of every page, for phone and desktop, in both languages: `make screenshots`."""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import async_playwright

from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.migrate import migrate
from services.web.building import build
from tests.browser.conftest import chromium
from tests.browser.people import DESK, PHONE, town_at
from tests.browser.rooms import VISITOR_PATHS, furnished

SIZES = {"desktop": DESK, "phone": PHONE}


async def taken(into: Path) -> int:
    """Take all pictures; how many there are."""
    build()

    folder = Path(tempfile.mkdtemp(prefix="kringmarkt-"))
    server = EmbeddedPostgres(folder, durable=False)
    dsn = server.dsn()
    await migrate(dsn)
    count = 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        async with town_at(browser, dsn, folder / "town") as town:
            for name, size in SIZES.items():
                for language in ("nl", "en"):
                    async with AsyncExitStack() as stack:
                        house = await furnished(town, stack, size=size, language=language)
                        visitor = await town.window(stack, size=size, language=language)
                        for person, paths in ((house.person, house.paths), (visitor, VISITOR_PATHS)):
                            for page, path in paths.items():
                                await person.go(path)
                                file = into / f"{page}-{name}-{language}.png"
                                await person.page.screenshot(path=file, full_page=True)
                                count += 1
        await browser.close()
    server.stop()
    return count


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"{asyncio.run(taken(target))} pictures are in {target}\n")
