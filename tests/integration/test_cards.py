"""Cards of one batch: of each thing the newest, and never over a higher revision that is stored."""

from dataclasses import replace
from uuid import uuid4

import pytest

from infra.postgres.database import Database
from infra.postgres.stores.cards import CardWriter, keep_newest
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.transaction import one_statement, transaction
from notifications.model import ListingCard, OrganisationCard
from tests.unit.notifications.promises import a_listing


async def kept(database: Database, schema: str, *cards: ListingCard | OrganisationCard) -> None:
    """Keep cards in one batch."""
    writer = CardWriter(schema)
    for card in cards:
        writer.put(card)
    async with one_statement(database) as unit:
        writer.flush(unit)


@pytest.mark.parametrize("schema", ["notifications", "trades"])
async def test_a_higher_revision_stays(database: Database, schema: str) -> None:
    card, organisation = a_listing(revision=4), OrganisationCard(uuid4(), 4, "Bakker")
    await kept(database, schema, card, organisation)
    await kept(database, schema, replace(card, revision=3), replace(organisation, revision=3))
    async with transaction(database) as unit:
        directory = StoredDirectory(unit.connection, schema)
        assert await directory.listings([card.listing_id]) == {card.listing_id: card}
        assert await directory.organisations([organisation.organisation_id]) == {
            organisation.organisation_id: organisation
        }


def test_an_equal_revision_takes_the_place_of_the_former() -> None:
    first = a_listing()
    cards = {first.listing_id: first}
    keep_newest(cards, first.listing_id, replace(first, title="the same revision, reserved"))
    assert cards[first.listing_id].title == "the same revision, reserved"


async def test_nothing_is_written_for_an_empty_batch(database: Database) -> None:
    await kept(database, "trades")
