"""Trades and balances for one batch of events: read and locked for all of them at once, saved at the end.

The same ports as `infra.postgres.stores.trades`. What is locked here cannot be changed by anybody else before the
batch is committed, so what was read for one event holds for the next.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from contracts.vocabulary.terms import TradeStatus
from infra.postgres.database import Connection
from infra.postgres.parts import Part
from infra.postgres.stores.cards import CardWriter
from infra.postgres.stores.joint_trade_batches import BatchJointTrades
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trades import BALANCE, TRADE, StoredBalances, StoredProposals, StoredTrades
from infra.postgres.transaction import PostgresUnit, Transaction
from matching.balances import Balance
from matching.joint.ports import JointPorts
from matching.lifecycle import Trade
from matching.trade_handlers import TradePorts
from notifications.model import ListingCard, OrganisationCard

ACCEPTED = """
SELECT record FROM trades.trades
WHERE (offer_id = ANY($1::uuid[]) OR want_id = ANY($1::uuid[])) AND status = 'accepted' ORDER BY trade_id FOR UPDATE
"""
# A listing of two families is heard in two lanes: who is slower must not put the first balance over a later one.
SAVE = """
INSERT INTO trades.balances (listing_id, sequence, record) SELECT * FROM unnest({0}::uuid[], {1}::int[], {2}::jsonb[])
ON CONFLICT (listing_id) DO UPDATE SET sequence = excluded.sequence, record = excluded.record
WHERE balances.sequence <= excluded.sequence
"""


class BatchTrades(StoredTrades):
    """The port `matching.ports.Trades`; the accepted trades of `listing_ids` are read at once."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._prepared: frozenset[UUID] = frozenset()
        self._accepted: dict[UUID, Trade] = {}

    async def prepare(self, listing_ids: Collection[UUID]) -> Sequence[Trade]:
        """Read and lock the accepted trades of these listings, in order of trade id."""
        rows = await self._connection.fetch(ACCEPTED, list(listing_ids))
        trades = [TRADE.validate_python(row["record"]) for row in rows]
        self._prepared = frozenset(listing_ids)
        self._accepted = {trade.state.trade_id: trade for trade in trades}
        return trades

    async def accepted_of_listing_for_update(self, listing_id: UUID) -> Sequence[Trade]:
        """The accepted trades of a listing, locked in order of trade id."""
        if listing_id not in self._prepared:
            return await super().accepted_of_listing_for_update(listing_id)
        known = (self._accepted[key] for key in sorted(self._accepted))
        return [trade for trade in known if listing_id in (trade.state.offer_id, trade.state.want_id)]

    async def save(self, trade: Trade) -> None:
        """Insert or replace, at once: other statements of the batch may look for it."""
        await super().save(trade)
        if trade.state.status is TradeStatus.ACCEPTED:
            self._accepted[trade.state.trade_id] = trade
        else:
            self._accepted.pop(trade.state.trade_id, None)


class BatchBalances(StoredBalances):
    """The port `matching.ports.Balances`; what is saved is written by `flush`."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._known: dict[UUID, Balance | None] = {}
        self._saved: set[UUID] = set()

    async def prepare(self, listing_ids: Iterable[UUID]) -> None:
        """Read and lock these balances, in order of listing id."""
        unknown = set(listing_ids) - self._known.keys()
        if unknown:
            self._known.update(dict.fromkeys(unknown))
            self._known.update(await super().get_for_update(unknown))

    async def get_for_update(self, listing_ids: Collection[UUID]) -> Mapping[UUID, Balance]:
        """The known balances, those of this batch included."""
        await self.prepare(listing_ids)
        found = ((key, self._known[key]) for key in listing_ids)
        return {key: balance for key, balance in found if balance is not None}

    async def save(self, balance: Balance) -> None:
        """Insert or replace, at the end of the batch."""
        self._known[balance.listing_id] = balance
        self._saved.add(balance.listing_id)

    def flush(self, unit: PostgresUnit) -> None:
        """Have the unit of work write what was saved."""
        saved = [balance for key in sorted(self._saved) if (balance := self._known[key]) is not None]
        if saved:
            records = [BALANCE.dump_python(balance, mode="json") for balance in saved]
            keys, sequences = [one.listing_id for one in saved], [one.sequence for one in saved]
            unit.write(Part("balances", SAVE, (keys, sequences, records)))
            self._saved.clear()


class KeptCards(StoredDirectory):
    """The port `notifications.ports.Directory` in the schema `trades`, of which cards are put away at the end."""

    def __init__(self, connection: Connection, cards: CardWriter) -> None:
        super().__init__(connection, "trades")
        self._cards = cards

    async def put_listing(self, card: ListingCard) -> None:
        """Store the card at the end, unless a higher revision is stored."""
        self._cards.put(card)

    async def put_organisation(self, card: OrganisationCard) -> None:
        """Store the card at the end, unless a higher revision is stored."""
        self._cards.put(card)


class TradeBatch:
    """All ports of one batch; `prepare` before its events, `flush` after them."""

    def __init__(self, unit: Transaction) -> None:
        self._trades, self._balances = BatchTrades(unit.connection), BatchBalances(unit.connection)
        self._joint = BatchJointTrades(unit.connection)
        self._cards = CardWriter("trades")
        self.directory = KeptCards(unit.connection, self._cards)
        self.ports = TradePorts(self._trades, self._balances, StoredProposals(unit.connection))
        # Over the same balances: read again from the table, what this batch took would seem free.
        self.joint = JointPorts(self._joint, self._balances)

    async def prepare(self, listing_ids: Collection[UUID], joint_ids: Collection[UUID] = ()) -> None:
        """Lock the joint trades of these listings and ids, then the accepted trades, then all balances they touch."""
        if listing_ids or joint_ids:
            joint = await self._joint.prepare(listing_ids, joint_ids)
            accepted = await self._trades.prepare(listing_ids)
            sides = [side for trade in accepted for side in (trade.state.offer_id, trade.state.want_id)]
            parties = [party.listing_id for trade in joint for party in trade.parties]
            await self._balances.prepare([*listing_ids, *sides, *parties])

    def flush(self, unit: PostgresUnit) -> None:
        """Have the unit of work write everything."""
        self._balances.flush(unit)
        self._cards.flush(unit)
