"""Proposals, trades and balances, in the schema `trades`.

Proposals are stored as they came, one row per event; beside each stands a narrow row that finds it again. A row
in `trades.trades` is written only when somebody acts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from contracts.events.trades import DisplacedState, LapsedState, ProposalState, TradeReassessed, TradesProposed
from contracts.vocabulary.terms import LapseReason
from infra.postgres.database import Connection
from matching.balances import Balance
from matching.lifecycle import Trade
from matching.trade_handlers import TradePorts

TRADE: TypeAdapter[Trade] = TypeAdapter(Trade)
BALANCE: TypeAdapter[Balance] = TypeAdapter(Balance)


class StoredTrades:
    """The port `matching.ports.Trades`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, trade_id: UUID) -> Trade | None:
        """The trade, locked; None when nobody has acted on it.

        The proposal's row is locked too: it is there before anybody acts, so that two first acts wait for each other.
        """
        await self._connection.execute(LOCK_PROPOSAL, trade_id)
        sql = "SELECT record FROM trades.trades WHERE trade_id = $1 FOR UPDATE"
        record = await self._connection.fetchval(sql, trade_id)
        return TRADE.validate_python(record) if record else None

    async def accepted_of_listing_for_update(self, listing_id: UUID) -> Sequence[Trade]:
        """The accepted trades of a listing, locked in order of trade id."""
        rows = await self._connection.fetch(
            "SELECT record FROM trades.trades WHERE (offer_id = $1 OR want_id = $1) AND status = 'accepted' "
            "ORDER BY trade_id FOR UPDATE",
            listing_id,
        )
        return [TRADE.validate_python(row["record"]) for row in rows]

    async def accepted_until(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Accepted trades whose hold ended, the oldest first."""
        rows = await self._connection.fetch(
            "SELECT trade_id FROM trades.trades WHERE status = 'accepted' AND held_until <= $1 "
            "ORDER BY held_until, trade_id LIMIT $2",
            now,
            limit,
        )
        return [row["trade_id"] for row in rows]

    async def save(self, trade: Trade) -> None:
        """Insert or replace."""
        state = trade.state
        await self._connection.execute(
            "INSERT INTO trades.trades (trade_id, revision, status, offer_id, want_id, offer_organisation_id, "
            "want_organisation_id, held_until, record, changed_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9, now()) "
            "ON CONFLICT (trade_id) DO UPDATE SET revision = excluded.revision, status = excluded.status, "
            "held_until = excluded.held_until, record = excluded.record, changed_at = excluded.changed_at",
            state.trade_id,
            state.revision,
            state.status.value,
            state.offer_id,
            state.want_id,
            state.offer_organisation_id,
            state.want_organisation_id,
            state.held_until,
            TRADE.dump_python(trade, mode="json"),
        )


class StoredBalances:
    """The port `matching.ports.Balances`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, listing_ids: Collection[UUID]) -> Mapping[UUID, Balance]:
        """The known balances, locked in order of listing id."""
        rows = await self._connection.fetch(
            "SELECT listing_id, record FROM trades.balances WHERE listing_id = ANY($1::uuid[]) "
            "ORDER BY listing_id FOR UPDATE",
            list(listing_ids),
        )
        return {row["listing_id"]: BALANCE.validate_python(row["record"]) for row in rows}

    async def save(self, balance: Balance) -> None:
        """Insert or replace."""
        await self._connection.execute(
            "INSERT INTO trades.balances (listing_id, sequence, record) VALUES ($1, $2, $3) "
            "ON CONFLICT (listing_id) DO UPDATE SET sequence = excluded.sequence, record = excluded.record",
            balance.listing_id,
            balance.sequence,
            BALANCE.dump_python(balance, mode="json"),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal as it was made, with its newest verdict, and whether it still stands; `trade` once somebody acted.

    `displaced`: better ones pushed it out of the lists of both sides. It stays when somebody `opened` it before.
    """

    proposal: ProposalState
    lapse_reason: LapseReason | None
    trade: Trade | None
    displaced: bool = False
    opened: bool = False

    @property
    def stands(self) -> bool:
        """Whether it can be acted on."""
        return self.lapse_reason is None and (self.opened or not self.displaced)


@dataclass(frozen=True, slots=True)
class Ranks:
    """The place of a proposal among the standing ones of one listing, from 1, in both orders; `of`: how many."""

    area_first: int
    chain_first: int
    of: int


LOCK_PROPOSAL = "SELECT 1 FROM trades.proposals WHERE trade_id = $1 FOR UPDATE"
FIND = """
SELECT sets.proposals -> p.ordinal AS proposal, p.verdict, p.lapse_reason, p.displaced, p.opened_at, t.record AS trade
FROM trades.proposals AS p JOIN trades.proposal_sets AS sets USING (event_id)
LEFT JOIN trades.trades AS t USING (trade_id)
"""
STANDS = "p.lapse_reason IS NULL AND (p.opened_at IS NOT NULL OR NOT p.displaced)"
PUT = """
INSERT INTO trades.proposals
    (trade_id, offer_id, want_id, offer_organisation_id, want_organisation_id, event_id, ordinal,
     area_score, chain_score)
SELECT trade_id, offer_id, want_id, holder, seeker, $1, ordinal - 1, area, chain
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::float8[], $8::float8[])
    WITH ORDINALITY AS new (trade_id, offer_id, want_id, holder, seeker, area, chain, ordinal)
