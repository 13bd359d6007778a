"""By keyboard alone: an offer is published and a proposal accepted, and the focus can always be seen."""

from contextlib import AsyncExitStack

from playwright.async_api import Page, expect

from tests.browser.people import Person, Town

MOST_TABS = 120
FOCUSED = """() => {
    const one = document.activeElement, look = getComputedStyle(one), label = one.labels && one.labels[0];
    const marked = label ? getComputedStyle(label) : look;
    const seen = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0
        || marked.outlineStyle !== 'none' && parseFloat(marked.outlineWidth) > 0 || look.boxShadow !== 'none';
    return {id: one.id, name: one.name || '', value: one.value || '', tag: one.tagName, seen};
}"""


async def tab_to(page: Page, **wanted: str) -> None:
    """Press Tab until the focus is there; every stop on the way must be visible."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        at = await page.evaluate(FOCUSED)
        assert at["seen"] or at["tag"] == "BODY", f"the focus cannot be seen on {at}"
        if all(at[name] == value for name, value in wanted.items()):
            return
    raise AssertionError(f"{wanted} was not reached by {MOST_TABS} presses of Tab")


async def test_an_offer_is_published_by_keyboard(town: Town, windows: AsyncExitStack) -> None:
    person, _ = await town.person(windows, "Sloperij")
    page = person.page
    await person.go("/aanbieden")
    await tab_to(page, id="title")
    await page.keyboard.type("B-hout sloop")
    await expect(page.locator("#concept-1")).to_be_attached()
    await tab_to(page, name="concept")
    await page.keyboard.press("Space")
    await tab_to(page, id="quantity")
    await page.keyboard.type("25")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/plaatsing/**")
    await expect(page.locator("main")).to_contain_text("Geplaatst")


async def test_the_first_stop_leads_past_the_menu(town: Town, windows: AsyncExitStack) -> None:
    person = await town.window(windows)
    await person.go("/")
    await person.page.keyboard.press("Tab")
    await expect(person.page.locator(".utrecht-skip-link")).to_be_in_viewport()
    await person.page.keyboard.press("Enter")
    assert await person.page.evaluate("document.activeElement.id") == "content"


async def test_a_proposal_is_accepted_by_keyboard(town: Town, windows: AsyncExitStack) -> None:
    person, holder = await town.person(windows, "Sloperij")
    _, seeker = await town.person(windows, "Plaatfabriek")
    await holder.offer()
    await seeker.want()
    await open_trade(town, person, (await town.trade_of(holder))["trade_id"])
    await tab_to(person.page, tag="BUTTON", name="")
    for _ in range(MOST_TABS):
        if await person.page.evaluate("document.activeElement.textContent.trim()") == "Accepteren":
            break
        await person.page.keyboard.press("Tab")
    await person.page.keyboard.press("Enter")
    await expect(person.page.locator("[data-part-name='state']")).to_contain_text("U hebt geaccepteerd")


async def open_trade(_town: Town, person: Person, trade_id: str) -> None:
    """Open the page of a trade."""
    await person.go(f"/voorstellen/{trade_id}")
