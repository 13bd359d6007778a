"""The trades service follows listings and proposals, and lapses trades whose ground is gone."""

from dataclasses import replace
from typing import Any

import orjson

from contracts.events import listings
from contracts.events.listings import OfferEvent, WantEvent
from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import HANDLERS, TradesHandler, trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office


async def accepted(office: Office) -> tuple[Member, Member, dict[str, Any], str]:
    """A trade of which the holder accepted all: both sides, the offer, and the address of the trade."""
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    offer = await holder.offer()
    await seeker.want()
    await office.settle()
    (trade,) = await holder.trades()
    path = f"/v1/trades/{trade['trade_id']}"
    assert (await holder.client.post(f"{path}/accept")).status_code == 200
    await office.settle()
    return holder, seeker, offer, path


async def balance(office: Office, listing_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await office.value("SELECT record FROM trades.balances WHERE listing_id = $1", listing_id)
    return found


def test_every_event_of_a_listing_is_heard() -> None:
    found = [item for item in vars(listings).values() if isinstance(item, type)]
    named = {item for item in found if issubclass(item, OfferEvent | WantEvent) and "name" in vars(item)}
    assert len(named) == 18
    assert named <= HANDLERS.keys()


async def test_its_own_events_are_not_heard_again(office: Office) -> None:
    handler = TradesHandler(office.house)
    assert handler.wants("nl.kringmarkt.trades.proposed.v1")
    assert not handler.wants("nl.kringmarkt.trade.agreed.v1")
    assert not handler.wants("nl.kringmarkt.listing.remaining.changed.v1")


async def test_a_listing_has_a_balance_as_soon_as_it_is_heard_of(office: Office) -> None:
    holder = await office.member("Holder")
    offer = await holder.offer(quantity="12.5")
    await office.settle([trades_consumer])
    kept = await balance(office, offer["listing_id"])
    assert (kept["total"], kept["held"], kept["promised"], kept["unit"]) == ("12.5", "0", "0", "t")


async def test_a_listing_that_is_withdrawn_takes_accepted_trades_along(office: Office) -> None:
    holder, seeker, offer, path = await accepted(office)
    await holder.client.post(f"/v1/offers/{offer['listing_id']}/withdraw")
    await office.settle()
    for member in (holder, seeker):
        seen = (await member.client.get(path)).json()
        assert (seen["status"], seen["lapse_reason"]) == ("lapsed", "withdrawn")
        assert [alert["body"]["status"] for alert in await member.alerts() if alert["kind"] == "trade_changed"] == [
            "accepted",
            "lapsed",
        ]
    assert (await balance(office, offer["listing_id"]))["held"] == "0"


async def test_a_trade_that_took_all_does_not_lapse_because_nothing_is_left(office: Office) -> None:
    holder, seeker, offer, path = await accepted(office)
    assert (await holder.client.get(f"/v1/offers/{offer['listing_id']}")).json()["status"] == "reserved"
    assert (await seeker.client.get(path)).json()["status"] == "accepted"
    agreed = await seeker.client.post(f"{path}/agree")
    assert (agreed.status_code, agreed.json()["status"]) == (200, "agreed")
    await office.settle()
    assert (await seeker.client.get(path)).json()["status"] == "agreed"


async def test_a_proposal_that_is_superseded_is_replaced(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    offer = await holder.offer()
    await seeker.want()
    await office.settle()
    (old,) = await seeker.trades()
    draft = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "15", "unit": "t", "postcode": "5038"}
    await holder.client.put(f"/v1/offers/{offer['listing_id']}", json=draft, headers={"If-Match": '"1"'})
    await office.settle()
    (new,) = await seeker.trades()
    assert (new["quantity"], new["trade_id"] != old["trade_id"]) == ("15", True)
    (gone,) = await seeker.trades(status="lapsed")
    assert (gone["trade_id"], gone["lapse_reason"]) == (old["trade_id"], "revised")
    refused = await seeker.client.post(f"/v1/trades/{old['trade_id']}/accept")
    assert refused.status_code == 404


async def test_names_follow_the_organisation(office: Office) -> None:
    holder, seeker = await office.member("Oude naam"), await office.member("Seeker")
    await holder.offer()
    await seeker.want()
    where = f"/v1/organisations/{holder.organisation_id}"
    await holder.client.put(where, json={"name": "Nieuwe naam"}, headers={"If-Match": '"1"'})
    await office.settle([matcher_consumer, trades_consumer])
    (trade,) = await seeker.trades()
    assert trade["counterpart"]["organisation"]["name"] == "Nieuwe naam"


async def test_proposals_are_kept_with_fields_of_a_newer_version(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await holder.offer()
    await seeker.want()
    await office.settle([matcher_consumer])
    async with office.house.database.connection() as connection:
        raw = await connection.fetchval("SELECT raw FROM eventlog.events WHERE type LIKE '%trades.proposed%'")
        body = orjson.loads(raw)
        body["data"]["proposals"][0]["carbon_kg"] = "12"
        await connection.execute(
            "UPDATE eventlog.events SET raw = $1 WHERE type LIKE '%trades.proposed%'", orjson.dumps(body)
        )
    await office.settle([trades_consumer])
    kept = await office.value("SELECT proposals FROM trades.proposal_sets")
    assert kept[0]["carbon_kg"] == "12"
    assert len(await seeker.trades()) == 1


async def crowded(office: Office) -> tuple[Office, Member, Member, dict[str, Any]]:
    """A market where one stands in each list: two holders, a seeker, and the farther holder's proposal."""
    settings = office.house.settings.model_copy(update={"best_k": 1})
    small = replace(office, house=replace(office.house, settings=settings))
    far, near, seeker = [await office.member(name) for name in ("Far", "Near", "Seeker")]
    await far.offer(postcode="9711")
    await seeker.want(postcode="4811")
    other = await office.member("Another seeker")
    await other.want(postcode="9711")
    await small.settle()
    found = [trade for trade in await far.trades() if trade["counterpart"]["distance_km"] > 100]
    return small, far, near, found[0]


async def test_a_proposal_that_nobody_opened_gives_way_to_a_better_one_without_a_word(office: Office) -> None:
    small, far, near, trade = await crowded(office)
    before = len(await far.alerts())
    await near.offer(postcode="4811")
    await small.settle()
    assert trade["trade_id"] not in {one["trade_id"] for one in await far.trades()}
    assert len(await far.alerts()) == before
    seen = (await far.client.get(f"/v1/trades/{trade['trade_id']}")).json()
    assert (seen["status"], seen["displaced"], seen["lapse_reason"]) == ("lapsed", True, None)
    assert (await far.client.post(f"/v1/trades/{trade['trade_id']}/accept")).status_code == 404


async def test_a_proposal_that_somebody_opened_stays_and_can_be_accepted(office: Office) -> None:
    small, far, near, trade = await crowded(office)
    path = f"/v1/trades/{trade['trade_id']}"
    assert (await far.client.get(path)).status_code == 200
    await near.offer(postcode="4811")
    await small.settle()
    seen = (await far.client.get(path)).json()
    assert (seen["status"], seen["displaced"]) == ("proposed", True)
    assert (await far.client.post(f"{path}/accept")).json()["status"] == "accepted"
    await small.settle()
    assert (await far.client.get(path)).json()["status"] == "accepted"


async def test_a_proposal_that_was_opened_and_displaced_ends_when_its_offer_changes(office: Office) -> None:
    small, far, near, trade = await crowded(office)
    path = f"/v1/trades/{trade['trade_id']}"
    await far.client.get(path)
    await near.offer(postcode="4811")
    await small.settle()
    offer = f"/v1/offers/{trade['listing']['listing_id']}"
    draft = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "15", "unit": "t", "postcode": "9711"}
    await far.client.put(offer, json=draft, headers={"If-Match": '"1"'})
    await small.settle()
    seen = (await far.client.get(path)).json()
    assert (seen["status"], seen["lapse_reason"]) == ("lapsed", "revised")


async def test_a_proposal_that_comes_back_is_not_told_again(office: Office) -> None:
    small, far, near, trade = await crowded(office)
    better = await near.offer(postcode="4811")
    await small.settle()
    told = len(await far.alerts())
    await near.client.post(f"/v1/offers/{better['listing_id']}/withdraw")
    await small.settle()
    assert trade["trade_id"] in {one["trade_id"] for one in await far.trades()}
    assert len(await far.alerts()) == told


async def test_both_scores_and_both_ranks_are_shown(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await holder.offer(postcode="4811")
    await holder.offer(postcode="9711")
    await seeker.want(postcode="4811", weighting="chain_first")
    await office.settle()
    near, far = sorted(await seeker.trades(), key=lambda one: float(one["counterpart"]["distance_km"]))
    assert (near["ranks"], far["ranks"]["area_first"]) == ({"area_first": 1, "chain_first": 1, "of": 2}, 2)
    assert near["weighting"] == "chain_first"
    assert near["score"] == near["scores"]["chain_first"]
    (mine, _) = await holder.trades()
    assert mine["ranks"]["of"] == 1
