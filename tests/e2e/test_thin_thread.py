"""The thin thread through the whole house: an offer by HTTP, a proposal, a frame at both sides, an agreed trade."""

from tests.support.marketplace import Marketplace, eventually


async def test_an_offer_and_a_want_become_an_agreed_trade(market: Marketplace) -> None:
    async with market.member("Zagerij") as holder, market.member("Spaanplaat") as seeker:
        async with holder.listening() as at_holder, seeker.listening() as at_seeker:
            want = await seeker.want(minimum="10")
            offer = await holder.offer()
            told_holder = await at_holder.next_alert("trade_proposed")
            told_seeker = await at_seeker.next_alert("trade_proposed")
            assert told_holder["about"] == told_seeker["about"]
            assert told_holder["body"]["listing"]["listing_id"] == offer["listing_id"]
            assert told_seeker["body"]["counterpart"]["listing_id"] == offer["listing_id"]
            assert told_holder["body"]["verdict"]["status"] == "undetermined"
            trade_id = told_holder["about"]

            accepted = await eventually(
                lambda: holder.client.post(f"/v1/trades/{trade_id}/accept"), lambda answer: answer.status_code == 200
            )
            assert accepted.json()["status"] == "accepted"
            assert (await at_seeker.next_alert("trade_changed"))["body"]["status"] == "accepted"
            agreed = await seeker.client.post(f"/v1/trades/{trade_id}/agree")
            assert (agreed.status_code, agreed.json()["status"]) == (200, "agreed")
            assert agreed.json()["counterpart"]["organisation"]["name"] == "Zagerij"

        closed = await eventually(
            lambda: holder.client.get(f"/v1/offers/{offer['listing_id']}"),
            lambda answer: answer.json()["status"] == "closed",
        )
        assert closed.json()["remaining"] == "0"
        done = await holder.client.post(f"/v1/trades/{trade_id}/collect")
        assert done.json()["status"] == "collected"
        done = await seeker.client.post(f"/v1/trades/{trade_id}/complete")
        assert done.json()["status"] == "completed"
        assert want["status"] == "open"
