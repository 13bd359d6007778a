"""The whole story in two windows: from listing to agreed trade, with the proposal arriving by websocket."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.people import DESK, PHONE, Person, Town

WORDS = {
    "nl": {
        "publish": "Plaatsen",
        "accept": "Accepteren",
        "agree": "Akkoord gaan",
        "send": "Versturen",
        "agreed": "U bent het eens",
        "free": "Gratis",
    },
    "en": {
        "publish": "Publish",
        "accept": "Accept",
        "agree": "Agree",
        "send": "Send",
        "agreed": "You agree",
        "free": "Free",
    },
}


async def publish(person: Person, path: str, text: str, amount: str, words: dict[str, str]) -> None:
    """Fill the form in as people do, choosing the material that is suggested."""
    page = person.page
    await person.go(path)
    await page.locator("#title").press_sequentially(text)
    await page.locator("input[value='wood_grade_b']").check()
    await page.fill("#quantity", amount)
    if path == "/aanbieden":
        await page.get_by_role("radio", name=words["free"]).check()
    await person.press(words["publish"])
    await page.wait_for_url("**/plaatsing/**")


async def loads(page: Page) -> int:
    """How often the page was loaded: a mark that a reload would wipe out."""
    return int(await page.evaluate("window.mark = (window.mark ?? 0) + 1"))


@pytest.mark.parametrize(("language", "size"), [("nl", DESK), ("en", PHONE)])
async def test_two_organisations_go_from_listing_to_agreed_trade_without_a_reload(
    town: Town, windows: AsyncExitStack, language: str, size: ViewportSize
) -> None:
    words = WORDS[language]
    holder, _ = await town.person(windows, "Sloperij", size=size, language=language)
    seeker, _ = await town.person(windows, "Plaatfabriek", size=size, language=language)
    await publish(holder, "/aanbieden", "B-hout sloop", "25", words)
    await holder.go("/voorstellen")
    await holder.live()
    await loads(holder.page)
    wanted = f"B-hout voor spaanplaat {language}"
    await publish(seeker, "/vragen", wanted, "40", words)

    # Wants of other tests in the same town may fit as well: only this one counts.
    arrived = holder.page.locator(".slot.filled a").filter(has_text=wanted)
    await expect(arrived).to_be_visible()
    assert await loads(holder.page) == 2, "the list was loaded anew"
    await arrived.click()
    await holder.press(words["accept"])
    await holder.live()
    await loads(holder.page)

    await seeker.go(holder.page.url)
    await seeker.live()
    await seeker.page.fill("#text", "Donderdag ophalen?")
    await seeker.press(words["send"])
    await expect(holder.page.locator(".thread")).to_contain_text("Donderdag ophalen?")
    await seeker.press(words["agree"])
    await expect(holder.page.locator("[data-part-name='state']")).to_contain_text(words["agreed"])
    await expect(holder.page.locator(".side.other")).to_contain_text(seeker.name)
    await expect(holder.page.locator(".timeline li")).to_have_count(4)
    assert await loads(holder.page) == 2, "the page of the trade was loaded anew"
