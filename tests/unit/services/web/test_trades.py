"""The inbox of proposals."""

from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


async def test_proposals_stand_there_by_state_and_in_the_order_that_was_asked(office: Office) -> None:
    holder, seeker = await office.member("Houder"), await office.member("Zoeker")
    await holder.offer(title="Sloophout", quantity="100")
    await seeker.want(title="Dichtbij", postcode="5038")
    await seeker.want(title="Ver weg", postcode="9711")
    await office.settle()
    async with visitor(office, holder.organisation_id) as somebody:
        near = text_of(await somebody.get("/voorstellen?eerst=area"))
        assert near.index("Dichtbij") < near.index("Ver weg")
        assert "Hier staan nog geen voorstellen" in text_of(await somebody.get("/voorstellen?stand=klaar"))
        await somebody.get("/voorstellen?stand=onzin&eerst=onzin")


async def test_a_row_is_what_the_live_connection_puts_into_the_list(office: Office) -> None:
    holder, seeker = await office.member("Houder"), await office.member("Zoeker")
    await holder.offer()
    await seeker.want(title="Gevraagd hout")
    await office.settle()
    (trade,) = await holder.trades()
    async with visitor(office, holder.organisation_id) as somebody:
        part = await somebody.get(f"/voorstellen/{trade['trade_id']}/regel")
    assert part.strip().startswith("<article")
    assert "Gevraagd hout" in part
