"""Trades over HTTP: who may do what, in which order, and what is answered otherwise."""

from typing import Any
from uuid import uuid4

import pytest

from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

AGREED = [("holder", "accept"), ("seeker", "agree")]
STEPS = ["accept", "agree", "decline", "withdraw", "collect", "complete"]
BODIES: dict[str, Any] = {"decline": {"reason": "too_far"}}


@pytest.fixture
async def sides(office: Office) -> tuple[Member, Member]:
    """A holder and a seeker with one proposal between them."""
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await holder.offer(quantity="100")
    await seeker.want(quantity="40", minimum="10")
    await office.settle([matcher_consumer, trades_consumer])
    return holder, seeker


async def path_of(member: Member) -> str:
    (trade,) = await member.trades()
    return f"/v1/trades/{trade['trade_id']}"


async def step(member: Member, path: str, name: str, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = await member.client.post(f"{path}/{name}", json=body or BODIES.get(name))
    assert answer.status_code == status, f"{name}: {answer.text}"
    return dict(answer.json())


def slug(problem: dict[str, Any]) -> str:
    """The name of a problem."""
    return str(problem["type"]).removeprefix("urn:kringmarkt:problem:").replace("_", "-")


async def test_a_trade_goes_from_proposed_to_completed(sides: tuple[Member, Member]) -> None:
    holder, seeker = sides
    path = await path_of(holder)
    seen = (await holder.client.get(path)).json()
    assert (seen["status"], seen["quantity"], seen["possible"]) == ("proposed", "40", ["accept", "decline"])
    for member, name, status in [
        (seeker, "accept", "accepted"),
        (holder, "agree", "agreed"),
        (seeker, "collect", "collected"),
        (holder, "complete", "completed"),
    ]:
        assert (await step(member, path, name))["status"] == status
    assert await seeker.trades() == []
    (done,) = await seeker.trades(status="completed")
    assert (done["possible"], done["side"]) == ([], "seeker")


@pytest.mark.parametrize(
    ("before", "impossible"),
    [
        ([], ["agree", "withdraw", "collect", "complete"]),
        ([("holder", "accept")], ["accept", "collect", "complete"]),
        ([("holder", "accept"), ("seeker", "agree")], ["accept", "agree", "decline", "complete"]),
        (
            [("holder", "accept"), ("seeker", "agree"), ("holder", "collect")],
            ["accept", "agree", "withdraw", "collect"],
        ),
        ([("holder", "decline")], ["accept", "agree", "decline", "withdraw", "collect", "complete"]),
        ([("holder", "accept"), ("holder", "withdraw")], ["agree", "withdraw", "collect", "complete"]),
    ],
)
async def test_steps_in_the_wrong_order_are_refused(
    sides: tuple[Member, Member], before: list[tuple[str, str]], impossible: list[str]
) -> None:
    named = dict(zip(("holder", "seeker"), sides, strict=True))
    path = await path_of(sides[0])
    for side, name in before:
        await step(named[side], path, name)
    for name in impossible:
        for member in sides:
            refused = await step(member, path, name, 409)
            assert slug(refused) == "wrong-trade-state"


async def test_only_the_other_side_answers_and_only_the_first_withdraws(sides: tuple[Member, Member]) -> None:
    holder, seeker = sides
    path = await path_of(holder)
    await step(holder, path, "accept")
    for member, name in [(holder, "agree"), (holder, "decline"), (seeker, "withdraw")]:
        refused = await step(member, path, name, 403)
        assert slug(refused) == "not-your-turn"


@pytest.mark.parametrize("name", STEPS)
async def test_an_outsider_does_not_learn_that_a_trade_exists(
    office: Office, sides: tuple[Member, Member], name: str
) -> None:
    outsider = await office.member("Outsider")
    path = await path_of(sides[0])
    refused = await step(outsider, path, name, 404)
    nothing = await step(outsider, f"/v1/trades/{uuid4()}", name, 404)
    assert refused["type"] == nothing["type"]
    assert (await outsider.client.get(path)).status_code == 404
    assert await outsider.trades() == []
    assert (await office.client().post(f"{path}/{name}", json=BODIES.get(name))).status_code == 401
    assert await office.value("SELECT count(*) FROM trades.trades") == 0


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"quantity": "0"}, 422, "invalid-request"),
        ({"quantity": "NaN"}, 422, "invalid-request"),
        ({"quantity": "1e-99999"}, 422, "invalid-request"),
        ({"quantity": "5", "unit": "stone"}, 422, "invalid-request"),
        ({"quantity": "5", "surprise": 1}, 422, "invalid-request"),
        ({"quantity": "5"}, 422, "quantity-too-small"),
        ({"quantity": "50"}, 409, "quantity-taken"),
        ({"quantity": "5", "unit": "m3"}, 422, "wrong-unit"),
    ],
)
async def test_a_quantity_that_cannot_be_is_refused(
    sides: tuple[Member, Member], body: dict[str, Any], status: int, named: str
) -> None:
    refused = await step(sides[0], await path_of(sides[0]), "accept", status, **body)
    assert slug(refused) == named


