"""What every inbox and every directory promises: inherited by the tests of the fakes and of the stores.

A subclass gives the fixtures `inbox` and `directory`, empty ones.
"""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from contracts.events.alerts import AlertKind
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, Visibility
from notifications.model import Channel, Draft, InboxHead, ListingCard, OrganisationCard, SearchCard
from notifications.ports import Directory, Inbox

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ABOUT = UUID(int=7)


def draft(channel: Channel, key: str, **body: object) -> Draft:
    """A draft of which only channel, key and body matter."""
    return Draft(channel, AlertKind.TRADE_PROPOSED, ABOUT, dict(body), key)


def a_channel() -> Channel:
    """A channel that no other test uses."""
    return Channel.of_organisation(uuid4())


def a_listing(**changes: object) -> ListingCard:
    """A public offer of bricks in Arnhem."""
    card = ListingCard(
        listing_id=uuid4(),
        revision=1,
        organisation_id=uuid4(),
        kind=ListingKind.OFFER,
        title="Gave bakstenen",
        concepts=("brick",),
        quantity=Decimal("12.5"),
        unit=Unit.TONNE,
        municipality="Arnhem",
        province="Gelderland",
        visibility=Visibility.PUBLIC,
    )
    return dataclasses.replace(card, **changes)  # type: ignore[arg-type]


class InboxPromises:
    """Numbers without gaps, each alert once, and pages in order."""

    async def test_each_channel_counts_from_one(self, inbox: Inbox) -> None:
        one, two = a_channel(), a_channel()
        stored = await inbox.append([draft(one, "a"), draft(two, "a"), draft(one, "b")], NOW)
        assert [(alert.channel, alert.number) for alert in stored] == [(str(one), 1), (str(two), 1), (str(one), 2)]
        assert await inbox.head(one) == InboxHead(1, 2)

    async def test_numbers_go_on_where_the_last_batch_ended(self, inbox: Inbox) -> None:
        channel = a_channel()
        await inbox.append([draft(channel, "a")], NOW)
        assert [alert.number for alert in await inbox.append([draft(channel, "b")], NOW)] == [2]

    async def test_an_alert_that_is_stored_already_is_not_stored_again(self, inbox: Inbox) -> None:
        channel = a_channel()
        await inbox.append([draft(channel, "a")], NOW)
        stored = await inbox.append([draft(channel, "a"), draft(channel, "b"), draft(channel, "b")], NOW)
        assert [alert.number for alert in stored] == [2]
        assert await inbox.head(channel) == InboxHead(1, 2)

    async def test_a_page_starts_after_the_number_asked_and_keeps_order(self, inbox: Inbox) -> None:
        channel = a_channel()
        await inbox.append([draft(channel, str(key)) for key in range(10)], NOW)
        assert [alert.number for alert in await inbox.read(channel, 3, 4)] == [4, 5, 6, 7]
        assert [alert.number for alert in await inbox.read(channel, 9, 4)] == [10]

    async def test_an_alert_reads_back_as_it_was_stored(self, inbox: Inbox) -> None:
        channel = a_channel()
        (stored,) = await inbox.append([draft(channel, "a", score=0.5, title="Één m³", nothing=None)], NOW)
        (read,) = await inbox.read(channel, 0, 1)
        assert read == stored
        assert read.raised_at == NOW

    async def test_a_channel_without_alerts_is_an_empty_inbox(self, inbox: Inbox) -> None:
        channel = a_channel()
        assert await inbox.head(channel) == InboxHead(1, 0)
        assert list(await inbox.read(channel, 0, 10)) == []


class DirectoryPromises:
    """The highest revision stays, and what is unknown is left out."""

    async def test_a_listing_reads_back_as_it_was_put(self, directory: Directory) -> None:
        card = a_listing(visibility=Visibility.PARTNERS, partners=frozenset({uuid4(), uuid4()}))
        await directory.put_listing(card)
        assert await directory.listings([card.listing_id, uuid4()]) == {card.listing_id: card}

    async def test_a_late_copy_of_an_older_listing_changes_nothing(self, directory: Directory) -> None:
        newest = a_listing(revision=3, visibility=Visibility.ANONYMOUS)
        await directory.put_listing(newest)
        await directory.put_listing(dataclasses.replace(newest, revision=2, visibility=Visibility.PUBLIC))
        assert await directory.listings([newest.listing_id]) == {newest.listing_id: newest}

    async def test_a_newer_organisation_replaces_an_older_one(self, directory: Directory) -> None:
        old = OrganisationCard(uuid4(), 1, "Sloopbedrijf De Beuk", "12345678")
        new = dataclasses.replace(old, revision=2, name="De Beuk Circulair", kvk_number=None)
        await directory.put_organisation(new)
        await directory.put_organisation(old)
        assert await directory.organisations([old.organisation_id]) == {old.organisation_id: new}

    async def test_a_search_knows_whose_it_is(self, directory: Directory) -> None:
        card = SearchCard(uuid4(), 1, uuid4(), "Bakstenen bij Arnhem")
        await directory.put_search(card)
        assert await directory.search(card.search_id) == card
        assert await directory.search(uuid4()) is None

    async def test_a_trade_somebody_acted_upon_is_remembered(self, directory: Directory) -> None:
        acted, waiting = uuid4(), uuid4()
        await directory.put_acted(acted)
        await directory.put_acted(acted)
        assert await directory.acted_upon([acted, waiting]) == {acted}
