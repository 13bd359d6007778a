"""Joint trades over HTTP: who may do what, in which order, and what is answered otherwise."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.matcher.handler import matcher_consumer
from services.monitor.sweeping import sweep
from services.trades_api.consumer import trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

BOTH = [matcher_consumer, trades_consumer]
DECLINE = {"reason": "wrong_time", "note": "Pas in januari."}


async def pooled(office: Office, *holders: str) -> tuple[list[Member], Member]:
    """Holders with 10 t each and a seeker of at least 20 t, with what is proposed to them."""
    members = [await office.member(name) for name in holders]
    seeker = await office.member("Seeker")
    await seeker.want(quantity="30", minimum="20")
    for member in members:
        await member.offer(quantity="10")
    await office.settle(BOTH)
    return members, seeker


async def path_of(member: Member) -> str:
    (trade,) = await member.joint_trades()
    return f"/v1/joint-trades/{trade['joint_id']}"


async def step(member: Member, path: str, name: str, status: int = 200, body: Any = None) -> dict[str, Any]:
    answer = await member.client.post(f"{path}/{name}", json=body)
    assert answer.status_code == status, f"{name}: {answer.text}"
    return dict(answer.json())


async def test_a_pool_goes_from_proposed_to_completed(office: Office) -> None:
    (one, other), seeker = await pooled(office, "One", "Other")
    path = await path_of(seeker)
    seen = (await one.client.get(path)).json()
    assert [seen["kind"], seen["status"], seen["quantity"]] == ["pooled", "proposed", "20"]
    assert seen["possible"] == ["accept", "decline"]
    for member, name, status in [
        (one, "accept", "accepted"),
        (seeker, "accept", "accepted"),
        (other, "accept", "agreed"),
        (seeker, "legs/1/collect", "agreed"),
        (seeker, "legs/2/collect", "collected"),
        (other, "complete", "completed"),
    ]:
        assert (await step(member, path, name))["status"] == status
    assert await seeker.joint_trades() == []
    assert len(await seeker.joint_trades(status="completed")) == 1


async def test_who_drops_out_is_replaced_while_the_others_keep_their_hold(office: Office) -> None:
    (one, other, spare), seeker = await pooled(office, "One", "Other", "Spare")
    (trade,) = await seeker.joint_trades()
    path = f"/v1/joint-trades/{trade['joint_id']}"
    asked = [member for member in (one, other, spare) if await member.joint_trades()]
    await step(asked[0], path, "accept")
    await step(seeker, path, "accept")
    left = await step(asked[1], path, "decline", body=DECLINE)
    assert left["status"] == "seeking"
    await office.settle(BOTH)

    (new,) = [member for member in (one, other, spare) if member not in asked]
    (found,) = await new.joint_trades()
    assert [found["joint_id"], found["status"]] == [trade["joint_id"], "accepted"]
    assert (await step(new, path, "accept"))["status"] == "agreed"
    assert (await asked[1].client.get(path)).status_code == 404


async def test_outsiders_get_the_answer_of_what_does_not_exist(office: Office) -> None:
    _, seeker = await pooled(office, "One", "Other")
    outsider, path = await office.member("Outsider"), await path_of(seeker)
    for name in ("accept", "withdraw", "complete", "legs/1/collect"):
        await step(outsider, path, name, 404)
    await step(outsider, path, "decline", 404, DECLINE)
    assert (await outsider.client.get(path)).status_code == 404
    assert (await outsider.client.get(f"/v1/joint-trades/{uuid4()}")).status_code == 404


async def test_what_cannot_be_done_is_answered_with_what_can(office: Office) -> None:
    (one, _), seeker = await pooled(office, "One", "Other")
    path = await path_of(seeker)
    await step(one, path, "accept")
    problem = await step(one, path, "accept", 409)
    assert problem["possible"] == ["withdraw"]
    await step(one, path, "legs/1/collect", 409)
    await step(one, path, "decline", 422, {"reason": "nonsense"})
    await step(one, path, "legs/0/collect", 422)


async def test_the_same_request_twice_is_done_once(office: Office) -> None:
    (one, _), seeker = await pooled(office, "One", "Other")
    path = await path_of(seeker)
    headers = {"Idempotency-Key": "once"}
    first, second = [await one.client.post(f"{path}/accept", headers=headers) for _ in range(2)]
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"


async def test_the_list_can_be_read_page_by_page_and_per_listing(office: Office) -> None:
    (one, _), seeker = await pooled(office, "One", "Other")
    await seeker.want(quantity="25", minimum="18", title="Nog een")
    await office.settle(BOTH)
    first = (await seeker.client.get("/v1/joint-trades?limit=1")).json()
    second = (await seeker.client.get(f"/v1/joint-trades?limit=1&after={first['next']}")).json()
    assert second["next"] is None
    both = [first["items"][0], second["items"][0]]
    assert len({item["joint_id"] for item in both}) == 2
    want_id = next(party["listing_id"] for party in both[0]["parties"] if party["mine"])
    assert len(await seeker.joint_trades(listing_id=want_id)) == 1
    assert len(await one.joint_trades()) == 2


@pytest.mark.parametrize("ending", ["sweep", "withdraw the want"])
async def test_what_is_held_comes_free_when_the_trade_ends(office: Office, ending: str) -> None:
    (one, _), seeker = await pooled(office, "One", "Other")
    path = await path_of(seeker)
    await step(one, path, "accept")
    if ending == "sweep":
        office.clock.shift = timedelta(days=8)
        assert (await sweep(office.house))[1] == 1
    else:
        (trade,) = await seeker.joint_trades(status="accepted")
        (want_id,) = [party["listing_id"] for party in trade["parties"] if party["mine"]]
        assert (await seeker.client.post(f"/v1/wants/{want_id}/withdraw")).status_code == 200
        await office.settle(BOTH)
    (ended,) = await one.joint_trades(status="lapsed")
    assert ended["lapse_reason"] == ("hold_ended" if ending == "sweep" else "withdrawn")
    held = await office.rows("SELECT record FROM trades.balances")
    assert {row["record"]["held"] for row in held} == {"0"}
