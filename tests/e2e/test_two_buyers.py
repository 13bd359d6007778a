"""Two buyers are never promised the same tonnes, however many ask at the same moment, and however often they repeat."""

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
import orjson

from tests.support.marketplace import Marketplace, Member, eventually

BUYERS = 30
TOTAL = 100
EACH = 10
REFUSED = {"quantity_taken", "listing_not_open", "wrong_trade_state", "trade_not_found"}


def slug(answer: httpx.Response) -> str:
    """The name of a refusal, empty for an answer that is none."""
    return "" if answer.status_code == 200 else str(answer.json()["type"]).rpartition(":")[2].replace("-", "_")


async def balances(market: Marketplace) -> dict[str, dict[str, Any]]:
    """What is held and promised of each listing, from the table."""
    async with market.house.database.connection() as connection:
        rows = await connection.fetch("SELECT listing_id, record FROM trades.balances")
    return {str(row["listing_id"]): row["record"] for row in rows}


async def told_remaining(market: Marketplace, listing_id: str) -> list[dict[str, Any]]:
    """All that was told of what remains of a listing, in order of its sequence."""
    async with market.house.database.connection() as connection:
        rows = await connection.fetch("SELECT raw FROM eventlog.events WHERE type LIKE '%remaining.changed%'")
    told = [orjson.loads(row["raw"])["data"] for row in rows]
    return sorted((item for item in told if item["listing_id"] == listing_id), key=lambda item: int(item["sequence"]))


async def never_more_than_there_is(market: Marketplace, offer_id: str) -> None:
    """Every balance in the table, and every one that was told of, is within its total; sequences have no gaps."""
    for record in (await balances(market)).values():
        assert Decimal(record["held"]) + Decimal(record["promised"]) <= Decimal(record["total"])
    told = await told_remaining(market, offer_id)
    for item in told:
        held, promised, remaining = (Decimal(item[name]) for name in ("held", "promised", "remaining"))
        assert held + promised + remaining == Decimal(item["total"]) == TOTAL
    assert [item["sequence"] for item in told] == list(range(1, len(told) + 1))
    agreed = await sum_of_trades(market, offer_id, ("agreed", "collected", "completed"))
    assert agreed == Decimal((await balances(market))[offer_id]["promised"])


async def sum_of_trades(market: Marketplace, offer_id: str, states: tuple[str, ...]) -> Decimal:
    """What trades in these states take of an offer."""
    async with market.house.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT record FROM trades.trades WHERE offer_id = $1 AND status = ANY($2)", offer_id, list(states)
        )
    return sum((Decimal(row["record"]["offer_amount"]) for row in rows), Decimal(0))


async def one_offer_for_many(holder: Member, seeker: Member) -> tuple[str, list[str]]:
    """An offer, and the trades of many wants that each ask for a part of it."""
    offer = await holder.offer(quantity=str(TOTAL))
    for number in range(BUYERS):
        await seeker.want(title=f"Wens {number}", quantity=str(EACH))
    trades = await eventually(holder.trades, lambda found: len(found) == BUYERS)
    return offer["listing_id"], [trade["trade_id"] for trade in trades]


async def at_once(member: Member, trade_ids: list[str], step: str, repeats: int = 1) -> list[httpx.Response]:
    """The answers to one step on all trades at the same moment; with `repeats`, each under a key of its own."""

    async def send(trade_id: str) -> httpx.Response:
        headers = {"Idempotency-Key": f"{step}-{trade_id}"} if repeats > 1 else {}
        return await member.client.post(f"/v1/trades/{trade_id}/{step}", headers=headers)

    answers = await asyncio.gather(*(send(trade_id) for trade_id in trade_ids for _ in range(repeats)))
    assert {slug(answer) for answer in answers} <= {"", *REFUSED}, Counter(map(slug, answers))
    return answers


async def test_thirty_seekers_accept_and_the_holder_agrees_to_all_at_once(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        offer_id, trade_ids = await one_offer_for_many(holder, seeker)
        accepted = await at_once(seeker, trade_ids, "accept")
        assert Counter(map(slug, accepted)) == {"": BUYERS}
        agreed = await at_once(holder, trade_ids, "agree")
        assert sum(answer.status_code == 200 for answer in agreed) == TOTAL // EACH
        await never_more_than_there_is(market, offer_id)
        assert await sum_of_trades(market, offer_id, ("agreed",)) == TOTAL


async def test_the_holder_accepts_thirty_at_once_and_repeats_each_under_its_key(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        offer_id, trade_ids = await one_offer_for_many(holder, seeker)
        answers = await at_once(holder, trade_ids, "accept", repeats=3)
        accepted = {answer.json()["trade_id"] for answer in answers if answer.status_code == 200}
        assert len(accepted) == TOTAL // EACH
        await never_more_than_there_is(market, offer_id)
        again = await at_once(holder, sorted(accepted), "accept", repeats=2)
        assert {answer.headers.get("idempotent-replayed") for answer in again} == {"true"}
        assert await sum_of_trades(market, offer_id, ("accepted",)) == TOTAL
        async with market.house.database.connection() as connection:
            told = await connection.fetchval("SELECT count(*) FROM eventlog.events WHERE type LIKE '%trade.accepted%'")
        assert told == TOTAL // EACH


async def test_taking_and_giving_back_at_the_same_moment_keeps_the_sum(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        offer_id, trade_ids = await one_offer_for_many(holder, seeker)
        await asyncio.gather(
            at_once(holder, trade_ids[:15], "accept"),
            at_once(seeker, trade_ids[15:], "accept"),
        )
        await asyncio.gather(
            at_once_or_not_his_turn(holder, trade_ids, "agree"),
            at_once_or_not_his_turn(holder, trade_ids[:15], "withdraw"),
            at_once_or_not_his_turn(seeker, trade_ids, "agree"),
        )
        await never_more_than_there_is(market, offer_id)


async def at_once_or_not_his_turn(member: Member, trade_ids: list[str], step: str) -> None:
    """As `at_once`, where it may be the other side's turn."""
    answers = await asyncio.gather(*(member.client.post(f"/v1/trades/{item}/{step}") for item in trade_ids))
    assert {slug(answer) for answer in answers} <= {"", "not_your_turn", *REFUSED}, Counter(map(slug, answers))
