"""Searches that must not read every listing use an index (5,000 listings, as PostgreSQL plans it)."""

import random
from uuid import UUID

from sqlalchemy.sql.compiler import SQLCompiler

from contracts.vocabulary.places import postcodes
from contracts.vocabulary.terms import ListingKind
from infra.postgres.stores.listing_search import Filters, Order, _statement
from listings.model import AnyListing
from tests.integration.searched_market import ALL, UTRECHT, Market, listed, market
from tests.unit.listings.scenes import STRANGER_ID

__all__ = ["market"]


INDEXED: dict[str, tuple[Filters, Order, str]] = {
    "newest": (Filters(kind=ListingKind.OFFER), Order.NEWEST, "listings_by_change"),
    "mine": (Filters(owner=STRANGER_ID, viewer=STRANGER_ID, statuses=ALL), Order.NEWEST, "listings_by_owner"),
    "rare word": (Filters(text="asfaltgranulaat"), Order.NEWEST, "listings_by_words"),
    "rare material": (Filters(concept="glass"), Order.NEWEST, "listings_by_concept"),
    "small radius": (Filters(near=UTRECHT, radius_km=5), Order.NEAREST, "listings_by_place"),
}


async def filled(market: Market, number: int) -> None:
    """A market of that size: nearly all of it paper, spread over the country."""
    chance = random.Random(11)
    codes = sorted(postcodes())
    made: list[AnyListing] = []
    for n in range(number):
        owner = STRANGER_ID if n % 500 == 0 else UUID(int=1000 + n % 300)
        concept = "glass" if n % 800 == 0 else "paper"
        title = "Asfaltgranulaat" if n % 700 == 0 else f"Partij {n}"
        made.append(listed(title, owner, concept=concept, postcode=chance.choice(codes), seconds=n))
    for start in range(0, number, 500):
        await market.put(*made[start : start + 500])
    async with market.database.connection() as connection:
        await connection.execute("VACUUM ANALYZE listings.listings")


async def plan(market: Market, filters: Filters, order: Order) -> str:
    """How PostgreSQL would carry out a search."""
    statement = _statement(filters, order, None, 51)
    compiled = statement.compile(dialect=market.engine.dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    async with market.database.connection() as connection:
        return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {compiled}", *values))


async def test_five_thousand_listings_are_searched_by_index(market: Market) -> None:
    await filled(market, 5000)
    plans = {name: await plan(market, filters, order) for name, (filters, order, _) in INDEXED.items()}
    wrong = {name: text for name, text in plans.items() if INDEXED[name][2] not in text}
    assert wrong == {}, "\n\n".join(wrong.values())
