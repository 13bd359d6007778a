"""The numbered inboxes and the directory, in the schema `notifications`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.events.alerts import AlertState
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, Visibility
from infra.postgres.database import Connection, Database
from notifications.inbox import number
from notifications.model import Channel, Draft, InboxHead, ListingCard, OrganisationCard, SearchCard
from notifications.ports import Ports

# The heads are locked before numbers are given, in the order of the channels: two writers never wait for each
# other in a circle within one call, and a number that was seen is never filled in later.
MAKE_HEADS = """
INSERT INTO notifications.heads (channel, first, last) SELECT channel, 1, 0 FROM unnest($1::text[]) AS channel
ORDER BY channel ON CONFLICT DO NOTHING
"""
LOCK_HEADS = """
SELECT channel, first, last FROM notifications.heads WHERE channel = ANY($1::text[]) ORDER BY channel FOR UPDATE
"""
KNOWN = """
SELECT i.channel, i.dedupe_key FROM unnest($1::text[], $2::text[]) AS new (channel, dedupe_key)
JOIN notifications.inbox AS i USING (channel, dedupe_key)
"""
STORE = """
INSERT INTO notifications.inbox (channel, number, dedupe_key, alert)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::jsonb[])
"""
MOVE_HEADS = """
UPDATE notifications.heads AS h SET last = new.last
FROM unnest($1::text[], $2::bigint[]) AS new (channel, last) WHERE h.channel = new.channel
"""
READ = """
SELECT alert FROM notifications.inbox WHERE channel = $1 AND number > $2 ORDER BY number LIMIT $3
"""
HEAD = "SELECT first, last FROM notifications.heads WHERE channel = $1"


class StoredInbox:
    """The port `notifications.ports.Inbox` on the connection of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, drafts: Sequence[Draft], now: datetime) -> Sequence[AlertState]:
        """Store drafts under the next numbers of their channels; what was stored, in order."""
        if not drafts:
            return []
        channels = {str(draft.channel): draft.channel for draft in drafts}
        heads = await self._lock(channels)
        numbered = number(drafts, heads, now, await self._known(drafts))
        alerts = [entry.alert for entry in numbered.entries]
        await self._connection.execute(
            STORE,
            [alert.channel for alert in alerts],
            [alert.number for alert in alerts],
            [entry.dedupe_key for entry in numbered.entries],
            [alert.model_dump(mode="json") for alert in alerts],
        )
        grown = {str(channel): head.last for channel, head in numbered.heads.items()}
        await self._connection.execute(MOVE_HEADS, list(grown), list(grown.values()))
        return alerts

    async def _lock(self, channels: Mapping[str, Channel]) -> dict[Channel, InboxHead]:
        names = sorted(channels)
        await self._connection.execute(MAKE_HEADS, names)
        rows = await self._connection.fetch(LOCK_HEADS, names)
        return {channels[row["channel"]]: InboxHead(row["first"], row["last"]) for row in rows}

    async def _known(self, drafts: Sequence[Draft]) -> frozenset[tuple[Channel, str]]:
        channels, keys = [str(draft.channel) for draft in drafts], [draft.dedupe_key for draft in drafts]
        rows = await self._connection.fetch(KNOWN, channels, keys)
        return frozenset((Channel.parse(row["channel"]), row["dedupe_key"]) for row in rows)

    async def read(self, channel: Channel, after: int, limit: int) -> Sequence[AlertState]:
        """At most `limit` alerts with a number above `after`, lowest first."""
        return await read_alerts(self._connection, channel, after, limit)

    async def head(self, channel: Channel) -> InboxHead:
        """The numbers that the inbox holds."""
        return await read_head(self._connection, channel)


async def read_alerts(connection: Connection, channel: Channel, after: int, limit: int) -> list[AlertState]:
    """Alerts of a channel after a number, lowest first."""
    rows = await connection.fetch(READ, str(channel), after, limit)
    return [AlertState.model_validate(row["alert"]) for row in rows]


async def read_head(connection: Connection, channel: Channel) -> InboxHead:
    """The numbers of a channel."""
    row = await connection.fetchrow(HEAD, str(channel))
    return InboxHead(row["first"], row["last"]) if row else InboxHead()


