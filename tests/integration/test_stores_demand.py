"""Cells of the map of demand out of the database."""

from decimal import Decimal
from pathlib import Path

from contracts.vocabulary.terms import ListingKind
from infra.postgres.stores.demand import cells_of
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import office_at


async def test_only_open_listings_that_everybody_may_see_count(new_dsn: NewDsn, tmp_path: Path) -> None:
    async with office_at(await new_dsn(), tmp_path) as office:
        one, other = await office.member("Een"), await office.member("Ander")
        await one.want(quantity="2", postcode="5038")
        await one.want(quantity="3", postcode="5038", visibility="anonymous")
        await other.want(quantity="4", postcode="5038", visibility="partners", partners=[str(one.organisation_id)])
        await other.want(draft=True)
        await one.offer()
        async with office.house.database.connection() as connection:
            (cell,) = await cells_of(connection, ListingKind.WANT, "wood")
            assert await cells_of(connection, ListingKind.WANT, "glass") == []
            assert len(await cells_of(connection, ListingKind.OFFER, None)) == 1
    assert (cell.municipality_code, cell.listings, cell.kg) == ("GM0855", 2, Decimal(5000))
