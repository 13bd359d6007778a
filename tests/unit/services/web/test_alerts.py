"""Alerts: the list with why, answers, what was read, and settings."""

import pytest

from tests.support.marketplace import Member
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


@pytest.fixture
async def holder(office: Office) -> Member:
    """A holder with one proposal, and one alert of it."""
    member, seeker = await office.member("Houder"), await office.member("Zoeker")
    await member.offer(title="Mijn sloophout")
    await seeker.want(title="Gevraagd hout")
    await office.settle()
    return member


async def test_an_alert_says_why_it_was_given_and_what_fits_least(office: Office, holder: Member) -> None:
    async with visitor(office, holder.organisation_id) as somebody:
        said = text_of(await somebody.get("/meldingen"))
    assert "Nieuw voorstel: Gevraagd hout" in said
    assert "Dit gaat over uw plaatsing Mijn sloophout" in said
    assert "past het minst" in said


async def test_an_alert_of_a_pool_says_with_how_many_and_links_to_no_pair(office: Office) -> None:
    first, second, seeker = [await office.member(name) for name in ("Een", "Twee", "Zoeker")]
    await seeker.want(title="Gevraagd hout", quantity="60", minimum="50")
    await first.offer(title="Mijn sloophout", quantity="27")
    await second.offer(title="Ander sloophout", quantity="27")
    await office.settle()
    async with visitor(office, first.organisation_id) as somebody:
        page = await somebody.get("/meldingen")
    said = text_of(page)
    assert "Nieuw voorstel: Mijn sloophout" in said
    assert "Een gebundelde ruil met 3 partijen." in said
    assert "54 ton" in said
    assert 'href="/voorstellen/"' not in page


async def test_the_bell_counts_down_when_everything_is_read(office: Office, holder: Member) -> None:
    async with visitor(office, holder.organisation_id) as somebody:
        assert 'data-count="1"' in await somebody.get("/meldingen")
        await somebody.post("/meldingen/gelezen", nummer="1")
        assert 'data-count="0"' in await somebody.get("/meldingen")
        await somebody.post("/meldingen/gelezen", nummer="-4e99")


async def test_an_answer_is_one_press(office: Office, holder: Member) -> None:
    async with visitor(office, holder.organisation_id) as somebody:
        await somebody.post("/meldingen/antwoord", kanaal="", nummer="1", antwoord="too_far")
        assert "Uw antwoord: Te ver" in text_of(await somebody.get("/meldingen"))


async def test_what_the_bell_counts_is_set_per_kind(office: Office, holder: Member) -> None:
    async with visitor(office, holder.organisation_id) as somebody:
        await somebody.post("/meldingen/instellingen", soort="trade_changed", eerst="chain")
        page = await somebody.get("/meldingen/zoekopdrachten")
        assert 'data-count="0"' in page
        assert 'value="trade_changed" checked' in page
        assert 'value="trade_proposed" checked' not in page


async def test_a_saved_search_is_paused_resumed_and_ended(office: Office, holder: Member) -> None:
    made = await holder.client.post(
        "/v1/saved-searches", json={"name": "Hout bij ons", "looks_for": "want", "concepts": ["wood"]}
    )
    address = f"/meldingen/zoekopdrachten/{made.json()['search_id']}"
    await office.settle()
    async with visitor(office, holder.organisation_id) as somebody:
        await somebody.post(address, doe="pauzeer")
        assert "gepauzeerd" in text_of(await somebody.get("/meldingen/zoekopdrachten"))
        await somebody.post(address, doe="hervat")
        found = text_of(await somebody.get(f"/meldingen?kanaal=search:{made.json()['search_id']}"))
        assert "Dit past bij uw zoekopdracht Hout bij ons" in found
        await somebody.post(address, doe="beeindig")
        assert "Hout bij ons" not in text_of(await somebody.get("/meldingen/zoekopdrachten"))
