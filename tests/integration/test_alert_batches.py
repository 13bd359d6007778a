"""The ports of one batch keep the promises of the ports, write nothing before its end, and notice who was first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from infra.eventlog.delivery import ReadAgain
from infra.postgres.database import Database
from infra.postgres.stores.alert_batches import AlertBatch
from infra.postgres.stores.notifications import CommittedInbox, StoredDirectory, StoredInbox
from infra.postgres.transaction import OneStatement, one_statement, transaction
from notifications.model import Channel, InboxHead, OrganisationCard, SearchCard
from tests.unit.notifications.promises import ABOUT as TRADE
from tests.unit.notifications.promises import NOW, a_channel, a_listing, draft


@pytest.fixture
async def batch(database: Database) -> AsyncIterator[AlertBatch]:
    """A batch that is never written."""
    async with database.connection() as connection:
        yield AlertBatch.on(OneStatement(connection))


async def told(database: Database, *drafts: tuple[Channel, str]) -> list[int]:
    """Append in a batch of its own; the numbers."""
    async with one_statement(database) as unit:
        batch = AlertBatch.on(unit)
        stored = await batch.inbox.append([draft(*one) for one in drafts], NOW)
        batch.flush()
    return [alert.number for alert in stored]


async def keys(database: Database, channel: Channel) -> list[int]:
    """The numbers that are stored."""
    return [alert.number for alert in await CommittedInbox(database).read(channel, 0, 100)]


async def test_numbers_go_on_where_the_last_batch_ended(database: Database) -> None:
    one, two = a_channel(), a_channel()
    assert await told(database, (one, "a"), (two, "a"), (one, "b")) == [1, 1, 2]
    assert await told(database, (two, "b"), (one, "c")) == [2, 3]
    assert await CommittedInbox(database).head(one) == InboxHead(1, 3)
    assert await keys(database, one) == [1, 2, 3]


async def test_a_key_that_comes_twice_in_a_batch_is_numbered_once(database: Database) -> None:
    channel = a_channel()
    async with one_statement(database) as unit:
        batch = AlertBatch.on(unit)
        for _ in range(2):
            await batch.inbox.append([draft(channel, "a"), draft(channel, "a")], NOW)
        batch.flush()
    assert await keys(database, channel) == [1]


async def test_a_batch_that_is_not_flushed_leaves_nothing(database: Database) -> None:
    channel = a_channel()
    async with one_statement(database) as unit:
        await AlertBatch.on(unit).inbox.append([draft(channel, "a")], NOW)
    assert await CommittedInbox(database).head(channel) == InboxHead(1, 0)


@pytest.mark.parametrize("stored_before", [0, 3])
async def test_a_number_that_another_gave_meanwhile_is_not_given_again(database: Database, stored_before: int) -> None:
    channel, other = a_channel(), a_channel()
    for number in range(stored_before):
        await told(database, (channel, f"before {number}"))
    with pytest.raises(ReadAgain):
        async with one_statement(database) as unit:
            batch = AlertBatch.on(unit)
            await batch.inbox.append([draft(channel, "mine"), draft(other, "mine")], NOW)
            await told(database, (channel, "another's"))
            batch.flush()
    assert await keys(database, channel) == list(range(1, stored_before + 2))
    assert await keys(database, other) == []


async def test_an_alert_that_was_stored_before_undoes_the_batch(database: Database) -> None:
    channel = a_channel()
    await told(database, (channel, "a"))
    with pytest.raises(ReadAgain):
        await told(database, (channel, "b"), (channel, "a"))
    assert await keys(database, channel) == [1]


async def test_both_ways_of_writing_at_once_leave_no_gap(database: Database) -> None:
    channels = [a_channel() for _ in range(4)]

    async def at_once(seed: int) -> None:
        mixed = channels[seed % 4 :] + channels[: seed % 4]
        drafts = [(channel, f"at once {seed}") for channel in mixed]
        try:
            await told(database, *drafts)
        except ReadAgain:
            async with transaction(database) as unit:
                await StoredInbox(unit.connection).append([draft(*one) for one in drafts], NOW)

    async with asyncio.timeout(60):
        await asyncio.gather(*(at_once(seed) for seed in range(24)))
    for channel in channels:
        assert await keys(database, channel) == list(range(1, 25))


async def test_cards_of_the_batch_are_found_in_it_and_stored_at_its_end(database: Database) -> None:
    card, organisation = a_listing(), OrganisationCard(a_listing().listing_id, 2, "Bakker")
    async with one_statement(database) as unit:
        batch = AlertBatch.on(unit)
        await batch.directory.put_listing(card)
        await batch.directory.put_organisation(organisation)
        assert await batch.directory.listings([card.listing_id, TRADE]) == {card.listing_id: card}
        batch.flush()
    async with transaction(database) as unit:
        stored = StoredDirectory(unit.connection)
        assert await stored.listings([card.listing_id]) == {card.listing_id: card}
        assert await stored.organisations([organisation.organisation_id]) == {
            organisation.organisation_id: organisation
        }


async def test_a_card_gives_way_to_a_higher_revision_wherever_that_stands(database: Database) -> None:
    older = a_listing(revision=2)
    newer = replace(older, revision=3, title="Nieuw")
    for first, second in ((older, newer), (newer, older)):
        async with one_statement(database) as unit:
            batch = AlertBatch.on(unit)
            await batch.directory.put_listing(first)
            await batch.directory.put_listing(second)
            assert await batch.directory.listings([older.listing_id]) == {older.listing_id: newer}
            batch.flush()
    async with one_statement(database) as unit:
        batch = AlertBatch.on(unit)
        await batch.directory.put_listing(older)
        assert await batch.directory.listings([older.listing_id]) == {older.listing_id: newer}
        batch.flush()


async def test_searches_and_acted_trades_are_remembered(database: Database, batch: AlertBatch) -> None:
    search = SearchCard(a_listing().listing_id, 1, a_listing().listing_id, "Hout")
    assert await batch.directory.search(search.search_id) is None
    assert await batch.directory.acted_upon([TRADE]) == frozenset()
    async with one_statement(database) as unit:
        writing = AlertBatch.on(unit)
        await writing.directory.put_search(search)
        await writing.directory.put_acted(TRADE)
        assert await writing.directory.acted_upon([TRADE]) == {TRADE}
        assert await writing.directory.search(search.search_id) == search
        writing.flush()
    assert await batch.directory.search(search.search_id) == search
    assert await batch.directory.acted_upon([TRADE]) == {TRADE}


async def test_what_was_prepared_is_not_read_again(database: Database) -> None:
    card, channel = a_listing(), a_channel()
    async with transaction(database) as unit:
        await StoredDirectory(unit.connection).put_listing(card)
    async with one_statement(database) as unit:
        batch = AlertBatch.on(unit)
        await batch.prepare([card.listing_id], [], [channel])
        async with transaction(database) as other:
            await StoredDirectory(other.connection).put_listing(replace(card, revision=9))
        assert await batch.directory.listings([card.listing_id]) == {card.listing_id: card}
        assert await batch.inbox.head(channel) == InboxHead()
        assert await batch.inbox.read(channel, 0, 10) == []
