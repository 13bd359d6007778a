"""Joint trades of one batch: read and locked once, followed in memory, and before any balance."""

import asyncio
from dataclasses import replace

from contracts.events.joint_trades import JointTradeState
from contracts.vocabulary.joint_terms import JointStatus
from infra.postgres.database import Database
from infra.postgres.stores.joint_trade_batches import BatchJointTrades
from infra.postgres.stores.joint_trades import StoredJointTrades, joint_ports
from infra.postgres.stores.trade_batches import TradeBatch
from infra.postgres.stores.trades import StoredBalances
from infra.postgres.transaction import transaction
from matching.joint.acting import act_jointly
from matching.joint.commands import AcceptJoint
from tests.unit.matching.joint.test_life import ANNA, chain, pool
from tests.unit.matching.makers import NOW, uid


async def save(database: Database, *trades: JointTradeState) -> None:
    async with transaction(database) as unit:
        for trade in trades:
            await StoredJointTrades(unit.connection).save(trade)


async def test_the_joint_trades_of_a_listing_are_read_once_and_followed(database: Database) -> None:
    proposed = pool().trade
    await save(database, proposed)
    async with transaction(database) as unit:
        batch = BatchJointTrades(unit.connection)
        assert await batch.prepare({uid("want")}, ()) == [proposed]
        assert await batch.answerable_of_listing_for_update(uid("want")) == [proposed]
        lapsed = proposed.model_copy(update={"status": JointStatus.LAPSED, "revision": 2})
        await batch.save(lapsed)
        assert await batch.answerable_of_listing_for_update(uid("want")) == []
        assert await batch.get_for_update(proposed.joint_id) == lapsed
    async with database.connection() as connection:
        assert await StoredJointTrades(connection).find(proposed.joint_id) == lapsed


async def test_what_was_not_prepared_is_found_in_the_table(database: Database) -> None:
    proposed = pool().trade
    await save(database, proposed)
    async with transaction(database) as unit:
        batch = BatchJointTrades(unit.connection)
        assert await batch.prepare({uid("elsewhere")}, ()) == []
        assert await batch.answerable_of_listing_for_update(uid("want")) == [proposed]
        assert await batch.get_for_update(proposed.joint_id) == proposed
        assert await batch.get_for_update(uid("unheard of")) is None


async def test_what_is_proposed_in_a_batch_follows_its_listings_at_once(database: Database) -> None:
    async with transaction(database) as unit:
        batch = BatchJointTrades(unit.connection)
        await batch.prepare({uid("want")}, ())
        await batch.save(pool().trade)
        assert await batch.answerable_of_listing_for_update(uid("want")) == [pool().trade]


async def test_one_that_ended_is_locked_when_an_event_names_it(database: Database) -> None:
    ended = chain().trade.model_copy(update={"status": JointStatus.DECLINED})
    await save(database, ended)
    async with transaction(database) as unit:
        batch = BatchJointTrades(unit.connection)
        assert await batch.prepare({uid("want")}, ()) == []
        assert await batch.prepare({uid("want")}, {ended.joint_id}) == [ended]
        assert await batch.answerable_of_listing_for_update(uid("want")) == []


async def test_a_party_that_accepts_waits_for_the_batch_and_finds_its_balances(database: Database) -> None:
    proposed, balances = pool().trade, pool().balances
    await save(database, proposed)
    async with transaction(database) as unit:
        for balance in balances.values():
            await StoredBalances(unit.connection).save(balance)

    async def accept() -> None:
        async with transaction(database) as unit:
            await act_jointly(proposed.joint_id, AcceptJoint(ANNA), joint_ports(unit.connection), NOW)

    async with transaction(database) as unit:
        batch = TradeBatch(unit)
        await batch.prepare({uid("want")})
        accepting = asyncio.create_task(accept())
        await asyncio.wait([accepting], timeout=0.3)
        assert not accepting.done(), "who accepts must wait for the batch"
        wanted = balances[uid("want")]
        await batch.joint.balances.save(replace(wanted, sequence=wanted.sequence + 5))
        batch.flush(unit)
    async with asyncio.timeout(30):
        await accepting
    async with transaction(database) as unit:
        found = await StoredBalances(unit.connection).get_for_update([uid("want")])
        trade = await StoredJointTrades(unit.connection).find(proposed.joint_id)
    assert found[uid("want")].sequence == wanted.sequence + 5
    assert trade is not None
    assert trade.status is JointStatus.ACCEPTED
