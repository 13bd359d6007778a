"""What was learnt from a refusal is shown to its owner, and taken back when he asks."""

from typing import Any
from uuid import uuid4

from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

BOTH = [matcher_consumer, trades_consumer]
PATH = "/v1/preferences"


async def refused(office: Office) -> tuple[Member, Member, str]:
    """A holder far away whom a seeker refused for it; the want."""
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    want = await seeker.want(postcode="4811")
    await holder.offer(postcode="5038", title="Te ver")
    await holder.offer(postcode="5061", title="Ook ver")
    await holder.offer(postcode="4812", title="Dichtbij")
    await office.settle(BOTH)
    trades = await seeker.trades()
    far = next(trade["trade_id"] for trade in trades if trade["counterpart"]["title"] == "Te ver")
    answer = await seeker.client.post(f"/v1/trades/{far}/decline", json={"reason": "too_far"})
    assert answer.status_code == 200
    await office.settle(BOTH)
    return holder, seeker, want["listing_id"]


async def titles(member: Member) -> set[str]:
    return {trade["counterpart"]["title"] for trade in await member.trades()}


async def preferences(member: Member, **query: Any) -> list[dict[str, Any]]:
    return list((await member.client.get(PATH, params=query)).json()["items"])


async def test_a_refusal_is_shown_with_what_it_changed(office: Office) -> None:
    holder, seeker, want_id = await refused(office)
    (seen,) = await preferences(seeker, want_id=want_id)
    (narrowing,) = seen["narrowings"]
    assert [narrowing["number"], narrowing["reason"], narrowing["term"]] == [1, "too_far", "max_distance_km"]
    assert narrowing["nl"].startswith("U vond een aanbod te ver weg.")
    assert await titles(seeker) == {"Dichtbij"}
    assert await preferences(holder) == []


async def test_it_is_taken_back_by_its_number(office: Office) -> None:
    _, seeker, want_id = await refused(office)
    answer = await seeker.client.post(f"{PATH}/{want_id}/widen", json={"numbers": [1]})
    assert answer.status_code == 202, answer.text
    await office.settle(BOTH)
    assert await preferences(seeker) == []
    assert await titles(seeker) == {"Dichtbij", "Ook ver"}


async def test_others_take_nothing_back(office: Office) -> None:
    holder, seeker, want_id = await refused(office)
    assert (await holder.client.post(f"{PATH}/{want_id}/widen")).status_code == 404
    assert (await seeker.client.post(f"{PATH}/{uuid4()}/widen")).status_code == 404
    assert (await seeker.client.post(f"{PATH}/{want_id}/widen", json={"numbers": [0]})).status_code == 422
    assert len(await preferences(seeker)) == 1
