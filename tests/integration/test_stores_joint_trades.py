"""Joint trades on a real PostgreSQL: found by party and listing, and locked."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.events.joint_trades import JointTradeState
from contracts.vocabulary.joint_terms import JointStatus
from infra.postgres.database import Database
from infra.postgres.stores.joint_trades import StoredJointTrades, joint_ports
from infra.postgres.transaction import transaction
from matching.joint.acting import act_jointly
from matching.joint.commands import AcceptJoint
from tests.unit.matching.joint.test_life import ANNA, chain, pool
from tests.unit.matching.makers import NOW, OUTSIDER, SEEKER, uid

START = UUID(int=0)


async def save(database: Database, *trades: JointTradeState) -> None:
    async with transaction(database) as unit:
        for trade in trades:
            await StoredJointTrades(unit.connection).save(trade)


async def test_a_joint_trade_reads_back_as_it_was_saved(database: Database) -> None:
    await save(database, chain().trade)
    async with database.connection() as connection:
        assert await StoredJointTrades(connection).find(uid("pool")) == chain().trade
        assert await StoredJointTrades(connection).find(uid("other")) is None


async def test_it_is_found_by_each_party_by_listing_and_by_state(database: Database) -> None:
    await save(database, pool().trade)
    async with database.connection() as connection:
        store = StoredJointTrades(connection)
        for who, listing, status, found in [
            (ANNA, None, "proposed", 1),
            (SEEKER, uid("want"), "proposed", 1),
            (SEEKER, uid("elsewhere"), "proposed", 0),
            (SEEKER, None, "agreed", 0),
            (OUTSIDER, None, "proposed", 0),
        ]:
            assert len(await store.of_organisation(who, START, listing, [status], 9)) == found


@pytest.mark.parametrize("status", JointStatus)
async def test_only_what_can_still_be_answered_follows_a_listing(database: Database, status: JointStatus) -> None:
    await save(database, pool().trade.model_copy(update={"status": status}))
    async with transaction(database) as unit:
        found = await StoredJointTrades(unit.connection).answerable_of_listing_for_update(uid("want"))
    answerable = status in (JointStatus.PROPOSED, JointStatus.ACCEPTED, JointStatus.SEEKING)
    assert bool(found) == answerable


async def test_holds_are_found_when_their_time_is_over(database: Database) -> None:
    held = {"status": JointStatus.ACCEPTED, "held_until": NOW}
    await save(database, pool().trade.model_copy(update=held))
    async with database.connection() as connection:
        store = StoredJointTrades(connection)
        assert await store.held_until(NOW - timedelta(seconds=1), 9) == []
        assert await store.held_until(NOW, 9) == [uid("pool")]


async def test_two_parties_that_answer_at_once_wait_for_each_other(database: Database) -> None:
    await save(database, pool().trade)
    async with transaction(database) as unit:
        for balance in pool().balances.values():
            await joint_ports(unit.connection).balances.save(balance)

    async def accept(who: UUID) -> None:
        async with transaction(database) as unit:
            await act_jointly(uid("pool"), AcceptJoint(who), joint_ports(unit.connection), NOW)

    await asyncio.gather(*(accept(who) for who in (ANNA, uid("ben"), SEEKER)))
    async with database.connection() as connection:
        trade = await StoredJointTrades(connection).find(uid("pool"))
    assert trade is not None
    assert [trade.status, trade.revision] == [JointStatus.AGREED, 3]
