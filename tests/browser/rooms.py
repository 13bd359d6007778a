"""Every page of the site in a state worth looking at: for axe, and for screenshots."""

import io
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL import Image
from playwright.async_api import ViewportSize

from contracts.vocabulary.terms import Role
from tests.browser.people import Person, Town
from tests.support.marketplace import Member, eventually


@dataclass
class House:
    """A holder with everything there is: listings, a photo, trades in several states, a saved search."""

    person: Person
    paths: dict[str, str]


def photo_bytes() -> bytes:
    """A photo of a field in two colours."""
    picture = Image.new("RGB", (800, 600), "#8a5a2b")
    picture.paste("#d8b384", (0, 300, 800, 600))
    into = io.BytesIO()
    picture.save(into, "JPEG")
    return into.getvalue()


async def trades_between(holder: Member, seeker: Member) -> list[dict[str, Any]]:
    """The trades that both have."""
    theirs = {trade["trade_id"] for trade in await seeker.trades()}
    return [trade for trade in await holder.trades() if trade["trade_id"] in theirs]


def three(found: list[Any]) -> bool:
    """Whether there are three."""
    return len(found) == 3


async def furnished(town: Town, stack: AsyncExitStack, *, size: ViewportSize, language: str) -> House:
    """A house in this language, seen through a window of this size."""
    roles = (Role.MUNICIPALITY, Role.BROKER)
    person, holder = await town.person(stack, "Sloperij", roles, size=size, language=language)
    _, seeker = await town.person(stack, "Plaatfabriek", size=size)
    offer = await holder.offer(title="Sloophout, geverfd", quantity="90", price_eur_per_tonne="-35")
    for number in range(3):
        await seeker.want(title=f"Hout voor spaanplaat {number}", intended_use="material_recycling")
    await holder.client.post(
        "/v1/saved-searches", json={"name": "Hout", "looks_for": "want", "concepts": ["wood"], "postcode": "5038"}
    )
    trades = await eventually(partial(trades_between, holder, seeker), three)
    for name, steps in (("accepted", ["accept"]), ("declined", ["decline"])):
        trade = trades.pop()
        for step in steps:
            body: Any = {"reason": "too_far"} if step == "decline" else None
            await seeker.client.post(f"/v1/trades/{trade['trade_id']}/{step}", json=body)
        trades.insert(0, trade | {"state": name})
    return House(person, _paths(offer, trades, seeker))


def _paths(offer: dict[str, Any], trades: list[dict[str, Any]], _seeker: Member) -> dict[str, str]:
    fixed = {
        "front": "/",
        "front-near": "/?postcode=5038",
        "search": "/zoeken?q=hout&postcode=5038&straal=40",
        "search-wrong": "/zoeken?min=veel&postcode=0000",
        "search-empty": "/zoeken?q=bestaatvastniet",
        "keep-search": "/zoeken/bewaren?q=B-hout",
        "offer-form": "/aanbieden",
        "want-form": "/vragen",
        "listing": f"/plaatsing/{offer['listing_id']}",
        "revise": f"/plaatsing/{offer['listing_id']}/wijzigen",
        "trades": "/voorstellen",
        "trades-ended": "/voorstellen?stand=klaar",
        "alerts": "/meldingen",
        "alert-settings": "/meldingen/zoekopdrachten",
        "organisation": "/organisatie",
        "map": "/kaart",
        "widget": "/kaart/los",
        "counter": "/milieustraat",
        "label": f"/milieustraat/label/{offer['listing_id']}",
        "accessibility": "/toegankelijkheid",
        "privacy": "/privacy",
        "api": "/docs",
        "not-there": "/nergens",
    }
    return fixed | {f"trade-{number}": f"/voorstellen/{one['trade_id']}" for number, one in enumerate(trades)}


VISITOR_PATHS = {"sign-in": "/inloggen", "join": "/issuer/nieuw", "front-visitor": "/"}
