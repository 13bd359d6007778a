"""Searching: filters from the address, the map of the same results, and keeping a search as an alert."""

from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


async def test_the_list_and_the_map_show_the_same(office: Office) -> None:
    member = await office.member("Houder")
    await member.offer(title="Hout in Tilburg")
    await member.offer(title="Nog meer hout in Tilburg")
    await member.offer(title="Hout in Groningen", postcode="9711")
    async with visitor(office) as somebody:
        query = "soort=aanbod&q=hout&postcode=5038&straal=20"
        said = text_of(await somebody.get(f"/zoeken?{query}"))
        found = (await somebody.client.get(f"/zoeken/kaart.json?{query}")).json()
    assert "Hout in Tilburg" in said
    assert "Groningen" not in said
    (spot,) = found["places"]
    assert (spot["count"], found["radius_km"]) == (2, 20)
    assert spot["label"] == "2 plaatsingen in Tilburg"


async def test_what_is_wrong_with_a_filter_is_said_and_the_rest_still_counts(office: Office) -> None:
    member = await office.member("Houder")
    await member.offer(title="Hout in Tilburg")
    async with visitor(office) as somebody:
        said = text_of(await somebody.get("/zoeken?q=hout&min=veel"))
    assert "Vul bij minstens een getal in" in said
    assert "Hout in Tilburg" in said


async def test_pages_follow_each_other(office: Office) -> None:
    member = await office.member("Houder")
    for number in range(22):
        await member.offer(title=f"Partij {number:02d}")
    async with visitor(office) as somebody:
        first = await somebody.get("/zoeken")
        following = first.partition('href="/zoeken?')[2]
        assert "verder=" in first
        assert following
        link = first[first.index("verder=") - 200 :].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
        second = text_of(await somebody.get(link))
    assert "Partij 00" in second
    assert "Partij 21" not in second


async def test_a_search_is_kept_as_an_alert(office: Office) -> None:
    member = await office.member("Zoeker")
    async with visitor(office, member.organisation_id) as somebody:
        form = await somebody.get("/zoeken/bewaren?q=B-hout&postcode=5038")
        assert 'value="wood_grade_b" selected' in form
        answer = await somebody.post(
            "/zoeken/bewaren", naam="Hout", materiaal="wood_grade_b", postcode="5038", straal="30", soort="aanbod"
        )
        assert "Hout" in text_of(await somebody.follow(answer))
    assert "search.published" in await office.told()


async def test_an_alert_without_a_material_is_refused_at_its_field(office: Office) -> None:
    member = await office.member("Zoeker")
    async with visitor(office, member.organisation_id) as somebody:
        answer = await somebody.post("/zoeken/bewaren", 422, naam="Alles", soort="aanbod")
    assert 'href="#materiaal"' in answer.text


async def test_keeping_a_search_asks_to_sign_in_and_comes_back(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get("/zoeken/bewaren?q=hout")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/inloggen?naar=%2Fzoeken%2Fbewaren%3Fq%3Dhout"
