"""Figures over all open listings: right, and not counted for each visitor."""

from decimal import Decimal
from pathlib import Path

from infra.postgres.stores.market_figures import KEEP_S, MarketFigures
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import office_at


async def test_what_is_open_to_all_is_counted_now_and_then(new_dsn: NewDsn, tmp_path: Path) -> None:
    moment = [100.0]
    async with office_at(await new_dsn(), tmp_path) as office:
        figures = MarketFigures(office.house.database, lambda: moment[0])
        assert (await figures.newest()).offers == 0
        member = await office.member("Houder")
        await member.offer(quantity="2")
        await member.offer(quantity="3", visibility="anonymous")
        await member.offer(draft=True)
        await member.want(quantity="7")
        assert (await figures.newest()).offers == 0
        moment[0] += KEEP_S + 1
        found = await figures.newest()
        assert (found.offers, found.wants) == (2, 1)
        assert (found.offered_kg, found.wanted_kg) == (Decimal(5000), Decimal(7000))
