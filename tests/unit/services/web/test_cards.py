"""Listings as cards in a list."""

from services.web.cards import Card
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


async def test_a_card_shows_what_its_reader_may_see(office: Office) -> None:
    member = await office.member("Geheime Sloper")
    await member.offer(title="Anoniem hout", visibility="anonymous", price_eur_per_tonne="-35", recurrence="per_month")
    async with visitor(office) as somebody, visitor(office, member.organisation_id) as owner:
        said = text_of(await somebody.get("/zoeken"))
        assert "Anoniem hout 20 ton per maand · houder betaalt € 35 per ton" in said.replace("\u00a0", " ")
        assert "Van u" not in said
        assert "Van u" in text_of(await owner.get("/zoeken"))
    assert Card.__doc__
