"""The log over a real Kafka broker keeps the promises: rows are relayed, a consumer group reads."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from contracts.envelope import EncodedEvent
from contracts.topics import lane_of
from infra.eventlog import dead_letters
from infra.eventlog.announce import announce
from infra.eventlog.delivery import OpenUnit
from infra.eventlog.kafka_log import Cluster, KafkaReader, tail, traceparent_in
from infra.eventlog.kafka_topics import WrongTopics, check_partitions, ensure_topics
from infra.eventlog.lag import Lag
from infra.eventlog.local_broker import LocalBroker
from infra.eventlog.relay import Relay
from infra.postgres.database import Database
from infra.postgres.transaction import transaction
from tests.eventlog.harness import PATIENCE_S, TOPIC, Recorder, append, numbered, running
from tests.eventlog.promises import LogPromises


class KafkaHarness:
    """The table, the relay and a broker under test."""

    def __init__(self, database: Database, cluster: Cluster) -> None:
        self.database = database
        self.cluster = cluster
        self.open_unit: OpenUnit = partial(transaction, database)

    def reader(self, name: str) -> KafkaReader:
        return KafkaReader(self.database, self.cluster, name, [TOPIC])

    def relay(self) -> Relay:
        return Relay(self.database, self.cluster)

    async def put_raw(self, lane: int, raw: bytes) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.cluster.bootstrap) as producer:
            await producer.send_and_wait(self.cluster.topic(TOPIC), raw, key=b"key", partition=lane)

    async def repeat(self, event: EncodedEvent) -> None:
        await self.put_raw(lane_of(event.partition_key), event.raw)

    async def dead_letters(self) -> list[tuple[int, str, str]]:
        letters = await dead_letters.dead_letters(self.database)
        return [(letter.letter_id, letter.consumer, letter.reason) for letter in letters]

    async def replay(self, letter_ids: list[int]) -> None:
        await dead_letters.replay(self.database, letter_ids)


@pytest.fixture
async def cluster(kafka_bootstrap: str) -> Cluster:
    """Topics of this test's own on the shared broker."""
    cluster = Cluster(kafka_bootstrap, f"test-{uuid4().hex[:10]}.")
    await ensure_topics(cluster)
    return cluster


class TestKafkaLog(LogPromises):
    """Promises, over a real broker."""

    @pytest.fixture
    async def log(self, database: Database, cluster: Cluster) -> AsyncIterator[KafkaHarness]:
        harness = KafkaHarness(database, cluster)
        relay = harness.relay()
        task = asyncio.create_task(relay.run())
        yield harness
        relay.stop()
        async with asyncio.timeout(PATIENCE_S):
            await task

    async def test_a_member_that_joins_and_leaves_loses_nothing(self, log: KafkaHarness) -> None:
        first, second = Recorder(), Recorder()
        keys = [f"family-{number}" for number in range(30)]
        async with running(log, "reader", first):
            await append(log, *(numbered(key, 1) for key in keys))
            await first.wait_for(30)
            async with running(log, "reader", second):
                while not second.seen:
                    await append(log, *(numbered(key, 2) for key in keys))
                    await asyncio.wait([asyncio.create_task(second.wait_for(1))], timeout=1)
            total = await _count(log)
            await append(log, *(numbered(key, 3) for key in keys))
            await first.wait_for(total + 30 - len(second.seen))
        assert len(first.ids) + len(second.ids) == total + 30
        assert len({*first.ids, *second.ids}) == total + 30
        for key in keys:
            assert first.of(key)[-1] == 3

    async def test_a_tail_sees_records_of_all_partitions(self, log: KafkaHarness) -> None:
        batches = tail(log.cluster, [TOPIC])
        assert await anext(batches) == []
        first = asyncio.ensure_future(anext(batches))
        while not first.done():
            await append(log, *(numbered(f"family-{number}", 2) for number in range(5)))
            await asyncio.wait([first], timeout=0.5)
        assert all(b'"revision":2' in delivery.raw for delivery in first.result())
        await batches.aclose()


async def _count(log: KafkaHarness) -> int:
    async with log.database.connection() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM eventlog.events"))


async def test_rows_written_while_no_relay_ran_are_carried_in_order(database: Database, cluster: Cluster) -> None:
    log = KafkaHarness(database, cluster)
    await append(log, *(numbered("wood", number) for number in range(2500)))
    handler = Recorder()
    relay = log.relay()
    task = asyncio.create_task(relay.run())
    async with running(log, "reader", handler):
        await handler.wait_for(2500)
    relay.stop()
    await task
    assert handler.of("wood") == list(range(2500))


async def test_one_relay_leads_and_the_other_takes_over(database: Database, cluster: Cluster) -> None:
    log = KafkaHarness(database, cluster)
    handler = Recorder()
    first, second = log.relay(), log.relay()
    tasks = [asyncio.create_task(relay.run()) for relay in (first, second)]
    async with running(log, "reader", handler):
        await append(log, numbered("wood", 1))
        await handler.wait_for(1)
        first.stop()
        await append(log, numbered("wood", 2))
        await handler.wait_for(2)
    second.stop()
    await asyncio.gather(*tasks)
    assert handler.seen == [("wood", 1), ("wood", 2)]


