"""The counter of a recycling centre: with the network and without, each lot once."""

from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import expect

from contracts.vocabulary.terms import Role
from tests.browser.people import Person, Town
from tests.browser.rooms import photo_bytes
from tests.support.marketplace import Member, eventually


async def register(person: Person, quantity: str) -> None:
    """A lot with a photo."""
    page = person.page
    await page.locator("input[name=concept]").first.check()
    photo: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}
    await page.locator("#photo").set_input_files(photo)
    await page.fill("#quantity", quantity)
    await page.locator("input[name=condition]").first.check()
    await person.press("Klaar")


async def offers(member: Member) -> list[dict[str, Any]]:
    """Everything the organisation offers."""
    answer = await member.client.get("/v1/offers", params={"mine": True, "limit": 200})
    return [dict(item["listing"]) for item in answer.json()["items"]]


async def test_lots_wait_on_the_device_and_are_sent_once(town: Town, windows: AsyncExitStack) -> None:
    person, member = await town.person(windows, "Milieustraat", (Role.MUNICIPALITY,))
    await person.go("/milieustraat")
    told = person.page.locator("#queue")
    await register(person, "1")
    await expect(told).to_have_text("Alles is verstuurd.")
    await person.page.evaluate("navigator.serviceWorker.ready")
    await person.context.set_offline(True)
    await register(person, "2")
    await register(person, "3")
    await expect(told).to_contain_text("wachten er 2")
    await person.context.set_offline(False)
    await expect(told).to_have_text("Alles is verstuurd.")
    found = await eventually(lambda: offers(member), lambda all_: len(all_) == 3)
    assert sorted(offer["quantity"] for offer in found) == ["1", "2", "3"]
    assert all(offer["status"] == "open" for offer in found)
