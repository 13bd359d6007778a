"""The page of a trade: accept, agree, decline, write; and what an outsider gets."""

from uuid import uuid4

import pytest

from tests.support.marketplace import Member
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor

Sides = tuple[Member, Member, str]


@pytest.fixture
async def sides(office: Office) -> Sides:
    """A holder, a seeker, and the address of their proposal."""
    holder, seeker = await office.member("De Houder"), await office.member("De Zoeker")
    await holder.offer(quantity="100", visibility="anonymous")
    await seeker.want(quantity="40", minimum="10")
    await office.settle()
    (trade,) = await holder.trades()
    return holder, seeker, f"/voorstellen/{trade['trade_id']}"


async def test_a_proposal_shows_why_it_fits_and_what_the_law_says(office: Office, sides: Sides) -> None:
    _, seeker, address = sides
    async with visitor(office, seeker.organisation_id) as somebody:
        said = text_of(await somebody.get(address))
    for words in ("Waarom dit past", "Is het nog afval?", "Aan de deur van de vrager", "Accepteren"):
        assert words in said
    assert "De Houder" not in said


async def test_both_sides_say_yes_and_learn_each_others_name(office: Office, sides: Sides) -> None:
    holder, seeker, address = sides
    async with visitor(office, holder.organisation_id) as one, visitor(office, seeker.organisation_id) as other:
        said = text_of(await one.follow(await one.post(f"{address}/accepteren")))
        assert "tot dan is uw hoeveelheid vastgehouden" in said
        await other.post(f"{address}/akkoord")
        await office.settle()
        said = text_of(await other.get(address))
        assert "De Houder" in said
        assert "namen zijn uitgewisseld" in said
        await other.post(f"{address}/opgehaald")
        await one.post(f"{address}/afgerond")
        assert "Dit is afgerond" in text_of(await one.get(address))


async def test_another_quantity_can_be_accepted_and_nonsense_is_told(office: Office, sides: Sides) -> None:
    holder, _, address = sides
    async with visitor(office, holder.organisation_id) as one:
        wrong = await one.post(f"{address}/accepteren", 422, quantity="veel", unit="t")
        assert "Vul een hoeveelheid boven nul in" in text_of(wrong.text)
        await one.post(f"{address}/accepteren", quantity="12,5", unit="t")
        assert "12,5 ton" in text_of(await one.get(address))


async def test_no_is_one_press_with_its_reason(office: Office, sides: Sides) -> None:
    holder, seeker, address = sides
    async with visitor(office, holder.organisation_id) as one, visitor(office, seeker.organisation_id) as other:
        await one.post(f"{address}/afwijzen", 422, reason="zomaar")
        await one.post(f"{address}/afwijzen", reason="too_far")
        assert "Afgewezen: te ver is" in text_of(await other.get(address))
        late = await other.post(f"{address}/accepteren", 409)
        assert "Dit kan niet meer met dit voorstel" in text_of(late.text)


async def test_messages_are_read_by_the_two_sides_and_told_without_their_words(office: Office, sides: Sides) -> None:
    holder, seeker, address = sides
    async with visitor(office, holder.organisation_id) as one, visitor(office, seeker.organisation_id) as other:
        await one.post(f"{address}/bericht", text="Donderdag <b>om tien</b> uur?")
        await one.post(f"{address}/bericht", 422, text="  ")
        await office.settle()
        page = await other.get(address)
        assert "Donderdag &lt;b&gt;om tien&lt;/b&gt; uur?" in page
        assert "Bericht van de ander" in text_of(page)
    assert not [event for event in await office.events() if b"Donderdag" in event.data]
    assert (await seeker.alerts())[-1]["body"]["message_id"]
    assert "message_id" not in (await holder.alerts())[-1]["body"]


@pytest.mark.parametrize("path", ["", "/regel"])
async def test_an_outsider_learns_nothing(office: Office, sides: Sides, path: str) -> None:
    outsider = await office.member("Buitenstaander")
    async with visitor(office, outsider.organisation_id) as somebody:
        for address in (sides[2], f"/voorstellen/{uuid4()}"):
            said = text_of(await somebody.get(f"{address}{path}", 404))
            assert "niet van uw organisatie" in said


@pytest.mark.parametrize(
    "step", ["accepteren", "akkoord", "afwijzen", "terugtrekken", "opgehaald", "afgerond", "bericht"]
)
async def test_an_outsider_does_nothing(office: Office, sides: Sides, step: str) -> None:
    outsider = await office.member("Buitenstaander")
    async with visitor(office, outsider.organisation_id) as somebody:
        await somebody.post(f"{sides[2]}/{step}", 404, reason="too_far", text="Hallo")