ON CONFLICT (trade_id) DO UPDATE
SET event_id = excluded.event_id, ordinal = excluded.ordinal, lapse_reason = NULL, displaced = false, verdict = NULL,
    area_score = excluded.area_score, chain_score = excluded.chain_score
"""
LAPSE = """
UPDATE trades.proposals AS p SET lapse_reason = gone.reason
FROM unnest($1::uuid[], $2::text[]) AS gone (trade_id, reason) WHERE p.trade_id = gone.trade_id
"""
REASSESS = "UPDATE trades.proposals SET verdict = $2 WHERE trade_id = $1"
DISPLACE = "UPDATE trades.proposals SET displaced = true WHERE trade_id = ANY($1::uuid[])"
OPEN = f"""
UPDATE trades.proposals AS p SET opened_at = $2 WHERE trade_id = $1 AND opened_at IS NULL AND {STANDS}
"""  # noqa: S608 - our own words
KEPT = """
WHERE p.displaced AND p.opened_at IS NOT NULL AND p.lapse_reason IS NULL AND t.trade_id IS NULL
AND (p.offer_id = ANY($1::uuid[]) OR p.want_id = ANY($1::uuid[])) ORDER BY p.trade_id
"""
MINE = f"""
WHERE $1 IN (p.offer_organisation_id, p.want_organisation_id) AND p.trade_id > $2
AND ($3::uuid IS NULL OR $3 IN (p.offer_id, p.want_id))
AND coalesce(t.status, CASE WHEN {STANDS} THEN 'proposed' ELSE 'lapsed' END) = ANY($4::text[])
ORDER BY p.trade_id LIMIT $5
"""
RANKS = f"""
SELECT mine.trade_id, 1 + count(*) FILTER (WHERE (p.area_score, mine.other) > (mine.area_score, p.other)) AS area,
    1 + count(*) FILTER (WHERE (p.chain_score, mine.other) > (mine.chain_score, p.other)) AS chain, count(*) AS of
FROM (SELECT *, CASE WHEN offer_organisation_id = $2 THEN offer_id ELSE want_id END AS own,
             CASE WHEN offer_organisation_id = $2 THEN want_id ELSE offer_id END AS other
      FROM trades.proposals WHERE trade_id = ANY($1::uuid[]) AND area_score IS NOT NULL) AS mine
