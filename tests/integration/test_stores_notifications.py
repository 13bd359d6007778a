"""What the stores of notifications promise beyond the port: two writers at once, schemas, reading what is committed."""

import asyncio
import dataclasses
import random
from uuid import uuid4

import pytest

from contracts.events.alerts import AlertState
from infra.postgres.database import Database
from infra.postgres.stores.notifications import CommittedInbox, StoredDirectory, StoredInbox, notification_ports
from infra.postgres.transaction import transaction
from notifications.model import Channel, InboxHead, OrganisationCard, SearchCard
from tests.unit.notifications.promises import NOW, a_channel, a_listing, draft


async def append(database: Database, *drafts: tuple[Channel, str]) -> list[AlertState]:
    """Append in a transaction of its own."""
    async with transaction(database) as unit:
        return list(await StoredInbox(unit.connection).append([draft(*one) for one in drafts], NOW))


async def test_writers_at_once_leave_no_gap_and_no_number_twice(database: Database) -> None:
    channel = a_channel()
    inbox = CommittedInbox(database)
    async with asyncio.timeout(60):
        await asyncio.gather(*(append(database, (channel, f"{n}a"), (channel, f"{n}b")) for n in range(20)))
    alerts = await inbox.read(channel, 0, 100)
    assert [alert.number for alert in alerts] == list(range(1, 41))
    assert await inbox.head(channel) == InboxHead(1, 40)


async def test_writers_of_many_channels_in_any_order_do_not_deadlock(database: Database) -> None:
    channels = [a_channel() for _ in range(12)]

    async def write(seed: int) -> None:
        mixed = random.Random(seed).sample(channels, len(channels))
        await append(database, *((channel, str(seed)) for channel in mixed))

    async with asyncio.timeout(60):
        await asyncio.gather(*(write(seed) for seed in range(16)))
    heads = [await CommittedInbox(database).head(channel) for channel in channels]
    assert heads == [InboxHead(1, 16)] * 12


async def test_the_same_alert_from_two_writers_at_once_is_stored_once(database: Database) -> None:
    channel = a_channel()
    async with asyncio.timeout(60):
        stored = await asyncio.gather(*(append(database, (channel, "the same")) for _ in range(10)))
    assert sorted(len(alerts) for alerts in stored) == [0] * 9 + [1]
    assert await CommittedInbox(database).head(channel) == InboxHead(1, 1)


async def test_a_rolled_back_append_gives_its_numbers_back(database: Database) -> None:
    channel = a_channel()
    with pytest.raises(ZeroDivisionError):
        async with transaction(database) as unit:
            await StoredInbox(unit.connection).append([draft(channel, "a")], NOW)
            raise ZeroDivisionError
    assert [alert.number for alert in await append(database, (channel, "b"))] == [1]


async def test_a_number_is_seen_only_after_those_below_it(database: Database) -> None:
    channel, inbox = a_channel(), CommittedInbox(database)
    async with transaction(database) as unit:
        await StoredInbox(unit.connection).append([draft(channel, "first")], NOW)
        second = asyncio.create_task(append(database, (channel, "second")))
        await asyncio.wait([second], timeout=0.3)
        assert not second.done()
        assert await inbox.read(channel, 0, 10) == []
    await second
    assert [alert.number for alert in await inbox.read(channel, 0, 10)] == [1, 2]


async def test_nothing_to_append_is_nothing_stored(database: Database) -> None:
    assert await append(database) == []


async def test_two_services_keep_directories_of_their_own(database: Database) -> None:
    card, firm = a_listing(title="木 'x' \\"), OrganisationCard(uuid4(), 1, "Één & Co")
    async with transaction(database) as unit:
        trades = StoredDirectory(unit.connection, "trades")
        await trades.put_listing(card)
        await trades.put_organisation(firm)
        await trades.put_organisation(dataclasses.replace(firm, revision=1, name="Eén"))
        ours = notification_ports(unit.connection).directory
        assert await trades.listings([card.listing_id]) == {card.listing_id: card}
        assert (await trades.organisations([firm.organisation_id]))[firm.organisation_id].name == "Eén"
        assert await ours.listings([card.listing_id]) == {}
        assert await ours.organisations([firm.organisation_id]) == {}


async def test_copies_that_come_at_once_leave_the_newest(database: Database) -> None:
    card = a_listing()

    async def put(revision: int) -> None:
        async with transaction(database) as unit:
            await StoredDirectory(unit.connection).put_listing(dataclasses.replace(card, revision=revision))

    revisions = random.Random(5).sample(range(1, 31), 30)
    await asyncio.gather(*(put(revision) for revision in revisions))
    async with transaction(database) as unit:
        found = await StoredDirectory(unit.connection).listings([card.listing_id])
    assert found[card.listing_id].revision == 30


async def test_a_search_that_was_switched_off_stays_off_when_its_older_copy_comes_late(database: Database) -> None:
    card = SearchCard(uuid4(), 1, uuid4(), "Hout")
    off = dataclasses.replace(card, revision=2, active=False)
    async with transaction(database) as unit:
        directory = StoredDirectory(unit.connection)
        for one in (card, off, card):
            await directory.put_search(one)
        assert await directory.search(card.search_id) == off
