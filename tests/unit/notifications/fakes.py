"""In-memory ports of notifications: what the Postgres stores promise, without a database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from contracts.events.alerts import AlertState
from notifications.inbox import number
from notifications.model import (
    Channel,
    Draft,
    InboxEntry,
    InboxHead,
    ListingCard,
    OrganisationCard,
    SearchCard,
)
from notifications.ports import Ports

Card = TypeVar("Card", ListingCard, OrganisationCard, SearchCard)


class InMemoryInbox:
    """The inboxes as a list of entries per channel; `forget` is what retention does."""

    def __init__(self) -> None:
        self.entries: dict[Channel, list[InboxEntry]] = {}
        self.heads: dict[Channel, InboxHead] = {}
        self._keys: set[tuple[Channel, str]] = set()

    async def append(self, drafts: Sequence[Draft], now: datetime) -> Sequence[AlertState]:
        numbered = number(drafts, self.heads, now, frozenset(self._keys))
        self.heads.update(numbered.heads)
        for entry in numbered.entries:
            channel = Channel.parse(entry.alert.channel)
            self.entries.setdefault(channel, []).append(entry)
            self._keys.add((channel, entry.dedupe_key))
        return [entry.alert for entry in numbered.entries]

    async def read(self, channel: Channel, after: int, limit: int) -> Sequence[AlertState]:
        alerts = (entry.alert for entry in self.entries.get(channel, ()))
        return [alert for alert in alerts if alert.number > after][:limit]

    async def head(self, channel: Channel) -> InboxHead:
        return self.heads.get(channel, InboxHead())

    async def forget(self, channel: Channel, up_to: int) -> None:
        kept = [entry for entry in self.entries[channel] if entry.alert.number > up_to]
        self.entries[channel] = kept
        self.heads[channel] = InboxHead(up_to + 1, self.heads[channel].last)


class InMemoryDirectory:
    """The directory as three dictionaries in which the highest revision stays."""

    def __init__(self) -> None:
        self._listings: dict[UUID, ListingCard] = {}
        self._organisations: dict[UUID, OrganisationCard] = {}
        self._searches: dict[UUID, SearchCard] = {}
        self._acted: frozenset[UUID] = frozenset()

    async def listings(self, ids: Iterable[UUID]) -> Mapping[UUID, ListingCard]:
        return {one: self._listings[one] for one in ids if one in self._listings}

    async def organisations(self, ids: Iterable[UUID]) -> Mapping[UUID, OrganisationCard]:
        return {one: self._organisations[one] for one in ids if one in self._organisations}

    async def search(self, search_id: UUID) -> SearchCard | None:
        return self._searches.get(search_id)

    async def put_listing(self, card: ListingCard) -> None:
        _put(self._listings, card.listing_id, card)

    async def put_organisation(self, card: OrganisationCard) -> None:
        _put(self._organisations, card.organisation_id, card)

    async def put_search(self, card: SearchCard) -> None:
        _put(self._searches, card.search_id, card)

    async def acted_upon(self, trade_ids: Iterable[UUID]) -> frozenset[UUID]:
        return self._acted.intersection(trade_ids)

    async def put_acted(self, trade_id: UUID) -> None:
        self._acted |= {trade_id}


def _put(cards: dict[UUID, Card], identity: UUID, card: Card) -> None:
    if identity not in cards or cards[identity].revision <= card.revision:
        cards[identity] = card


def fake_ports() -> Ports:
    """Empty inboxes and an empty directory."""
    return Ports(InMemoryInbox(), InMemoryDirectory())
