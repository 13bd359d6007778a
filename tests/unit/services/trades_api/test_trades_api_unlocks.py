"""One document away: what the holder of an offer is told, and nobody else."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.quantities import Unit
from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from services.trades_api.unlocks import tonnes_of
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

PAPERS = ("contract_with_user", "process_description", "product_specification", "reach_position", "zzs_risk_analysis")
MORE = ("lawful_use_check", "foreign_authority_opinion")


async def sawdust(holder: Member, *papers: str) -> dict[str, Any]:
    """An offer of sawdust as a by-product with these papers."""
    offer = await holder.offer(
        title="Zaagsel",
        concept="wood_sawdust",
        quantity="12000",
        unit="kg",
        origin_process="production_residue",
        processing_done=["normal_industrial_practice"],
        claimed_status="by_product",
    )
    for paper in papers:
        answer = await holder.client.post(
            f"/v1/listings/{offer['listing_id']}/evidence",
            data={"kind": paper},
            files={"file": ("papier.txt", paper.encode(), "text/plain")},
        )
        assert answer.status_code == 201, answer.text
    return offer


async def asked(member: Member, offer: dict[str, Any]) -> dict[str, Any]:
    """The answer for this offer."""
    answer = await member.client.get(f"/v1/offers/{offer['listing_id']}/unlocks")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_one_paper_that_is_missing_is_told_with_trades_and_tonnes(office: Office) -> None:
    holder = await office.member("Holder")
    for number in range(2):
        seeker = await office.member(f"Seeker {number}")
        await seeker.want(concepts=["wood_sawdust"], intended_use="raw_material", quantity="5")
    offer = await sawdust(holder, *PAPERS, *MORE)
    await office.settle([matcher_consumer, trades_consumer])
    told = await asked(holder, offer)
    assert (told["open_trades"], told["held_back"]) == (2, 0)
    best = told["unlocks"][0]
    assert [paper["code"] for paper in best["documents"]] == ["environmental_assessment"]
    assert (best["trades"], Decimal(best["tonnes"]), best["statuses"]) == (2, Decimal(10), ["by_product"])
    assert best["documents"][0]["nl"] != best["documents"][0]["en"]
    assert told["advice_nl"] == "voorstel, geen besluit"


async def test_only_the_owner_may_ask(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await seeker.want(concepts=["wood_sawdust"], intended_use="raw_material")
    offer = await sawdust(holder)
    await office.settle([matcher_consumer, trades_consumer])
    path = f"/v1/offers/{offer['listing_id']}/unlocks"
    assert (await seeker.client.get(path)).status_code == 404
    assert (await office.client().get(path)).status_code == 401
    assert (await holder.client.get(path)).status_code == 200


async def test_trades_that_no_rule_answers_are_counted_apart(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    offer = await holder.offer()
    await seeker.want()
    await office.settle([matcher_consumer, trades_consumer])
    told = await asked(holder, offer)
    assert (told["open_trades"], told["held_back"], told["unlocks"]) == (1, 1, [])


@pytest.mark.parametrize(
    ("quantity", "unit", "tonnes"),
    [
        (Decimal(12000), Unit.KG, Decimal(12)),
        (Decimal(3), Unit.TONNE, Decimal(3)),
        (Decimal(3), Unit.PIECE, None),
        (None, None, None),
    ],
)
def test_a_weight_is_told_only_when_the_unit_tells_it(
    quantity: Decimal | None, unit: Unit | None, tonnes: Decimal | None
) -> None:
    assert tonnes_of(quantity, unit) == tonnes