class CommittedInbox:
    """The port `notifications.ports.InboxReader`: a connection of its own for each question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, channel: Channel, after: int, limit: int) -> Sequence[AlertState]:
        """At most `limit` alerts with a number above `after`, lowest first."""
        async with self._database.connection() as connection:
            return await read_alerts(connection, channel, after, limit)

    async def head(self, channel: Channel) -> InboxHead:
        """The numbers that the inbox holds."""
        async with self._database.connection() as connection:
            return await read_head(connection, channel)


PUT_SEARCH = """
INSERT INTO notifications.known_searches (search_id, revision, organisation_id, record) VALUES ($1, $2, $3, $4)
ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision, record = excluded.record
WHERE known_searches.revision <= excluded.revision
"""
ACTED_UPON = "SELECT trade_id FROM notifications.acted_trades WHERE trade_id = ANY($1::uuid[])"
PUT_ACTED = "INSERT INTO notifications.acted_trades (trade_id) VALUES ($1) ON CONFLICT DO NOTHING"
SEARCH = "SELECT record FROM notifications.known_searches WHERE search_id = $1"


class StoredDirectory:
    """The port `notifications.ports.Directory`, in the schema of the service that keeps it."""

    def __init__(self, connection: Connection, schema: str = "notifications") -> None:
        self._connection = connection
        self._schema = schema

    def _put(self, table: str, key: str) -> str:
        return f"""
        INSERT INTO {self._schema}.{table} ({key}, revision, record) VALUES ($1, $2, $3)
        ON CONFLICT ({key}) DO UPDATE SET revision = excluded.revision, record = excluded.record
        WHERE {table}.revision <= excluded.revision
        """  # noqa: S608 - our own names

    async def _records(self, table: str, key: str, ids: Iterable[UUID]) -> list[dict[str, Any]]:
        sql = f"SELECT record FROM {self._schema}.{table} WHERE {key} = ANY($1::uuid[])"  # noqa: S608 - our own names
        return [row["record"] for row in await self._connection.fetch(sql, list(ids))]

    async def listings(self, ids: Iterable[UUID]) -> Mapping[UUID, ListingCard]:
        """The cards that are known."""
        cards = [to_listing_card(record) for record in await self._records("known_listings", "listing_id", ids)]
        return {card.listing_id: card for card in cards}

    async def organisations(self, ids: Iterable[UUID]) -> Mapping[UUID, OrganisationCard]:
        """The cards that are known."""
        records = await self._records("known_organisations", "organisation_id", ids)
        cards = [to_organisation_card(record) for record in records]
        return {card.organisation_id: card for card in cards}

    async def search(self, search_id: UUID) -> SearchCard | None:
        """The card of a saved search."""
        record = await self._connection.fetchval(SEARCH, search_id)
        return to_search_card(record) if record else None

    async def acted_upon(self, trade_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the trades on which somebody acted."""
        rows = await self._connection.fetch(ACTED_UPON, list(trade_ids))
        return frozenset(row["trade_id"] for row in rows)

    async def put_acted(self, trade_id: UUID) -> None:
        """Remember that somebody acted on a trade."""
        await self._connection.execute(PUT_ACTED, trade_id)

    async def put_listing(self, card: ListingCard) -> None:
        """Store the card, unless a higher revision is stored."""
        sql = self._put("known_listings", "listing_id")
        await self._connection.execute(sql, card.listing_id, card.revision, record_of(card))

    async def put_organisation(self, card: OrganisationCard) -> None:
        """Store the card, unless a higher revision is stored."""
        sql = self._put("known_organisations", "organisation_id")
        await self._connection.execute(sql, card.organisation_id, card.revision, record_of(card))

    async def put_search(self, card: SearchCard) -> None:
        """Store the card, unless a higher revision is stored."""
        values = (card.search_id, card.revision, card.organisation_id, record_of(card))
        await self._connection.execute(PUT_SEARCH, *values)


def record_of(card: ListingCard | OrganisationCard | SearchCard) -> dict[str, Any]:
    """A card as it is stored."""
    return {name: _plain(value) for name, value in asdict(card).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    return str(value) if isinstance(value, UUID | Decimal) else value


def _ids(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**record, **{name: UUID(record[name]) for name in names}}


def to_search_card(record: dict[str, Any]) -> SearchCard:
    """The card that was stored."""
    return SearchCard(**_ids(record, "search_id", "organisation_id"))


def to_organisation_card(record: dict[str, Any]) -> OrganisationCard:
    """The card that was stored."""
    return OrganisationCard(**_ids(record, "organisation_id"))


def to_listing_card(record: dict[str, Any]) -> ListingCard:
    """The card that was stored."""
    return ListingCard(
        **{
            **_ids(record, "listing_id", "organisation_id"),
            "kind": ListingKind(record["kind"]),
            "concepts": tuple(record["concepts"]),
            "quantity": Decimal(record["quantity"]),
            "unit": Unit(record["unit"]),
            "visibility": Visibility(record["visibility"]),
            "partners": frozenset(UUID(item) for item in record["partners"]),
        }
    )


def notification_ports(connection: Connection) -> Ports:
    """All ports of the notifications domain on one connection."""
    return Ports(inbox=StoredInbox(connection), directory=StoredDirectory(connection))
