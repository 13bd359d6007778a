"""A listing as a row: what is searched beside the record, exact, and without what others may not find."""

from decimal import Decimal
from uuid import uuid4

import orjson
import pytest

from contracts.vocabulary.places import municipalities
from infra.postgres.database import Database
from infra.postgres.stores.listing_rows import COLUMNS, concepts_of, document, knows_labels, learn_labels, row_of
from listings.drafting import new_listing
from listings.model import AnyListing
from tests.unit.listings.scenes import HOLDER_ID, NOW, SEEKER_ID, offer_draft, want_draft


def an_offer(**changes: object) -> AnyListing:
    """A published offer."""
    made = new_listing(offer_draft(**changes), uuid4(), HOLDER_ID, NOW)
    return made.model_copy(update={"published_at": NOW})


async def test_the_names_of_a_material_are_learnt_once_as_the_database_takes_them_apart(database: Database) -> None:
    offer = an_offer(concept="wood_grade_c")
    async with database.connection() as connection:
        await learn_labels(connection, [offer])
        assert knows_labels(offer)
        row = row_of(offer)
        names = await connection.fetchval("SELECT $1::tsvector @@ to_tsquery('dutch', 'hout')", row["labels"])
    assert names is True


async def test_a_row_has_every_column(database: Database) -> None:
    for listing in (an_offer(), new_listing(want_draft(), uuid4(), SEEKER_ID, NOW)):
        async with database.connection() as connection:
            await learn_labels(connection, [listing])
        assert {name for name, _ in COLUMNS} <= row_of(listing).keys()
        assert row_of(listing)["concepts"] == concepts_of(listing)


async def test_an_anonymous_listing_stands_on_its_municipality(database: Database) -> None:
    offer = an_offer(visibility="anonymous")
    async with database.connection() as connection:
        await learn_labels(connection, [offer])
    assert offer.place is not None
    point = municipalities()[offer.place.municipality_code].point
    assert (row_of(offer)["lat"], row_of(offer)["lon"]) == (point.lat, point.lon)


def test_decimals_stay_exact_and_nothing_unknown_is_written() -> None:
    assert orjson.loads(document([{"price": Decimal("0.1000000000000000000000001")}])) == [
        {"price": "0.1000000000000000000000001"}
    ]
    with pytest.raises(TypeError, match="set"):
        document([{"families": {1}}])
