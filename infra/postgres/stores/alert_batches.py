"""The inboxes and the directory for one batch of the notifier: read once before it, written once after it.

The same ports as `infra.postgres.stores.notifications`, for a unit of work that locks nothing. Numbers are given on the
heads as they were read; the one statement at the end insists that they still stand there, so that a number once seen
is never filled in later, and two notifiers never give the same one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.events.alerts import AlertState
from infra.postgres.parts import Part
from infra.postgres.stores.cards import Card, CardWriter, keep_newest
from infra.postgres.stores.notifications import (
    ACTED_UPON,
    SEARCH,
    read_alerts,
    read_head,
    record_of,
    to_listing_card,
    to_organisation_card,
    to_search_card,
)
from infra.postgres.transaction import OneStatement
from notifications.inbox import number
from notifications.model import Channel, Draft, InboxEntry, InboxHead, ListingCard, OrganisationCard, SearchCard
from notifications.ports import Ports

CARDS = """
SELECT 'listing' AS what, listing_id AS id, NULL AS channel, NULL::bigint AS first, NULL::bigint AS last, record
FROM notifications.known_listings WHERE listing_id = ANY($1::uuid[])
UNION ALL
SELECT 'organisation', organisation_id, NULL, NULL, NULL, record
FROM notifications.known_organisations WHERE organisation_id = ANY($2::uuid[])
UNION ALL
SELECT 'head', NULL, channel, first, last, NULL FROM notifications.heads WHERE channel = ANY($3::text[])
"""
STORE = """
INSERT INTO notifications.inbox (channel, number, dedupe_key, alert)
SELECT * FROM unnest({0}::text[], {1}::bigint[], {2}::text[], {3}::jsonb[])
"""
BEGIN_HEADS = """
INSERT INTO notifications.heads (channel, first, last) SELECT channel, 1, last
FROM unnest({0}::text[], {1}::bigint[]) AS new (channel, last)
"""
# Locked in the order of the channels, so that two notifiers cannot wait for each other in a circle.
MOVE_HEADS = """
UPDATE notifications.heads AS h SET last = new.last
FROM (
    SELECT channel, last FROM notifications.heads WHERE channel = ANY({0}::text[]) ORDER BY channel FOR UPDATE
) AS held
JOIN unnest({0}::text[], {1}::bigint[], {2}::bigint[]) AS new (channel, before, last) USING (channel)
WHERE h.channel = held.channel AND held.last = new.before
"""
PUT_SEARCHES = """
INSERT INTO notifications.known_searches (search_id, revision, organisation_id, record)
SELECT * FROM unnest({0}::uuid[], {1}::int[], {2}::uuid[], {3}::jsonb[])
ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision, record = excluded.record
WHERE known_searches.revision <= excluded.revision
"""
PUT_ACTED = "INSERT INTO notifications.acted_trades (trade_id) SELECT unnest({0}::uuid[]) ON CONFLICT DO NOTHING"


@dataclass
class Known:
    """What was read for a batch. Ids that were looked for and not found are held too, as None."""

    listings: dict[UUID, ListingCard | None] = field(default_factory=dict)
    organisations: dict[UUID, OrganisationCard | None] = field(default_factory=dict)
    heads: dict[str, InboxHead] = field(default_factory=dict)

    async def read(
        self, unit: OneStatement, listings: Iterable[UUID], organisations: Iterable[UUID], channels: Iterable[str]
    ) -> None:
        """Read what is not known yet, all in one go."""
        wanted = [set(listings) - self.listings.keys(), set(organisations) - self.organisations.keys()]
        names = set(channels) - self.heads.keys()
        if not (any(wanted) or names):
            return
        self.listings.update(dict.fromkeys(wanted[0]))
        self.organisations.update(dict.fromkeys(wanted[1]))
        self.heads.update(dict.fromkeys(names, InboxHead()))
        for row in await unit.reading.fetch(CARDS, list(wanted[0]), list(wanted[1]), list(names)):
            if row["what"] == "head":
                self.heads[row["channel"]] = InboxHead(row["first"], row["last"])
            elif row["what"] == "listing":
                self.listings[row["id"]] = to_listing_card(row["record"])
            else:
                self.organisations[row["id"]] = to_organisation_card(row["record"])


class BatchInbox:
    """The port `notifications.ports.Inbox` for one batch."""

    def __init__(self, unit: OneStatement, known: Known) -> None:
        self._unit = unit
        self._known = known
        self._before: dict[str, int] = {}
        self._keys: set[tuple[Channel, str]] = set()
        self._entries: list[InboxEntry] = []

    async def append(self, drafts: Sequence[Draft], now: datetime) -> Sequence[AlertState]:
        """Number drafts; they are stored at the end of the batch. One that was stored earlier undoes the batch then."""
        channels = {str(draft.channel): draft.channel for draft in drafts}
        await self._known.read(self._unit, (), (), channels)
        heads = {channel: self._known.heads[name] for name, channel in channels.items()}
        numbered = number(drafts, heads, now, frozenset(self._keys))
        for channel, head in numbered.heads.items():
            self._before.setdefault(str(channel), self._known.heads[str(channel)].last)
            self._known.heads[str(channel)] = head
        self._keys |= {(Channel.parse(entry.alert.channel), entry.dedupe_key) for entry in numbered.entries}
        self._entries.extend(numbered.entries)
        return [entry.alert for entry in numbered.entries]

    async def read(self, channel: Channel, after: int, limit: int) -> Sequence[AlertState]:
        """What was stored before this batch."""
        return await read_alerts(self._unit.reading, channel, after, limit)

    async def head(self, channel: Channel) -> InboxHead:
        """The numbers that the inbox held before this batch."""
        return await read_head(self._unit.reading, channel)

    def flush(self) -> None:
        """Have the unit of work store the alerts and move the heads."""
        if not self._entries:
            return
        alerts = [entry.alert for entry in self._entries]
        columns = (
            [alert.channel for alert in alerts],
            [alert.number for alert in alerts],
            [entry.dedupe_key for entry in self._entries],
            [alert.model_dump_json().encode() for alert in alerts],
        )
        self._unit.write(Part("alerts", STORE, columns))
        grown = sorted((name, before, self._known.heads[name].last) for name, before in self._before.items())
        fresh, moved = [head for head in grown if not head[1]], [head for head in grown if head[1]]
        if fresh:
            self._unit.write(
                Part("begun", BEGIN_HEADS, ([name for name, _, _ in fresh], [last for _, _, last in fresh]))
            )
        if moved:
            self._unit.write(Part("heads", MOVE_HEADS, _columns(moved), rows=len(moved)))


class BatchDirectory:
    """The port `notifications.ports.Directory` for one batch."""

    def __init__(self, unit: OneStatement, known: Known) -> None:
        self._unit = unit
        self._known = known
        self._cards = CardWriter("notifications")
        self._searches: dict[UUID, SearchCard] = {}
        self._acted: set[UUID] = set()

    async def listings(self, ids: Iterable[UUID]) -> Mapping[UUID, ListingCard]:
        """The cards that are known, those of this batch included."""
        wanted = tuple(ids)
        await self._known.read(self._unit, wanted, (), ())
        return _newest(wanted, self._known.listings, self._cards.listings)

    async def organisations(self, ids: Iterable[UUID]) -> Mapping[UUID, OrganisationCard]:
        """The cards that are known, those of this batch included."""
        wanted = tuple(ids)
        await self._known.read(self._unit, (), wanted, ())
        return _newest(wanted, self._known.organisations, self._cards.organisations)

    async def search(self, search_id: UUID) -> SearchCard | None:
        """The card of a saved search."""
        record = await self._unit.reading.fetchval(SEARCH, search_id)
        stored = {search_id: to_search_card(record) if record else None}
        return _newest((search_id,), stored, self._searches).get(search_id)

    async def acted_upon(self, trade_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the trades on which somebody acted."""
        wanted = list(trade_ids)
        rows = await self._unit.reading.fetch(ACTED_UPON, wanted) if wanted else []
        return frozenset(row["trade_id"] for row in rows) | (self._acted & set(wanted))

    async def put_acted(self, trade_id: UUID) -> None:
        """Remember that somebody acted on a trade."""
        self._acted.add(trade_id)

    async def put_listing(self, card: ListingCard) -> None:
        """Store the card, unless a higher revision is stored."""
        self._cards.put(card)

    async def put_organisation(self, card: OrganisationCard) -> None:
        """Store the card, unless a higher revision is stored."""
        self._cards.put(card)

    async def put_search(self, card: SearchCard) -> None:
        """Store the card, unless a higher revision is stored."""
        keep_newest(self._searches, card.search_id, card)

    def flush(self) -> None:
        """Have the unit of work store the cards."""
        self._cards.flush(self._unit)
        searches = sorted(self._searches.items())
        if searches:
            rows = [(key, card.revision, card.organisation_id, record_of(card)) for key, card in searches]
            self._unit.write(Part("search_cards", PUT_SEARCHES, _columns(rows)))
        if self._acted:
            self._unit.write(Part("acted", PUT_ACTED, (sorted(self._acted),)))


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


