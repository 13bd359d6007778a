"""Copper scrap with all papers truly ceases to be waste through the marketplace, in both run modes."""

from typing import Any

from tests.support.marketplace import Marketplace, Member, eventually

PAPERS = (
    "acceptance_control_record",
    "grading_specification",
    "qms_certificate",
    "radioactivity_certificate",
    "sampling_analysis_report",
    "statement_of_conformity",
    "visual_inspection_record",
)


async def bring_in(member: Member, offer: dict[str, Any], kind: str) -> None:
    """A document with its bytes."""
    answer = await member.client.post(
        f"/v1/listings/{offer['listing_id']}/evidence",
        data={"kind": kind},
        files={"file": (f"{kind}.txt", f"{kind} van deze partij".encode(), "text/plain")},
    )
    assert answer.status_code == 201, answer.text


async def verdicts(member: Member) -> list[dict[str, Any]]:
    """The verdicts on the trades that stand."""
    return [trade["verdict"] for trade in await member.trades()]


async def test_the_last_paper_makes_scrap_a_product_and_losing_it_makes_it_waste(market: Marketplace) -> None:
    async with market.member("Sloperij") as holder, market.member("Smelterij") as seeker:
        await seeker.want(title="Koper", concepts=["nf_copper"], intended_use="furnace_melting")
        offer = await holder.offer(
            title="Koperschroot, gesorteerd",
            concept="nf_copper",
            eural_code="191203",
            origin_process="separately_collected, recoverable_metal",
            processing_done=["sorted", "sheared", "treatment_completed"],
            claimed_status="end_of_waste",
            properties=[{"name": "foreign_materials", "unit": "% w/w", "value": "1.9"}],
        )
        for kind in PAPERS[:-1]:
            await bring_in(holder, offer, kind)
        (almost,) = await eventually(
            lambda: verdicts(holder),
            lambda found: [one["blockers"] for one in found] == [["missing:visual_inspection_record"]],
        )
        assert almost["status"] == "waste"

        async with seeker.listening() as at_seeker:
            await bring_in(holder, offer, PAPERS[-1])
            told = await at_seeker.next_alert("trade_revised")
            while told["body"]["verdict"]["status"] == "waste":
                told = await at_seeker.next_alert("trade_revised")
        assert told["body"]["verdict"]["status"] == "end_of_waste"
        assert told["body"]["verdict_before"] == "waste"
        (now,) = await eventually(
            lambda: verdicts(seeker), lambda found: [one["status"] for one in found] == ["end_of_waste"]
        )
        assert now["blockers"] == []

        listing = (await holder.client.get(f"/v1/offers/{offer['listing_id']}")).json()
        (statement,) = [one for one in listing["evidence"] if one["kind"] == "statement_of_conformity"]
        path = f"/v1/listings/{offer['listing_id']}/evidence/{statement['evidence_id']}"
        assert (await holder.client.delete(path)).status_code == 200
        await eventually(lambda: verdicts(seeker), lambda found: [one["status"] for one in found] == ["waste"])
