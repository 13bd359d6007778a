"""Quantities through the life of trades: shared, held, given back, and never promised twice. In both run modes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.house import House, utc_now
from services.monitor.sweeping import sweep
from tests.support.marketplace import Marketplace, Member, eventually


async def trade_with(member: Member, listing_id: str) -> str:
    """The address of the one living trade of a listing."""
    (trade,) = await eventually(lambda: member.trades(listing_id=listing_id), lambda found: len(found) == 1)
    return f"/v1/trades/{trade['trade_id']}"


async def act(member: Member, path: str, step: str, **body: Any) -> dict[str, Any]:
    """The trade after a step that succeeds."""
    answer = await member.client.post(f"{path}/{step}", json=body or None)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def remaining(member: Member, offer: dict[str, Any], amount: str, status: str) -> None:
    """Wait until so much of an offer is free and it is in that state."""
    await eventually(
        lambda: member.client.get(f"/v1/offers/{offer['listing_id']}"),
        lambda answer: (Decimal(answer.json()["remaining"]), answer.json()["status"]) == (Decimal(amount), status),
    )


async def test_one_offer_serves_two_wants_and_the_third_comes_too_late(market: Marketplace) -> None:
    async with (
        market.member("Holder") as holder, market.member("A") as a, market.member("B") as b, market.member("C") as c,
    ):  # fmt: skip
        offer = await holder.offer(quantity="100")
        wants = [
            (await member.want(quantity=amount))["listing_id"] for member, amount in ((a, "40"), (b, "60"), (c, "5"))
        ]
        paths = [await trade_with(member, want) for member, want in zip((a, b, c), wants, strict=True)]
        for member, path in zip((a, b, c), paths, strict=True):
            assert (await act(member, path, "accept"))["status"] == "accepted"
        assert (await act(holder, paths[0], "agree"))["quantity"] == "40"
        await remaining(holder, offer, "60", "open")
        await act(holder, paths[1], "agree")
        refused = await holder.client.post(f"{paths[2]}/agree")
        assert refused.status_code == 409
        assert refused.json()["type"].rpartition(":")[2].replace("-", "_") in (
            "quantity_taken",
            "listing_not_open",
            "wrong_trade_state",
        )
        await remaining(holder, offer, "0", "closed")
        for member, path in ((a, paths[0]), (b, paths[1])):
            await act(member, path, "collect")
            assert (await act(holder, path, "complete"))["status"] == "completed"
        late = await eventually(
            lambda: c.client.get(paths[2]), lambda answer: answer.json()["status"] in ("lapsed", "proposed")
        )
        assert late.json()["status"] == "lapsed"


async def test_the_last_of_an_offer_is_refused_to_the_third(market: Marketplace) -> None:
    """While the offer is reserved, and not closed, the answer says that the quantity is taken."""
    async with market.member("Holder") as holder, market.member("A") as a, market.member("B") as b:
        offer = await holder.offer(quantity="50")
        wants = [(await member.want(quantity="50"))["listing_id"] for member in (a, b)]
        first, second = [await trade_with(member, want) for member, want in zip((a, b), wants, strict=True)]
        await act(b, second, "accept")
        await act(holder, first, "accept")
        refused = await holder.client.post(f"{second}/agree")
        assert refused.status_code == 409
        assert refused.json()["type"].rpartition(":")[2].replace("-", "_") == "quantity_taken"
        assert Decimal(refused.json()["remaining"]) == 0
        await remaining(holder, offer, "0", "reserved")
        await act(holder, first, "withdraw", note="Toch niet")
        await remaining(holder, offer, "50", "open")
        assert (await act(holder, second, "agree"))["status"] == "agreed"
        await remaining(holder, offer, "0", "closed")
        await act(b, second, "withdraw")
        await remaining(holder, offer, "50", "open")


def at(market: Marketplace, shift: timedelta) -> House:
    """The house as it will be after so much time."""
    return replace(market.house, now=lambda: utc_now() + shift)


async def test_a_hold_ends_and_the_quantity_comes_back(market: Marketplace) -> None:
    days = market.house.settings.hold_days
    soon, later = [at(market, timedelta(days=days, minutes=minutes)) for minutes in (-5, 5)]
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        offer = await holder.offer()
        path = await trade_with(seeker, (await seeker.want())["listing_id"])
        async with seeker.listening() as at_seeker:
            await act(holder, path, "accept")
            await remaining(holder, offer, "0", "reserved")
            assert await sweep(soon) == (0, 0)
            assert await sweep(later) == (0, 1)
            await remaining(holder, offer, "20", "open")
            alerts = [await at_seeker.next_alert("trade_changed") for _ in range(2)]
        assert [alert["body"]["status"] for alert in alerts] == ["accepted", "lapsed"]
        assert alerts[1]["body"]["reason"] == "hold_ended"
        assert (await seeker.client.post(f"{path}/agree")).status_code == 409


async def test_declining_narrows_nothing_for_others(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("A") as a, market.member("B") as b:
        await holder.offer()
        declined, other = [await trade_with(member, (await member.want())["listing_id"]) for member in (a, b)]
        await act(a, declined, "decline", reason="too_far")
        assert (await act(b, other, "accept"))["status"] == "accepted"
        assert (await holder.client.post(f"{declined}/accept")).status_code == 409
        assert await a.trades() == []
