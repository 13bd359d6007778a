"""Pools, chains and bridges from listing to completed trade, in both run modes; and no tonne held twice."""

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx

from tests.e2e.test_two_buyers import balances, slug
from tests.support.marketplace import Marketplace, Member, eventually

REFUSED = {"", "quantity_taken", "listing_not_open", "wrong_trade_state", "trade_not_found", "not_your_turn"}


async def act(member: Member, joint_id: str, step: str, **body: Any) -> dict[str, Any]:
    answer = await member.client.post(f"/v1/joint-trades/{joint_id}/{step}", json=body or None)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def one_joint_trade(member: Member, **query: Any) -> dict[str, Any]:
    """The one joint trade of this member, as soon as it is there."""
    (trade,) = await eventually(lambda: member.joint_trades(**query), lambda found: len(found) == 1)
    return dict(trade)


async def completed(trade: dict[str, Any], *members: Member) -> None:
    """All accept, every leg is collected, and the last one completes it."""
    joint_id = trade["joint_id"]
    for member in members:
        await act(member, joint_id, "accept")
    for leg in trade["legs"]:
        await act(members[-1] if leg is trade["legs"][-1] else members[0], joint_id, f"legs/{leg['number']}/collect")
    assert (await act(members[-1], joint_id, "complete"))["status"] == "completed"


async def statuses_told(member: Member, joint_id: str, last: str) -> list[str]:
    """The states of a joint trade as the inbox tells them, once the last one is there."""

    async def look() -> list[str]:
        return [alert["body"]["joint"]["status"] for alert in await member.alerts() if alert["about"] == joint_id]

    return list(await eventually(look, lambda found: last in found))


async def test_small_offers_fill_a_large_want_together(market: Marketplace) -> None:
    async with market.member("One") as one, market.member("Two") as two, market.member("Seeker") as seeker:
        want = await seeker.want(quantity="60", minimum="50")
        for holder in (one, two):
            await holder.offer(quantity="27")
        trade = await one_joint_trade(seeker)
        assert [trade["kind"], trade["quantity"], len(trade["legs"])] == ["pooled", "54", 2]
        for member in (one, two):
            assert (await one_joint_trade(member))["joint_id"] == trade["joint_id"]
        sender = {party["number"]: party["organisation"]["name"] for party in trade["parties"]}
        first = one if sender[trade["legs"][0]["sender"]] == "One" else two
        await completed(trade, first, two if first is one else one, seeker)
        assert (await balances(market))[want["listing_id"]]["promised"] == "54"
        assert await statuses_told(one, trade["joint_id"], "completed") == [
            *["proposed", "accepted", "accepted", "agreed", "agreed", "collected", "completed"],
        ]


