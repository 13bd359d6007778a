"""Proposals and trades as people read them, newest first; and the messages between the two sides."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from contracts.vocabulary.terms import Side, TradeStatus
from infra.postgres.database import Connection
from infra.postgres.stores.trades import FIND, STANDS, Standing, standing_of
from matching.messages import Message

STATUS = f"coalesce(t.status, CASE WHEN {STANDS} THEN 'proposed' ELSE 'lapsed' END)"
# Two index scans put together: with OR the newest of one organisation could only be found by sorting all of them.
NEWEST = f"""
WITH mine AS (
    (SELECT p.trade_id, greatest(p.proposed_at, t.changed_at) AS at FROM trades.proposals AS p
     LEFT JOIN trades.trades AS t USING (trade_id)
     WHERE p.offer_organisation_id = $1 AND {STATUS} = ANY($2::text[]) AND p.proposed_at < $3
     AND ($4::uuid IS NULL OR $4 IN (p.offer_id, p.want_id)) ORDER BY p.proposed_at DESC, p.trade_id LIMIT $5)
    UNION ALL
    (SELECT p.trade_id, greatest(p.proposed_at, t.changed_at) AS at FROM trades.proposals AS p
     LEFT JOIN trades.trades AS t USING (trade_id)
     WHERE p.want_organisation_id = $1 AND p.offer_organisation_id <> $1 AND {STATUS} = ANY($2::text[])
     AND p.proposed_at < $3 AND ($4::uuid IS NULL OR $4 IN (p.offer_id, p.want_id))
     ORDER BY p.proposed_at DESC, p.trade_id LIMIT $5)
)
SELECT found.*, mine.at FROM mine JOIN LATERAL ({FIND} WHERE p.trade_id = mine.trade_id) AS found ON true
ORDER BY mine.at DESC, mine.trade_id LIMIT $5
"""  # noqa: S608 - our own words
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
OPEN_STATUSES = (TradeStatus.PROPOSED, TradeStatus.ACCEPTED, TradeStatus.AGREED, TradeStatus.COLLECTED)


class TradeInbox:
    """The trades of an organisation, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def newest(
        self,
        organisation_id: UUID,
        limit: int,
        statuses: Sequence[TradeStatus] = OPEN_STATUSES,
        before: datetime | None = None,
        listing_id: UUID | None = None,
    ) -> list[Standing]:
        """At most `limit` proposals and trades in these states, the newest first."""
        wanted = [status.value for status in statuses]
        rows = await self._connection.fetch(NEWEST, organisation_id, wanted, before or LATEST, listing_id, limit)
        return [standing_of(row) for row in rows]


class StoredMessages:
    """The port `matching.messages.Messages`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_trade(self, trade_id: UUID) -> Sequence[Message]:
        """The messages of a trade, oldest first."""
        sql = "SELECT * FROM trades.messages WHERE trade_id = $1 ORDER BY sent_at, message_id"
        return [_message(row) for row in await self._connection.fetch(sql, trade_id)]

    async def count(self, trade_id: UUID, side: Side, since: datetime) -> int:
        """How many messages a side sent since."""
        sql = "SELECT count(*) FROM trades.messages WHERE trade_id = $1 AND side = $2 AND sent_at > $3"
        return int(await self._connection.fetchval(sql, trade_id, side.value, since))

    async def save(self, message: Message) -> None:
        """Keep a message."""
        sql = "INSERT INTO trades.messages (message_id, trade_id, side, text, sent_at) VALUES ($1, $2, $3, $4, $5)"
        values = (message.message_id, message.trade_id, message.side.value, message.text, message.sent_at)
        await self._connection.execute(sql, *values)


def _message(row: asyncpg.Record) -> Message:
    return Message(row["message_id"], row["trade_id"], Side(row["side"]), row["text"], row["sent_at"])
