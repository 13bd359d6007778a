"""The network is cut and comes back: what was missed comes in, once and in order, and the page says what is true."""

from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from playwright.async_api import expect

from tests.browser.people import Town
from tests.support.marketplace import eventually

SHIFTS = """() => { window.shifts = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({type: 'layout-shift', buffered: true}); }"""


def has_at_least(least: int, found: list[Any]) -> bool:
    """Whether there are so many."""
    return len(found) >= least


async def test_missed_proposals_come_in_once_and_in_order(town: Town, windows: AsyncExitStack) -> None:
    person, holder = await town.person(windows, "Sloperij")
    _, seeker = await town.person(windows, "Plaatfabriek")
    await holder.offer(quantity="500", concept="wood_bark")
    await person.go("/voorstellen")
    await person.live()
    await person.context.set_offline(True)
    await expect(person.page.locator("#live")).to_have_text("Opnieuw verbinden")
    for number in (1, 2, 3):
        await seeker.want(title=f"Gemiste vraag {number}", concepts=["wood_bark"])
        await eventually(holder.alerts, partial(has_at_least, number))
    await person.context.set_offline(False)
    await person.live()
    titles = person.page.locator(".slot.filled h3")
    await expect(titles).to_have_text(["Gemiste vraag 1", "Gemiste vraag 2", "Gemiste vraag 3"])
    await expect(person.page.locator("#unread")).to_have_text("3")


async def test_nothing_moves_when_a_proposal_arrives_and_the_focus_stays(town: Town, windows: AsyncExitStack) -> None:
    person, holder = await town.person(windows, "Sloperij")
    _, seeker = await town.person(windows, "Plaatfabriek")
    await holder.offer(quantity="500", concept="wood_sawdust")
    await person.go("/voorstellen")
    await person.live()
    await person.page.evaluate("document.fonts.ready")
    await person.page.evaluate(SHIFTS)
    await person.page.locator("#eerst").focus()
    before = await person.page.evaluate("window.shifts")
    for number in range(5):
        await seeker.want(title=f"Vraag {number}", concepts=["wood_sawdust"])
    await expect(person.page.locator("[data-more]")).to_have_text("Toon nog 2")
    assert await person.page.evaluate("window.shifts") == before
    assert await person.page.evaluate("document.activeElement.id") == "eerst"
    await expect(person.page.locator("#announce")).to_have_text("Er is een nieuw voorstel.")
    await person.page.locator("[data-more]").click()
    await expect(person.page.locator("#trades h3")).to_have_count(3)
    await expect(person.page.locator(".slot.filled h3")).to_have_text(["Vraag 3", "Vraag 4"])
