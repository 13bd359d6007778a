"""The map of demand on the site: page, widget and figures for the map."""

from services.web.demand_map import KEEP_S
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


async def demand(office: Office, organisations: int, **fields: str) -> None:
    """Wants of so many organisations."""
    for number in range(organisations):
        await (await office.member(f"Vrager {number}")).want(**{"postcode": "5038", **fields})


async def test_demand_shows_once_three_organisations_stand_behind_it(office: Office) -> None:
    await demand(office, 2)
    async with visitor(office) as somebody:
        assert "nog te weinig organisaties" in text_of(await somebody.get("/kaart"))
        await demand(office, 3)
        office.app.state.demand_areas.clear()
        assert "Tilburg 5" in text_of(await somebody.get("/kaart?q=hout"))
        assert "Vrager" not in await somebody.get("/kaart?q=hout")
        found = (await somebody.client.get("/kaart/vraag.json?q=hout")).json()
    assert [area["code"] for area in found["areas"]] == ["GM0855"]
    assert found["places"][0]["count"] == 5
    assert KEEP_S > 0


async def test_far_away_is_left_out_when_a_radius_is_asked(office: Office) -> None:
    await demand(office, 3)
    async with visitor(office) as somebody:
        near = text_of(await somebody.get("/kaart?postcode=5038&straal=20"))
        far = text_of(await somebody.get("/kaart?postcode=9711&straal=20"))
    assert "Tilburg 3" in near
    assert "Tilburg 3" not in far


async def test_only_the_widget_may_be_framed(office: Office) -> None:
    await demand(office, 3)
    async with visitor(office) as somebody:
        widget = await somebody.client.get("/kaart/los")
        page = await somebody.client.get("/kaart")
    assert "frame-ancestors *" in widget.headers["content-security-policy"]
    assert "<form" not in widget.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
