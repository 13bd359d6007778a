"""The front page: what is there, near a postcode or not."""

from services.web.front import figures_of
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


async def test_the_front_page_shows_what_is_new_and_counts_what_is_open(office: Office) -> None:
    member = await office.member("Houder")
    await member.offer(title="Sloophout uit de Reeshof", quantity="1500")
    async with visitor(office) as somebody:
        said = text_of(await somebody.get("/"))
    assert "Sloophout uit de Reeshof" in said
    assert "ton aangeboden 1.500" in said
    assert "Inloggen" in said


async def test_near_a_postcode_only_what_is_near_is_shown(office: Office) -> None:
    member = await office.member("Houder")
    await member.offer(title="Dichtbij in Tilburg")
    await member.offer(title="Ver weg in Groningen", postcode="9711")
    async with visitor(office) as somebody:
        said = text_of(await somebody.get("/?postcode=5038"))
    assert "Aangeboden in de buurt van Tilburg" in said
    assert "Dichtbij in Tilburg" in said
    assert "Ver weg" not in said


async def test_a_postcode_that_does_not_exist_is_told_with_an_example(office: Office) -> None:
    async with visitor(office) as somebody:
        assert "zoals 3511 AB" in text_of(await somebody.get("/?postcode=0000XX"))


async def test_english_is_one_press_away_and_stays(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.post("/taal", taal="en", naar="/zoeken?q=hout")
        assert answer.headers["location"] == "/zoeken?q=hout"
        assert "What one has left" in text_of(await somebody.get("/"))


async def test_the_counters_alone_are_a_part_of_the_page(office: Office) -> None:
    async with visitor(office) as somebody:
        part = await somebody.get("/cijfers")
    assert part.lstrip().startswith("<dl")
    assert callable(figures_of)