async def test_an_offer_becomes_what_is_wanted_at_a_processor(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Chipper") as chipper, market.member("Mill") as mill:
        await mill.want(title="Chips", concepts=["wood_b_chips"], quantity="18", max_landed_eur_per_tonne="60")
        await chipper.capability(recurrence="per_month")
        await holder.offer(quantity="20", price_eur_per_tonne="-10")
        trade = await one_joint_trade(mill)
        assert trade["kind"] == "chained"
        assert [party["role"] for party in trade["parties"]] == ["holder", "processor", "seeker"]
        assert [party["quantity"] for party in trade["parties"]] == ["20", "20", "18"]
        assert [leg["concept"] for leg in trade["legs"]] == ["wood_grade_b", "wood_b_chips"]
        assert all(leg["verdict"]["status"] for leg in trade["legs"])
        await completed(trade, holder, chipper, mill)
        assert await statuses_told(chipper, trade["joint_id"], "completed")


async def test_a_depot_keeps_material_until_it_is_needed(market: Marketplace) -> None:
    today = market.house.today()
    released, needed = today.replace(year=today.year + 1, month=1, day=31), today.replace(year=today.year + 1, month=3)
    async with market.member("Holder") as holder, market.member("Depot") as depot, market.member("Seeker") as seeker:
        await seeker.want(available_from=needed.replace(day=1).isoformat())
        await depot.capability(
            kind="storage",
            title="Overdekt depot",
            output=None,
            yield_share="1",
            price_eur_per_tonne="3",
            storage_eur_per_tonne_week="1",
            longest_storage_weeks=26,
        )
        await holder.offer(available_until=released.isoformat(), price_eur_per_tonne="5")
        trade = await one_joint_trade(seeker)
        assert [trade["kind"], trade["landed"]["storage_eur_per_tonne"]] == ["bridged", "8.00"]
        await completed(trade, holder, depot, seeker)


async def answers_at_once(requests: list[tuple[Member, str]]) -> list[httpx.Response]:
    answers = await asyncio.gather(*(member.client.post(path) for member, path in requests))
    assert {slug(answer) for answer in answers} <= REFUSED, Counter(map(slug, answers))
    return list(answers)


async def test_thirty_answers_at_once_on_overlapping_pools_and_pairs_hold_no_tonne_twice(market: Marketplace) -> None:
    async with market.member("One") as one, market.member("Two") as two, market.member("Seeker") as seeker:
        offers = [await one.offer(quantity="20"), await two.offer(quantity="20")]
        for number in range(8):
            await seeker.want(title=f"Samen {number}", quantity="40", minimum="30")
            await seeker.want(title=f"Alleen {number}", quantity="12", minimum="5")
        pools = await eventually(seeker.joint_trades, lambda found: len(found) == 8)
        pairs = await eventually(seeker.trades, lambda found: len(found) == 16)
        requests = [
            (member, f"/v1/joint-trades/{pool['joint_id']}/accept") for pool in pools for member in (one, two, seeker)
        ]
        requests += [(seeker, f"/v1/trades/{pair['trade_id']}/accept") for pair in pairs[:6]]
        await answers_at_once(requests)
        answering = [(member, f"/v1/trades/{pair['trade_id']}/agree") for pair in pairs for member in (one, two)]
        await asyncio.gather(*(member.client.post(path) for member, path in answering))

        kept = await balances(market)
        for record in kept.values():
            assert Decimal(record["held"]) + Decimal(record["promised"]) <= Decimal(record["total"])
        assert await taken_by_trades(market) == {
            key: Decimal(record["held"]) + Decimal(record["promised"])
            for key, record in kept.items()
            if Decimal(record["held"]) + Decimal(record["promised"])
        }
        taken = [kept[offer["listing_id"]] for offer in offers]
        assert any(Decimal(record["held"]) + Decimal(record["promised"]) for record in taken)


async def taken_by_trades(market: Marketplace) -> dict[str, Decimal]:
    """What living trades of both kinds take of each listing, counted from their own records."""
    taken: dict[str, Decimal] = {}
    async with market.house.database.connection() as connection:
        joint = await connection.fetch("SELECT status, record FROM trades.joint_trades")
        pairs = await connection.fetch("SELECT status, record FROM trades.trades")
    for row in joint:
        if row["status"] in ("accepted", "seeking", "agreed", "collected", "completed"):
            for party in row["record"]["parties"]:
                if party["answer"] == "accepted":
                    key = party["listing_id"]
                    taken[key] = taken.get(key, Decimal(0)) + Decimal(party["quantity"])
    for row in pairs:
        state, both = row["record"]["state"], row["status"] in ("agreed", "collected", "completed")
        sides = {"holder": ("offer_id", "offer_amount"), "seeker": ("want_id", "want_amount")}
        for side, (key_name, amount_name) in sides.items():
            if both or (row["status"] == "accepted" and state["accepted_by"] == side):
                key = state[key_name]
                taken[key] = taken.get(key, Decimal(0)) + Decimal(row["record"][amount_name])
    return taken
