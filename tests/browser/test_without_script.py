"""Without script everything can still be done: publish with suggestions, accept, write, save a search."""

from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import expect

from tests.browser.people import Town
from tests.support.marketplace import Member, eventually


async def trades_with(member: Member, title: str) -> list[dict[str, Any]]:
    """The trades of a member with the listing of that title on the other side."""
    return [trade for trade in await member.trades() if trade["counterpart"]["title"] == title]


async def test_two_sides_agree_without_script(town: Town, windows: AsyncExitStack) -> None:
    holder, member = await town.person(windows, "Sloperij", script=False)
    seeker, other = await town.person(windows, "Plaatfabriek", script=False)
    page = holder.page
    await holder.go("/aanbieden")
    await page.fill("#title", "B-hout sloop")
    await holder.press("Toon voorstellen")
    await page.locator("input[value='wood_grade_b']").check()
    await page.fill("#quantity", "25")
    await holder.press("Plaatsen")
    await expect(page.locator("main")).to_contain_text("Geplaatst")
    await other.want(title="Hout voor platen", postcode="5038")
    trade = (await eventually(lambda: trades_with(member, "Hout voor platen")))[0]
    for person, button in ((holder, "Accepteren"), (seeker, "Akkoord gaan")):
        await person.go(f"/voorstellen/{trade['trade_id']}")
        await person.press(button)
    await expect(seeker.page.locator("main")).to_contain_text("U bent het eens")
    await seeker.page.fill("#text", "Tot donderdag!")
    await seeker.press("Versturen")
    await page.reload()
    await expect(page.locator(".thread")).to_contain_text("Tot donderdag!")


async def test_a_visitor_finds_and_switches_language_without_script(town: Town, windows: AsyncExitStack) -> None:
    person = await town.window(windows, script=False)
    await person.go("/zoeken?q=bestaatvastniet")
    await expect(person.page.locator("main")).to_contain_text("Niets gevonden")
    await person.press("English")
    await expect(person.page.locator("main")).to_contain_text("Nothing found")
