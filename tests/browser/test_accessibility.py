"""WCAG 2.2 AA as far as a machine can see: axe-core on every page, in both languages, for phone and desktop."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize

from services.web.building import SOURCES
from tests.browser.people import DESK, PHONE, Town
from tests.browser.rooms import VISITOR_PATHS, furnished

AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(found => found.violations)"


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = await page.evaluate(RUN, RULES)
    return [f"{page.url} {item['id']}: {[node['target'] for node in item['nodes']][:4]}" for item in found]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "size"), [("nl", DESK), ("en", PHONE)])
async def test_axe_finds_nothing_on_any_page(
    town: Town, windows: AsyncExitStack, language: str, size: ViewportSize
) -> None:
    house = await furnished(town, windows, size=size, language=language)
    visitor = await town.window(windows, size=size, language=language)
    found: list[str] = []
    for person, paths in ((house.person, house.paths), (visitor, VISITOR_PATHS)):
        for path in paths.values():
            await person.go(path)
            await person.page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
            found += await violations(person.page)
    assert not found, "\n".join(found)


async def test_axe_finds_nothing_on_forms_with_mistakes(town: Town, windows: AsyncExitStack) -> None:
    person, _ = await town.person(windows, "Sloperij")
    found: list[str] = []
    for path in ("/aanbieden", "/vragen", "/milieustraat", "/zoeken/bewaren"):
        await person.go(path)
        await person.page.locator("main form[method=post] button[type=submit]").first.click()
        await person.page.wait_for_selector("#error-summary")
        found += await violations(person.page)
    assert not found, "\n".join(found)