async def test_rows_sent_again_after_a_crash_of_the_relay_have_no_effect(database: Database, cluster: Cluster) -> None:
    log = KafkaHarness(database, cluster)
    handler = Recorder()
    await append(log, *(numbered("wood", number) for number in range(5)))
    for _ in range(2):
        relay = log.relay()
        task = asyncio.create_task(relay.run())
        if not handler.seen:
            async with running(log, "reader", handler):
                await handler.wait_for(5)
        await append(log, numbered("glass", 1))
        relay.stop()
        await task
        async with database.connection() as connection:
            await connection.execute("DELETE FROM eventlog.positions WHERE consumer = 'relay'")
    relay = log.relay()
    task = asyncio.create_task(relay.run())
    async with running(log, "reader", handler):
        await append(log, numbered("wood", 5))
        await handler.wait_for(8)
    relay.stop()
    await task
    assert (handler.of("wood"), handler.of("glass")) == ([0, 1, 2, 3, 4, 5], [1, 1])


async def test_the_relay_is_woken_by_commits_of_other_processes(database: Database, cluster: Cluster) -> None:
    writer = await Database.connect(database.dsn)
    announcer = asyncio.create_task(announce(writer))
    relay = Relay(database, cluster, poll_s=1000)
    task = asyncio.create_task(relay.run())
    reading, writing = KafkaHarness(database, cluster), KafkaHarness(writer, cluster)
    handler = Recorder()
    async with running(reading, "reader", handler):
        async with asyncio.timeout(PATIENCE_S):
            while not handler.seen:
                await append(writing, numbered("wood", 1))
                await asyncio.wait([asyncio.create_task(handler.wait_for(1))], timeout=0.5)
    assert handler.seen[0] == ("wood", 1)
    relay.stop()
    database.waker.wake()
    await task
    announcer.cancel()
    await asyncio.gather(announcer, return_exceptions=True)
    await writer.close()


async def test_the_relay_catches_up_after_an_outage_of_the_broker(database: Database, own_broker: LocalBroker) -> None:
    cluster = Cluster(own_broker.bootstrap)
    await ensure_topics(cluster)
    log = KafkaHarness(database, cluster)
    handler = Recorder()
    relay = log.relay()
    task = asyncio.create_task(relay.run())
    async with running(log, "reader", handler):
        await append(log, numbered("wood", 1))
        await handler.wait_for(1)
        await own_broker.kill()
        await append(log, numbered("wood", 2), numbered("wood", 3))
        await own_broker.start()
        if task.done():
            relay = log.relay()
            task = asyncio.create_task(relay.run())
        await handler.wait_for(3)
    relay.stop()
    await asyncio.gather(task, return_exceptions=True)
    assert handler.of("wood") == [1, 2, 3]


async def test_the_relay_knows_what_waits_to_be_carried(database: Database, cluster: Cluster) -> None:
    log = KafkaHarness(database, cluster)
    await append(log, *(numbered("wood", number) for number in range(3)))
    relay, handler = log.relay(), Recorder()
    assert (await relay.lag()).records == 3
    task = asyncio.create_task(relay.run())
    async with running(log, "reader", handler):
        await handler.wait_for(3)
    relay.stop()
    await task
    assert await relay.lag() == Lag(0, 0.0)
    assert (await log.relay().lag()).records == 0, "another process knows it too"


async def test_a_reader_over_kafka_is_behind_by_what_it_did_not_fetch(database: Database, cluster: Cluster) -> None:
    log = KafkaHarness(database, cluster)
    reader = KafkaReader(database, cluster, "reader", [TOPIC])
    assert await reader.lag() == Lag(), "nothing is known before it is open"
    await append(log, *(numbered("wood", number) for number in range(5)))
    relay = log.relay()
    task = asyncio.create_task(relay.run())
    await reader.open()
    fetched = 0
    async with asyncio.timeout(PATIENCE_S):
        while not fetched:
            fetched = len(await reader.fetch(2))
        while (lag := await reader.lag()).records + fetched < 5:
            fetched += len(await reader.fetch(1))
    assert lag.records == 5 - fetched
    while lag.records:
        await reader.fetch(10)
        lag = await reader.lag()
    assert lag == Lag(0, 0.0)
    relay.stop()
    await task
    await reader.close()


class Refusing:
    """A producer whose broker goes away before it acknowledges."""

    async def send(self, *_record: object, **_details: object) -> asyncio.Future[None]:
        answer = asyncio.get_running_loop().create_future()
        answer.set_exception(KafkaConnectionError("the broker went away"))
        return answer


async def test_the_cursor_does_not_move_before_kafka_acknowledged(database: Database) -> None:
    log = KafkaHarness(database, Cluster("127.0.0.1:9"))
    await append(log, numbered("wood", 1), numbered("wood", 2))
    relay, leader = log.relay(), await database.dedicated()
    await relay._become_leader(leader)
    with pytest.raises(KafkaConnectionError):
        await relay.carry_once(leader, Refusing())
    await leader.close()
    assert (await log.relay().lag()).records == 2, "the next leader carries them"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([], None),
        ([("other", b"x")], None),
        ([("traceparent", b"\xff")], None),
        ([("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")], True),
    ],
)
def test_only_a_traceparent_in_the_right_form_is_taken_from_a_record(
    headers: list[tuple[str, bytes]], found: bool | None
) -> None:
    assert bool(traceparent_in(headers)) is bool(found)


def test_a_topic_with_another_number_of_partitions_is_refused() -> None:
    with pytest.raises(WrongTopics, match="has 3 partitions; Kringmarkt needs 12"):
        check_partitions("kringmarkt.listings", 3)
