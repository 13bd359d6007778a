"""One batch of the trades service: read and locked once, written at its end, and never over a later balance."""

import asyncio
from dataclasses import replace

from contracts.vocabulary.terms import TradeStatus
from infra.postgres.database import Database
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trade_batches import TradeBatch
from infra.postgres.stores.trades import StoredBalances, StoredTrades
from infra.postgres.transaction import transaction
from matching.balances import Balance, balance_of
from tests.unit.matching.makers import offer_state
from tests.unit.matching.trading import trade_in
from tests.unit.notifications.promises import a_listing


async def stored(database: Database, balance: Balance) -> Balance | None:
    """The balance of a listing as others see it."""
    async with transaction(database) as unit:
        found = await StoredBalances(unit.connection).get_for_update([balance.listing_id])
    return found.get(balance.listing_id)


async def test_what_is_saved_is_found_in_the_batch_and_stored_at_its_end(database: Database) -> None:
    first = balance_of(offer_state())
    async with transaction(database) as unit:
        batch = TradeBatch(unit)
        await batch.prepare({first.listing_id})
        assert await batch.ports.balances.get_for_update([first.listing_id]) == {}
        await batch.ports.balances.save(first)
        later = replace(first, sequence=1)
        await batch.ports.balances.save(later)
        assert await batch.ports.balances.get_for_update([first.listing_id]) == {first.listing_id: later}
        batch.flush(unit)
    assert await stored(database, first) == later


async def test_what_was_prepared_is_locked_until_the_end(database: Database) -> None:
    balance = balance_of(offer_state())
    async with transaction(database) as unit:
        await StoredBalances(unit.connection).save(balance)
    async with transaction(database) as unit:
        batch = TradeBatch(unit)
        await batch.prepare({balance.listing_id})
        waiting = asyncio.create_task(stored(database, balance))
        await asyncio.wait([waiting], timeout=0.3)
        assert not waiting.done(), "who wants to accept must wait for the batch"
        await batch.ports.balances.save(replace(balance, sequence=7))
        batch.flush(unit)
    async with asyncio.timeout(30):
        found = await waiting
    assert found is not None
    assert found.sequence == 7


async def test_the_first_balance_of_a_slower_lane_does_not_replace_a_later_one(database: Database) -> None:
    balance = balance_of(offer_state())
    async with transaction(database) as slow:
        batch = TradeBatch(slow)
        await batch.prepare({balance.listing_id})
        async with transaction(database) as fast:
            await StoredBalances(fast.connection).save(replace(balance, sequence=3))
        await batch.ports.balances.save(balance)
        batch.flush(slow)
    found = await stored(database, balance)
    assert found is not None
    assert found.sequence == 3


async def test_accepted_trades_are_read_once_and_followed(database: Database) -> None:
    accepted = trade_in(TradeStatus.ACCEPTED).trade
    state, offer_id = accepted.state, accepted.state.offer_id
    async with transaction(database) as unit:
        await StoredTrades(unit.connection).save(accepted)
    async with transaction(database) as unit:
        trades = TradeBatch(unit)
        await trades.prepare({offer_id})
        ports = trades.ports
        assert await ports.trades.accepted_of_listing_for_update(offer_id) == [accepted]
        lapsed = replace(accepted, state=state.model_copy(update={"status": TradeStatus.LAPSED}))
        await ports.trades.save(lapsed)
        assert await ports.trades.accepted_of_listing_for_update(offer_id) == []
        assert await ports.trades.accepted_of_listing_for_update(state.want_id) == []


async def test_cards_are_kept_in_the_schema_of_trades(database: Database) -> None:
    card = a_listing()
    async with transaction(database) as unit:
        batch = TradeBatch(unit)
        await batch.directory.put_listing(card)
        await batch.directory.put_listing(replace(card, revision=0, title="older"))
        batch.flush(unit)
    async with transaction(database) as unit:
        assert await StoredDirectory(unit.connection, "trades").listings([card.listing_id]) == {card.listing_id: card}
        assert await StoredDirectory(unit.connection).listings([card.listing_id]) == {}
