"""What notifications need from outside: the inboxes, and a directory of who and what alerts are about.

Implementations run inside the transaction of the handler; nothing here commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.events.alerts import AlertState
from notifications.model import Channel, Draft, InboxHead, ListingCard, OrganisationCard, SearchCard


class InboxReader(Protocol):
    """Reads what was stored and committed."""

    async def read(self, channel: Channel, after: int, limit: int) -> Sequence[AlertState]:
        """At most `limit` alerts with a number above `after`, lowest first."""
        ...

    async def head(self, channel: Channel) -> InboxHead:
        """The numbers that the inbox holds; `InboxHead()` for a channel without alerts."""
        ...


class Inbox(InboxReader, Protocol):
    """The numbered inboxes."""

    async def append(self, drafts: Sequence[Draft], now: datetime) -> Sequence[AlertState]:
        """Store `drafts` under the numbers that `inbox.number` gives, and return what was stored, in order.

        Drafts whose (channel, dedupe_key) is stored already are left out of the answer. The heads of the
        channels are locked, in the order of their names so that two writers cannot wait for each other, and
        the numbers are given after that: a number once seen is never filled in later.
        """
        ...


class Directory(Protocol):
    """Cards of listings, organisations and searches. It may lag behind: events come in independent lanes."""

    async def listings(self, ids: Iterable[UUID]) -> Mapping[UUID, ListingCard]:
        """The cards that are known; unknown ids are left out."""
        ...

    async def organisations(self, ids: Iterable[UUID]) -> Mapping[UUID, OrganisationCard]:
        """The cards that are known; unknown ids are left out."""
        ...

    async def search(self, search_id: UUID) -> SearchCard | None:
        """The card of a saved search; None when it is unknown."""
        ...

    async def acted_upon(self, trade_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the trades on which somebody acted."""
        ...

    async def put_acted(self, trade_id: UUID) -> None:
        """Remember that somebody acted on a trade."""
        ...

    async def put_listing(self, card: ListingCard) -> None:
        """Store `card`, unless a higher revision is stored: the copies for other families may come later."""
        ...

    async def put_organisation(self, card: OrganisationCard) -> None:
        """Store `card`, unless a higher revision is stored."""
        ...

    async def put_search(self, card: SearchCard) -> None:
        """Store `card`, unless a higher revision is stored."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a handler of notifications may touch."""

    inbox: Inbox
    directory: Directory