CROSS JOIN LATERAL (
    SELECT q.*, q.want_id AS other FROM trades.proposals AS q
    WHERE mine.offer_organisation_id = $2 AND q.offer_id = mine.own
    UNION ALL SELECT q.*, q.offer_id FROM trades.proposals AS q
    WHERE mine.offer_organisation_id <> $2 AND q.want_id = mine.own
) AS p WHERE {STANDS} AND p.area_score IS NOT NULL GROUP BY mine.trade_id
"""  # noqa: S608 - our own words


class StoredProposals:
    """The port `matching.ports.Proposals`, and the lists that people look at."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, trade_id: UUID) -> ProposalState | None:
        """The proposal, None when it does not stand."""
        found = await self.find(trade_id)
        return found.proposal if found and found.stands else None

    async def find(self, trade_id: UUID) -> Standing | None:
        """The proposal, standing or not."""
        row = await self._connection.fetchrow(f"{FIND} WHERE p.trade_id = $1", trade_id)
        return standing_of(row) if row else None

    async def of_organisation(
        self, organisation_id: UUID, after: UUID, listing_id: UUID | None, statuses: Sequence[str], limit: int
    ) -> list[Standing]:
        """The organisation's proposals and trades in these states, in the order of their ids."""
        rows = await self._connection.fetch(FIND + MINE, organisation_id, after, listing_id, list(statuses), limit)
        return [standing_of(row) for row in rows]

    async def put(self, event_id: UUID, event: TradesProposed) -> None:
        """Keep new proposals; what they supersede no longer stands."""
        proposals = event.proposals
        await self._connection.execute(
            "INSERT INTO trades.proposal_sets (event_id, proposals) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            event_id,
            [proposal.model_dump(mode="json") for proposal in proposals],
        )
        await self._connection.execute(
            PUT,
            event_id,
            [proposal.trade_id for proposal in proposals],
            [proposal.offer_id for proposal in proposals],
            [proposal.want_id for proposal in proposals],
            [proposal.offer_organisation_id for proposal in proposals],
            [proposal.want_organisation_id for proposal in proposals],
            [proposal.scores and proposal.scores.area_first for proposal in proposals],
            [proposal.scores and proposal.scores.chain_first for proposal in proposals],
        )
        superseded = [proposal.supersedes for proposal in proposals if proposal.supersedes]
        await self._lapse(superseded, [LapseReason.REVISED.value] * len(superseded))

    async def ranks(self, trade_ids: Collection[UUID], organisation_id: UUID) -> Mapping[UUID, Ranks]:
        """Where these proposals stand among those of the organisation's own listings."""
        rows = await self._connection.fetch(RANKS, list(trade_ids), organisation_id)
        return {row["trade_id"]: Ranks(row["area"], row["chain"], row["of"]) for row in rows}

    async def open(self, trade_id: UUID, now: datetime) -> None:
        """Note that a side looked at it; one that does not stand stays as it is."""
        await self._connection.execute(OPEN, trade_id, now)

    async def displace(self, displaced: Sequence[DisplacedState]) -> None:
        """Note that better ones pushed them out of the lists of both sides."""
        await self._connection.execute(DISPLACE, [item.trade_id for item in displaced])

    async def kept(self, listing_ids: Collection[UUID]) -> Sequence[ProposalState]:
        """Displaced ones of these listings that stay because they were opened, and nobody acted on."""
        rows = await self._connection.fetch(FIND + KEPT, list(listing_ids))
        return [standing_of(row).proposal for row in rows]

    async def reassess(self, event: TradeReassessed) -> None:
        """The newest verdict takes the place of the one that was proposed."""
        await self._connection.execute(REASSESS, event.trade_id, event.verdict.model_dump(mode="json"))

    async def lapse(self, lapsed: Sequence[LapsedState]) -> None:
        """Note that proposals no longer stand."""
        await self._lapse([item.trade_id for item in lapsed], [item.reason.value for item in lapsed])

    async def _lapse(self, trade_ids: Sequence[UUID], reasons: Sequence[str]) -> None:
        if trade_ids:
            await self._connection.execute(LAPSE, trade_ids, reasons)


def standing_of(row: asyncpg.Record) -> Standing:
    """A row of `FIND`."""
    reason = row["lapse_reason"]
    return Standing(
        ProposalState.model_validate(row["proposal"] | ({"verdict": row["verdict"]} if row["verdict"] else {})),
        LapseReason(reason) if reason else None,
        TRADE.validate_python(row["trade"]) if row["trade"] else None,
        row["displaced"],
        row["opened_at"] is not None,
    )


def trade_ports(connection: Connection) -> TradePorts:
    """What acting on trades needs, on one connection."""
    return TradePorts(StoredTrades(connection), StoredBalances(connection), StoredProposals(connection))
