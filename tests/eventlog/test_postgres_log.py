"""The log in PostgreSQL keeps the promises, and has no gap when transactions interleave."""

import asyncio
import random
from functools import partial

import pytest

from contracts.envelope import EncodedEvent
from contracts.topics import lane_of
from infra.eventlog import dead_letters
from infra.eventlog.delivery import OpenUnit
from infra.eventlog.postgres_log import PostgresReader, TakenOver, tail
from infra.postgres.database import Database
from infra.postgres.transaction import Transaction, append_events, transaction
from tests.eventlog.harness import CONTEXT, PATIENCE_S, TOPIC, Recorder, append, encoded, numbered, running
from tests.eventlog.promises import LogPromises


class PostgresHarness:
    """The table `eventlog.events` under test."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.open_unit: OpenUnit = partial(transaction, database)

    def reader(self, name: str) -> PostgresReader:
        return PostgresReader(self.database, name, [TOPIC], poll_s=0.05)

    async def put_raw(self, lane: int, raw: bytes) -> None:
        async with self.database.connection() as connection:
            await connection.execute(
                "INSERT INTO eventlog.events (lane, topic, key, partition_key, id, type, raw) "
                "VALUES ($1, $2, '', '', gen_random_uuid(), '', $3)",
                lane,
                TOPIC,
                raw,
            )

    async def repeat(self, event: EncodedEvent) -> None:
        async with transaction(self.database) as unit:
            unit.append_encoded([event])

    async def dead_letters(self) -> list[tuple[int, str, str]]:
        letters = await dead_letters.dead_letters(self.database)
        return [(letter.letter_id, letter.consumer, letter.reason) for letter in letters]

    async def replay(self, letter_ids: list[int]) -> None:
        await dead_letters.replay(self.database, letter_ids)


class TestPostgresLog(LogPromises):
    """Promises, on a real server."""

    @pytest.fixture
    async def log(self, database: Database) -> PostgresHarness:
        return PostgresHarness(database)

    async def test_a_late_commit_in_the_same_lane_is_not_overtaken(self, log: PostgresHarness) -> None:
        early, late = numbered("wood", 1), numbered("wood", 2)
        handler = Recorder()
        async with running(log, "reader", handler), log.database.connection() as connection:
            open_transaction = connection.transaction()
            await open_transaction.start()
            await append_events(connection, [encoded(early)])
            second = asyncio.create_task(append(log, late))
            await asyncio.wait([second], timeout=0.3)
            assert not second.done(), "a second writer of the lane must wait for the first one's commit"
            assert handler.seen == []
            await open_transaction.commit()
            await second
            await handler.wait_for(2)
        assert handler.seen == [("wood", 1), ("wood", 2)]

    async def test_a_late_commit_in_another_lane_is_not_lost(self, log: PostgresHarness) -> None:
        assert lane_of("wood") != lane_of("glass")
        handler = Recorder()
        async with running(log, "reader", handler), log.database.connection() as connection:
            open_transaction = connection.transaction()
            await open_transaction.start()
            await append_events(connection, [encoded(numbered("wood", 1))])
            await append(log, numbered("glass", 2))
            await handler.wait_for(1)
            assert handler.seen == [("glass", 2)]
            await open_transaction.commit()
            log.database.waker.wake()
            await handler.wait_for(2)
        assert handler.seen == [("glass", 2), ("wood", 1)]

    async def test_interleaved_writers_leave_no_gap(self, log: PostgresHarness) -> None:
        chance = random.Random(20261121)
        keys = ["wood", "glass", "soil", "paper"]

        async def write(writer: int) -> None:
            for number in range(15):
                async with transaction(log.database) as unit:
                    await asyncio.sleep(chance.random() / 200)
                    unit.append([numbered(key, writer * 100 + number) for key in chance.sample(keys, 4)], CONTEXT)
                    await asyncio.sleep(chance.random() / 200)

        handler = Recorder()
        async with running(log, "reader", handler):
            await asyncio.gather(*(write(writer) for writer in range(6)))
            await handler.wait_for(6 * 15 * 4)
        expected = {writer * 100 + number for writer in range(6) for number in range(15)}
        for key in keys:
            assert sorted(handler.of(key)) == sorted(expected)
            for writer in range(6):
                own = [number for number in handler.of(key) if number // 100 == writer]
                assert own == sorted(own)

    async def test_writers_of_several_lanes_do_not_deadlock(self, log: PostgresHarness) -> None:
        forward, backward = ["wood", "glass", "soil"], ["soil", "glass", "wood"]

        async def write(keys: list[str]) -> None:
            for number in range(20):
                await append(log, *(numbered(key, number) for key in keys))

        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(write(keys) for keys in (forward, backward) * 4))

    async def test_a_second_process_under_the_same_name_stops_the_first(self, log: PostgresHarness) -> None:
        first, second = Recorder(), Recorder()
        with pytest.raises(TakenOver):
            async with running(log, "reader", first) as consumer:
                await append(log, numbered("wood", 1))
                await first.wait_for(1)
                async with running(log, "reader", second):
                    while not consumer.task.done():
                        await append(log, numbered("wood", 2))
                        await asyncio.wait([consumer.task], timeout=0.1)
                    await append(log, numbered("wood", 3))
                    await second.wait_for(1)
        assert second.seen[-1:] <= [("wood", 3)]
        assert len({*first.ids, *second.ids}) == len(first.ids) + len(second.ids)

    async def test_polling_finds_what_no_wake_up_announced(self, log: PostgresHarness) -> None:
        handler = Recorder()
        async with running(log, "reader", handler):
            await log.put_raw(lane_of("wood"), encoded(numbered("wood", 1)).raw)
            await handler.wait_for(1)
        assert handler.seen == [("wood", 1)]

    async def test_a_tail_shows_what_is_appended_from_now_on(self, log: PostgresHarness) -> None:
        await append(log, numbered("wood", 1))
        batches = tail(log.database, [TOPIC])
        assert await anext(batches) == []
        first = asyncio.ensure_future(anext(batches))
        while not first.done():
            await append(log, numbered("wood", 2))
            await asyncio.wait([first], timeout=0.2)
        assert all(b'"revision":2' in delivery.raw for delivery in first.result())
        await batches.aclose()

    async def test_state_and_event_are_one_commit(self, log: PostgresHarness) -> None:
        async def write(fail: bool) -> None:
            async with transaction(log.database) as unit:
                assert isinstance(unit, Transaction)
                await unit.connection.execute(
                    "INSERT INTO eventlog.positions VALUES ('state', 0, (SELECT count(*) FROM eventlog.positions))"
                )
                unit.append([numbered("wood", 1)], CONTEXT)
                if fail:
                    raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await write(True)
        async with log.database.connection() as connection:
            before = await connection.fetchrow("SELECT (SELECT count(*) FROM eventlog.events) AS events, "
                                               "(SELECT count(*) FROM eventlog.positions) AS states")  # fmt: skip
        await write(False)
        async with log.database.connection() as connection:
            after = await connection.fetchrow("SELECT (SELECT count(*) FROM eventlog.events) AS events, "
                                              "(SELECT count(*) FROM eventlog.positions) AS states")  # fmt: skip
        assert (tuple(before or ()), tuple(after or ())) == ((0, 0), (1, 1))
