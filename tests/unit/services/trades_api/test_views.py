"""What a side sees of a trade: its own listing, and of the other only what it may know."""

from typing import Any

import orjson

from contracts.vocabulary.terms import LegalStatus
from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

SECRET: dict[str, Any] = {"kvk_number": "87654321"}


async def trade_between(office: Office, holder: Member, seeker: Member, **offer: Any) -> str:
    await holder.offer(**offer)
    await seeker.want()
    await office.settle([matcher_consumer, trades_consumer])
    (trade,) = await seeker.trades()
    return f"/v1/trades/{trade['trade_id']}"


async def test_each_side_sees_its_own_listing_and_the_other_as_counterpart(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    path = await trade_between(office, holder, seeker, title="Balken")
    held, sought = [(await member.client.get(path)).json() for member in (holder, seeker)]
    assert (held["side"], held["listing"]["title"], held["counterpart"]["title"]) == ("holder", "Balken", "Hout")
    assert (sought["side"], sought["listing"]["title"], sought["counterpart"]["title"]) == ("seeker", "Hout", "Balken")
    assert held["counterpart"]["organisation"]["name"] == "Seeker"
    assert 0 < held["score"] <= 1
    assert {part["name"] for part in held["parts"]} >= {"material", "place", "quantity"}
    assert held["verdict"]["status"] in set(LegalStatus)


async def test_an_anonymous_side_stays_unknown_until_both_agreed(office: Office) -> None:
    holder, seeker = await office.member("Geheime Handel", **SECRET), await office.member("Seeker")
    path = await trade_between(office, holder, seeker, visibility="anonymous", postcode="5038 AB")
    secrets = [b"Geheime Handel", b"87654321", str(holder.organisation_id).encode(), b"5038", b"Tilburg"]
    for member, name in [(seeker, None), (holder, "accept"), (seeker, None)]:
        if name:
            await member.client.post(f"{path}/{name}")
        seen = await seeker.client.get(path)
        assert [secret for secret in secrets if secret in seen.content] == []
        assert (seen.json()["counterpart"]["anonymous"], seen.json()["counterpart"]["organisation"]) == (True, None)
    await seeker.client.post(f"{path}/agree")
    seen = await seeker.client.get(path)
    assert seen.json()["counterpart"]["organisation"] == {
        "organisation_id": str(holder.organisation_id), "name": "Geheime Handel", "kvk_number": "87654321",
    }  # fmt: skip


async def test_figures_of_an_anonymous_side_are_coarse_but_the_same_before_and_after_an_act(office: Office) -> None:
    holder, seeker = await office.member("Geheime Handel"), await office.member("Seeker")
    path = await trade_between(office, holder, seeker, visibility="anonymous", price_eur_per_tonne="10")
    before = (await seeker.client.get(path)).json()
    await seeker.client.post(f"{path}/accept")
    after = (await seeker.client.get(path)).json()
    assert before["counterpart"]["distance_km"] % 5 == 0
    assert float(before["landed"]["transport_eur_per_tonne"]) % 5 == 0
    for name in ("counterpart", "landed", "score", "parts"):
        assert orjson.dumps(after[name]) == orjson.dumps(before[name]), name


async def test_the_states_of_a_trade_that_nobody_acted_on(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    path = await trade_between(office, holder, seeker)
    seen = (await seeker.client.get(path)).json()
    assert (seen["status"], seen["revision"], seen["accepted_by"], seen["lapse_reason"]) == ("proposed", 0, None, None)
    await holder.client.post(f"/v1/offers/{seen['counterpart']['listing_id']}/withdraw")
    await office.settle([matcher_consumer, trades_consumer])
    seen = (await seeker.client.get(path)).json()
    assert (seen["status"], seen["revision"], seen["lapse_reason"]) == ("lapsed", 0, "withdrawn")
    assert seen["possible"] == []


async def test_a_hold_tells_until_when(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    path = await trade_between(office, holder, seeker)
    await holder.client.post(f"{path}/accept")
    seen = (await seeker.client.get(path)).json()
    assert (seen["accepted_by"], seen["possible"]) == ("holder", ["agree", "decline", "withdraw"])
    assert seen["held_until"] > office.house.now().isoformat()
