"""The life of a listing, from draft to its end, and what becomes of proposals on the way. In both run modes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.house import utc_now
from services.monitor.sweeping import sweep
from tests.support.marketplace import Listening, Marketplace, Member, eventually

DRAFT = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "20", "unit": "t", "postcode": "5038"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


async def living(member: Member, number: int) -> list[dict[str, Any]]:
    """The living trades, once there are so many."""
    found: list[dict[str, Any]] = await eventually(member.trades, lambda trades: len(trades) == number)
    return found


async def revised(member: Member, where: str, tag: str, **fields: Any) -> str:
    """The ETag after a revision."""
    answer = await member.client.put(where, json={**DRAFT, **fields}, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text
    return str(answer.headers["etag"])


async def both_hear(sides: tuple[Listening, Listening], kind: str) -> dict[str, Any]:
    """The body of the next alert of that kind, which is about the same trade at both sides."""
    first, second = [await side.next_alert(kind) for side in sides]
    assert first["about"] == second["about"]
    return dict(first["body"])


async def test_a_draft_is_published_revised_and_withdrawn(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        await seeker.want(minimum="5")
        made = await holder.client.post("/v1/offers", json={**DRAFT, "draft": True})
        where, tag = made.headers["location"], made.headers["etag"]
        assert (await seeker.client.get(where)).status_code == 404
        async with holder.listening() as at_holder, seeker.listening() as at_seeker:
            sides = (at_holder, at_seeker)
            assert (await holder.client.post(f"{where}/publish")).json()["status"] == "open"
            await both_hear(sides, "trade_proposed")

            assert (await holder.client.put(where, json=DRAFT)).status_code == 428
            assert (await holder.client.put(where, json=DRAFT, headers={"If-Match": '"9"'})).status_code == 412
            fresh = await revised(holder, where, tag, quantity="15")
            stale = await holder.client.put(where, json={**DRAFT, "quantity": "16"}, headers={"If-Match": tag})
            assert stale.status_code == 412
            body = await both_hear(sides, "trade_revised")
            assert (body["quantity"], body["supersedes"] is not None) == ("15", True)

            await revised(holder, where, fresh, quantity="2")
            assert (await both_hear(sides, "trade_lapsed"))["reason"] == "revised"
            assert await living(seeker, 0) == []

            again = (await holder.client.get(where)).headers["etag"]
            await revised(holder, where, again, quantity="30")
            await both_hear(sides, "trade_proposed")
            gone = await holder.client.post(f"{where}/withdraw", json={"reason": "Elders verkocht"})
            assert gone.json()["status"] == "closed"
            assert (await both_hear(sides, "trade_lapsed"))["reason"] == "withdrawn"
        await living(seeker, 0)
        (ended,) = [trade for trade in await seeker.trades(status="lapsed") if trade["lapse_reason"] == "withdrawn"]
        assert (await seeker.client.post(f"/v1/trades/{ended['trade_id']}/accept")).status_code in (404, 409)


async def test_a_listing_expires_and_can_be_renewed(market: Marketplace) -> None:
    later = replace(market.house, now=lambda: utc_now() + timedelta(days=3))
    until = market.house.today() + timedelta(days=1)
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        await seeker.want()
        offer = await holder.offer(available_until=until.isoformat())
        where = f"/v1/offers/{offer['listing_id']}"
        await living(holder, 1)
        async with holder.listening(after=None) as at_holder, seeker.listening(after=None) as at_seeker:
            assert await sweep(market.house) == (0, 0)
            assert await sweep(later) == (1, 0)
            assert (await both_hear((at_holder, at_seeker), "trade_lapsed"))["reason"] == "expired"
            seen = await holder.client.get(where)
            assert seen.json()["status"] == "expired"
            await revised(holder, where, seen.headers["etag"])
            await both_hear((at_holder, at_seeker), "trade_proposed")
        assert (await holder.client.get(where)).json()["status"] == "open"


async def test_an_accepted_trade_lapses_with_its_want(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        want = await seeker.want()
        offer = await holder.offer()
        (trade,) = await living(holder, 1)
        accepted = await holder.client.post(f"/v1/trades/{trade['trade_id']}/accept")
        assert accepted.json()["status"] == "accepted"
        await seeker.client.post(f"/v1/wants/{want['listing_id']}/withdraw")
        await eventually(lambda: holder.trades(status="lapsed"), lambda found: len(found) == 1)
        freed = await eventually(
            lambda: holder.client.get(f"/v1/offers/{offer['listing_id']}"),
            lambda answer: answer.json()["status"] == "open" and answer.json()["remaining"] == "20",
        )
        assert freed.status_code == 200


async def test_a_document_makes_a_new_revision_and_the_proposal_stays_one(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        await seeker.want()
        offer = await holder.offer()
        (before,) = await living(seeker, 1)
        added = await holder.client.post(
            f"/v1/listings/{offer['listing_id']}/evidence",
            data={"kind": "composition_report"},
            files={"file": ("report.pdf", PDF, "application/pdf")},
        )
        assert added.status_code == 201, added.text
        (after,) = await eventually(
            seeker.trades, lambda trades: len(trades) == 1 and trades[0]["trade_id"] != before["trade_id"]
        )
        accepted = await seeker.client.post(f"/v1/trades/{after['trade_id']}/accept")
        assert accepted.json()["status"] == "accepted"
