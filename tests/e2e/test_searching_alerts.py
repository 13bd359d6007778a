"""Alerts without a want: saved searches for offers and for wants, each on a channel of its own. In both run modes."""

from typing import Any

from tests.support.marketplace import Marketplace, Member, eventually


async def save(member: Member, **fields: Any) -> str:
    """The channel of a new saved search."""
    usual = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"], "postcode": "5038", "max_distance_km": 50}
    answer = await member.client.post("/v1/saved-searches", json={**usual, **fields})
    assert answer.status_code == 201, answer.text
    return f"search:{answer.json()['search_id']}"


async def test_searches_for_offers_and_for_wants_hear_each_on_its_own_channel(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Searcher") as searcher:
        offers = await save(searcher)
        wants = await save(searcher, name="Vraag", looks_for="want")
        async with searcher.listening(offers) as at_offers, searcher.listening(wants) as at_wants:
            far = await holder.offer(postcode="9711")
            near = await holder.offer(title="Dichtbij")
            sought = await holder.want(title="Gezocht", postcode="5038")
            found = await at_offers.next_alert()
            assert (found["kind"], found["about"], found["number"]) == ("listing_found", near["listing_id"], 1)
            assert found["body"]["listing"]["title"] == "Dichtbij"
            assert found["body"]["search_name"] == "Hout"
            asked = await at_wants.next_alert()
            assert (asked["about"], asked["body"]["search_name"]) == (sought["listing_id"], "Vraag")
        stored = await searcher.alerts(offers)
        assert [alert["about"] for alert in stored] == [near["listing_id"]]
        assert far["listing_id"] not in str(stored)
        assert await searcher.alerts() == []
        assert await searcher.trades() == []


async def test_a_lot_is_told_once_and_a_paused_or_ended_search_hears_nothing(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Searcher") as searcher:
        told, paused, ended = [await save(searcher, name=name) for name in ("told", "paused", "ended")]
        fields = {"name": "paused", "looks_for": "offer", "concepts": ["wood"], "active": False}
        where = f"/v1/saved-searches/{paused.removeprefix('search:')}"
        assert (await searcher.client.put(where, json=fields, headers={"If-Match": '"1"'})).status_code == 200
        assert (await searcher.client.delete(f"/v1/saved-searches/{ended.removeprefix('search:')}")).status_code == 204
        offer = await holder.offer()
        await eventually(lambda: searcher.alerts(told), lambda alerts: len(alerts) == 1)
        draft = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "15", "unit": "t", "postcode": "5038"}
        await holder.client.put(f"/v1/offers/{offer['listing_id']}", json=draft, headers={"If-Match": '"1"'})
        other = await holder.offer(title="Een tweede partij")
        alerts = await eventually(lambda: searcher.alerts(told), lambda found: len(found) >= 2)
        assert [alert["about"] for alert in alerts] == [offer["listing_id"], other["listing_id"]]
        assert await searcher.alerts(paused) == []


async def test_a_want_that_spans_two_families_is_proposed_once_per_offer(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        wood = await holder.offer()
        bricks = await holder.offer(title="Bakstenen", concept="bricks_reclaimed")
        want = await seeker.want(concepts=["wood_grade_b", "bricks_reclaimed"], quantity="40")
        trades = await eventually(seeker.trades, lambda found: len(found) == 2)
        assert {trade["counterpart"]["listing_id"] for trade in trades} == {wood["listing_id"], bricks["listing_id"]}
        proposed = await eventually(seeker.alerts, lambda found: len(found) == 2)
        assert [alert["kind"] for alert in proposed] == ["trade_proposed"] * 2
        await seeker.client.post(f"/v1/wants/{want['listing_id']}/withdraw")
        told = await eventually(seeker.alerts, lambda found: len(found) == 4)
        assert [alert["kind"] for alert in told[2:]] == ["trade_lapsed"] * 2
        assert await seeker.trades() == []