async def test_another_quantity_can_be_accepted_and_only_that_be_agreed_to(sides: tuple[Member, Member]) -> None:
    holder, seeker = sides
    path = await path_of(holder)
    assert (await step(holder, path, "accept", quantity="25", unit="t"))["quantity"] == "25"
    refused = await step(seeker, path, "agree", 409, quantity="30")
    assert slug(refused) == "quantity-differs"
    assert (await step(seeker, path, "agree", quantity="25"))["status"] == "agreed"


async def test_a_step_that_is_sent_again_with_its_key_is_done_once(
    office: Office, sides: tuple[Member, Member]
) -> None:
    path = await path_of(sides[0])
    key = {"Idempotency-Key": "accept-1"}
    first, again = [await sides[0].client.post(f"{path}/accept", headers=key) for _ in range(2)]
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await office.told()).count("trade.accepted") == 1
    other = await sides[0].client.post(f"{path}/withdraw", headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:kringmarkt:problem:idempotency-key-reused")


async def test_names_are_exchanged_when_both_agreed(sides: tuple[Member, Member]) -> None:
    holder, seeker = sides
    path = await path_of(holder)
    await step(holder, path, "accept")
    agreed = await step(seeker, path, "agree")
    assert agreed["counterpart"]["organisation"]["organisation_id"] == str(holder.organisation_id)


async def test_trades_are_listed_by_listing_by_state_and_in_pages(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    offers = [(await holder.offer(title=f"Partij {number}"))["listing_id"] for number in range(5)]
    await seeker.want(quantity="500")
    await office.settle([matcher_consumer, trades_consumer])
    assert len(await seeker.trades()) == 5
    (first,) = await holder.trades(listing_id=offers[0])
    await step(holder, f"/v1/trades/{first['trade_id']}", "decline")
    assert len(await holder.trades()) == 4
    assert [trade["status"] for trade in await holder.trades(status="declined")] == ["declined"]
    assert len(await holder.trades(status=["declined", "proposed"])) == 5
    page = (await holder.client.get("/v1/trades", params={"limit": 3})).json()
    following = (await holder.client.get("/v1/trades", params={"limit": 3, "after": page["next"]})).json()
    assert (len(page["items"]), len(following["items"]), following["next"]) == (3, 1, None)


@pytest.mark.parametrize(
    "query", [{"status": "sold"}, {"limit": 0}, {"limit": 201}, {"after": "x"}, {"listing_id": "1"}]
)
async def test_a_wrong_question_is_refused(office: Office, query: dict[str, Any]) -> None:
    member = await office.member("Member")
    assert (await member.client.get("/v1/trades", params=query)).status_code == 422


async def test_a_decline_says_why_in_a_word_that_is_known(sides: tuple[Member, Member]) -> None:
    holder, seeker = sides
    path = await path_of(holder)
    assert (await step(holder, path, "decline", 422, reason="because"))["status"] == 422
    assert (await holder.client.post(f"{path}/decline")).status_code == 422
    await step(holder, path, "decline", reason="wrong_time", note="Pas in mei")
    seen = (await seeker.client.get(path)).json()
    assert (seen["decline_reason"], seen["note"], seen["ended_by"]) == ("wrong_time", "Pas in mei", "holder")
