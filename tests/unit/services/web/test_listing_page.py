"""The page of a listing: what everybody, its owner and another organisation see and can do."""

from typing import Any

import pytest

from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


async def test_everything_unknown_is_said_to_be_unknown(office: Office) -> None:
    made = await (await office.member("Houder")).offer()
    async with visitor(office) as somebody:
        said = text_of(await somebody.get(f"/plaatsing/{made['listing_id']}"))
    assert "Conditie onbekend" in said
    assert "Wijzigen" not in said


async def test_an_anonymous_offer_shows_neither_name_nor_place_nor_documents(office: Office) -> None:
    member = await office.member("Geheime Sloper")
    made = await member.offer(visibility="anonymous", postcode="5038AA")
    await member.client.post(
        f"/v1/listings/{made['listing_id']}/evidence",
        data={"kind": "composition_report", "title": "Rapport Geheime Sloper"},
        files={"file": ("geheim.txt", b"vocht 12 procent", "text/plain")},
    )
    async with visitor(office) as somebody:
        page = await somebody.get(f"/plaatsing/{made['listing_id']}")
    assert "Geheime Sloper" not in page
    assert "5038" not in page
    assert "/document/" not in page


async def test_a_draft_is_opened_revised_and_withdrawn_by_its_owner(office: Office) -> None:
    member = await office.member("Houder")
    made = await member.offer(draft=True)
    address = f"/plaatsing/{made['listing_id']}"
    async with visitor(office, member.organisation_id) as holder:
        await holder.post(f"{address}/openen")
        form = await holder.get(f"{address}/wijzigen")
        assert "revisie=1" in form
        fields: dict[str, Any] = {
            "title": "Nieuwe naam",
            "concept": "wood_grade_b",
            "quantity": "5",
            "unit": "t",
            "postcode": "5038",
        }
        await holder.post(f"{address}/wijzigen?revisie=1", **fields, action="publish")
        assert "Nieuwe naam" in await holder.get(address)
        stale = await holder.post(f"{address}/wijzigen?revisie=1", 422, **{**fields, "title": "Nog anders"})
        assert "Iemand anders heeft dit net gewijzigd" in text_of(stale.text)
        await holder.post(f"{address}/terugtrekken", reason="Verkocht")
        assert "gesloten" in text_of(await holder.get(address))
    assert (await office.told())[-3:] == ["offer.published", "offer.revised", "offer.withdrawn"]


async def test_a_document_is_added_and_can_be_saved_but_not_shown(office: Office) -> None:
    member = await office.member("Houder")
    made = await member.offer()
    address = f"/plaatsing/{made['listing_id']}"
    async with visitor(office, member.organisation_id) as holder:
        files = {"document": ("rapport.txt", b"vocht 12 procent", "text/plain")}
        await holder.post(f"{address}/document", files=files, kind="composition_report")
        link = (await holder.get(address)).partition(f'href="{address}/document/')[2].partition('"')[0]
        sent = await holder.client.get(f"{address}/document/{link}")
        wrong = await holder.post(f"{address}/document", 422, kind="composition_report")
    assert sent.content == b"vocht 12 procent"
    assert sent.headers["content-disposition"].startswith("attachment")
    assert "Kies een soort en een bestand" in text_of(wrong.text)


@pytest.mark.parametrize("step", ["openen", "terugtrekken"])
async def test_another_organisation_can_change_nothing(office: Office, step: str) -> None:
    made = await (await office.member("Houder")).offer()
    other = await office.member("Ander")
    async with visitor(office, other.organisation_id) as somebody:
        answer = await somebody.post(f"/plaatsing/{made['listing_id']}/{step}", 403)
        assert "Alleen de eigenaar" in text_of(answer.text)
        revised = await somebody.client.get(f"/plaatsing/{made['listing_id']}/wijzigen")
    assert revised.status_code == 303


async def test_a_draft_of_another_organisation_does_not_exist(office: Office) -> None:
    made = await (await office.member("Houder")).offer(draft=True)
    other = await office.member("Ander")
    async with visitor(office, other.organisation_id) as somebody:
        assert "bestaat niet" in text_of(await somebody.get(f"/plaatsing/{made['listing_id']}", 404))
