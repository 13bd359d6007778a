"""Two processes that believe they own the same lane: the old one commits before the new one reads, or is refused."""

import asyncio

import pytest

from contracts.topics import LANES
from infra.eventlog.delivery import Lost
from infra.eventlog.ownership import Ownership
from infra.eventlog.postgres_log import PostgresReader, TakenOver
from infra.postgres.database import Database
from infra.postgres.transaction import transaction
from tests.eventlog.harness import CONTEXT, TOPIC, numbered

WRITE = "INSERT INTO trades.balances (listing_id, sequence, record) VALUES (gen_random_uuid(), 1, '{}')"
READ = "SELECT count(*) FROM trades.balances"


async def owner(database: Database, *lanes: int) -> Ownership:
    """A process of the matcher that owns these lanes now."""
    made = Ownership(database, "matcher")
    await made.take(lanes)
    return made


async def effects(database: Database) -> int:
    """What a new owner reads when it builds its caches."""
    async with database.connection() as connection:
        return int(await connection.fetchval(READ))


async def test_a_batch_in_flight_commits_before_the_new_owner_reads(database: Database) -> None:
    old, new = await owner(database, 1, 2), Ownership(database, "matcher")
    async with transaction(database) as unit:
        await unit.connection.execute(WRITE)
        old.prove_in(unit, [1])
        await unit.carry_out(unit.connection)
        taking = asyncio.create_task(new.take([1, 2]))
        await asyncio.wait([taking], timeout=0.3)
        assert not taking.done(), "taking the lane must wait for the batch that proved to own it"
    async with asyncio.timeout(30):
        await taking
    assert await effects(database) == 1, "the new owner sees what the old one did"


async def test_a_batch_that_proves_too_late_is_refused_and_leaves_nothing(database: Database) -> None:
    old = await owner(database, 1)
    with pytest.raises(Lost, match="matcher worked on lanes"):
        async with transaction(database) as unit:
            await unit.connection.execute(WRITE)
            await owner(database, 1)
            assert await effects(database) == 0, "the new owner builds its caches without it"
            old.prove_in(unit, [1])
    assert await effects(database) == 0


async def test_whenever_the_lane_changes_hands_nothing_appears_behind_the_new_owner(database: Database) -> None:
    """Batches and takeovers at random moments: what a new owner read plus what it did itself is all there is."""
    own, refused = 0, 0
    holder = await owner(database, 3)

    async def batch(mine: Ownership) -> bool:
        try:
            async with transaction(database) as unit:
                await unit.connection.execute(WRITE)
                await asyncio.sleep(0)
                mine.prove_in(unit, [3])
            return True
        except Lost:
            return False

    for _ in range(25):
        late = asyncio.create_task(batch(holder))
        for _ in range(own % 7):
            await asyncio.sleep(0)
        holder = await owner(database, 3)
        seen = await effects(database)
        refused += not await late
        assert await effects(database) == seen, "a batch of the old owner appeared after the new one had read"
        own += await batch(holder)
    assert await effects(database) == own + 25 - refused


async def test_batches_of_one_owner_do_not_wait_for_each_other(database: Database) -> None:
    mine = await owner(database, 1)
    async with asyncio.timeout(30), transaction(database) as first, transaction(database) as second:
        for unit in (first, second):
            mine.prove_in(unit, [1])
            await unit.carry_out(unit.connection)


async def test_other_lanes_and_other_consumers_are_left_alone(database: Database) -> None:
    mine = await owner(database, 1, 2)
    await owner(database, 2)
    notifier = Ownership(database, "notifier")
    await notifier.take([1])
    async with transaction(database) as unit:
        mine.prove_in(unit, [1])
    with pytest.raises(Lost):
        async with transaction(database) as unit:
            mine.prove_in(unit, [1, 2])


async def test_a_lane_that_was_dropped_or_never_owned_proves_nothing(database: Database) -> None:
    mine = await owner(database, 1, 2)
    mine.drop([2, 7])
    assert mine.owned() == {(1, 1)}
    for lane in (2, 7):
        with pytest.raises(Lost):
            async with transaction(database) as unit:
                mine.prove_in(unit, [lane])


async def test_epochs_only_grow(database: Database) -> None:
    found = [(await owner(database, 4)).owned() for _ in range(3)]
    assert found == [frozenset({(4, epoch)}) for epoch in (1, 2, 3)]


async def test_processes_that_take_all_lanes_at_once_do_not_deadlock(database: Database) -> None:
    owners = [Ownership(database, "matcher") for _ in range(8)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(one.take(reversed(range(LANES))) for one in owners))
    assert sorted(max(epoch for _lane, epoch in one.owned()) for one in owners) == list(range(1, 9))


async def test_a_reader_of_the_table_stops_when_another_took_over_and_its_cursor_stays(database: Database) -> None:
    first, second = (PostgresReader(database, "matcher", [TOPIC]) for _ in range(2))
    await first.open()
    async with transaction(database) as unit:
        unit.append([numbered("wood", 1)], CONTEXT)
    batch = await first.fetch(10)
    await second.open()
    with pytest.raises(TakenOver, match="another process took over matcher"):
        async with transaction(database) as unit:
            await first.settle_in(unit, batch)
    assert await second.fetch(10) == batch