def _newest(ids: Iterable[UUID], stored: Mapping[UUID, Card | None], batch: Mapping[UUID, Card]) -> dict[UUID, Card]:
    """Of each id the stored card or the one of this batch, whichever a reader would find after the batch."""
    found: dict[UUID, Card] = {}
    for key in ids:
        old, new = stored.get(key), batch.get(key)
        card = new if new is not None and (old is None or old.revision <= new.revision) else old
        if card is not None:
            found[key] = card
    return found


@dataclass(frozen=True, slots=True)
class AlertBatch:
    """The ports of one batch; `prepare` before its events, `flush` after them."""

    unit: OneStatement
    known: Known
    inbox: BatchInbox
    directory: BatchDirectory

    @classmethod
    def on(cls, unit: OneStatement) -> "AlertBatch":
        """For one unit of work."""
        known = Known()
        return cls(unit, known, BatchInbox(unit, known), BatchDirectory(unit, known))

    @property
    def ports(self) -> Ports:
        """As the domain knows them."""
        return Ports(inbox=self.inbox, directory=self.directory)

    async def prepare(
        self, listings: Iterable[UUID], organisations: Iterable[UUID], channels: Iterable[Channel]
    ) -> None:
        """Read what the events of the batch mention."""
        await self.known.read(self.unit, listings, organisations, map(str, channels))

    def flush(self) -> None:
        """Have the unit of work write everything."""
        self.inbox.flush()
        self.directory.flush()
