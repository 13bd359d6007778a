"""The broker that the other Kafka tests stand on: it serves, it keeps what it acknowledged, and it says why not."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError

from infra.eventlog import local_broker
from infra.eventlog.local_broker import BrokerUnavailableError, LocalBroker, broker_jars, kafka_version


async def _new_topic(bootstrap: str) -> str:
    name = f"local-broker-{uuid.uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    return name


async def _produce(bootstrap: str, topic: str, values: list[bytes]) -> None:
    """Returns once every value is acknowledged."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def _consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    async with consumer, asyncio.timeout(30):
        return [(await consumer.getone()).value for _ in range(count)]


def _numbered(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


async def test_what_is_produced_is_consumed_in_order(kafka_bootstrap: str) -> None:
    topic = await _new_topic(kafka_bootstrap)
    await _produce(kafka_bootstrap, topic, _numbered(100))
    assert await _consume(kafka_bootstrap, topic, 100) == _numbered(100)


async def test_a_group_goes_on_where_it_committed(kafka_bootstrap: str) -> None:
    topic = await _new_topic(kafka_bootstrap)
    await _produce(kafka_bootstrap, topic, _numbered(3))
    seen = []
    for _ in range(3):
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=kafka_bootstrap,
            group_id=f"{topic}-readers",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        async with consumer, asyncio.timeout(30):
            seen.append((await consumer.getone()).value)
            await consumer.commit()
    assert seen == _numbered(3)


async def test_a_restart_keeps_the_records_and_the_address(own_broker: LocalBroker) -> None:
    before, topic = own_broker.bootstrap, await _new_topic(own_broker.bootstrap)
    await _produce(own_broker.bootstrap, topic, _numbered(10))
    await own_broker.restart()
    assert own_broker.bootstrap == before
    assert await _consume(own_broker.bootstrap, topic, 10) == _numbered(10)


async def test_what_was_acknowledged_survives_a_kill(own_broker: LocalBroker) -> None:
    topic = await _new_topic(own_broker.bootstrap)
    await _produce(own_broker.bootstrap, topic, _numbered(10))
    await own_broker.kill()
    assert own_broker.pid is None
    await own_broker.start()
    await _produce(own_broker.bootstrap, topic, [b"after the kill"])
    assert await _consume(own_broker.bootstrap, topic, 11) == [*_numbered(10), b"after the kill"]


async def test_a_producer_with_a_message_under_way_delivers_it_after_the_restart(own_broker: LocalBroker) -> None:
    topic = await _new_topic(own_broker.bootstrap)
    async with AIOKafkaProducer(bootstrap_servers=own_broker.bootstrap, acks="all") as producer:
        await producer.send_and_wait(topic, b"before")
        await own_broker.kill()
        under_way = await producer.send(topic, b"meanwhile")
        await own_broker.start()
        await asyncio.wait_for(under_way, timeout=30)
    assert await _consume(own_broker.bootstrap, topic, 2) == [b"before", b"meanwhile"]


async def test_topics_are_never_made_by_accident(own_broker: LocalBroker) -> None:
    async with AIOKafkaProducer(bootstrap_servers=own_broker.bootstrap) as producer:
        with pytest.raises((UnknownTopicOrPartitionError, TimeoutError)):
            await asyncio.wait_for(producer.send_and_wait("nobody-declared-this", b""), timeout=3)


async def test_a_broker_that_runs_is_not_started_again_nor_is_its_port_taken(
    own_broker: LocalBroker, tmp_path: Path
) -> None:
    port = int(own_broker.bootstrap.rpartition(":")[2])
    with pytest.raises(BrokerUnavailableError, match="runs already"):
        await own_broker.start()
    with pytest.raises(BrokerUnavailableError, match="choose a free port"):
        await LocalBroker(tmp_path / "second", port=port).start()


async def test_a_broker_that_cannot_come_up_shows_its_log(local_broker_possible: None, tmp_path: Path) -> None:
    records = tmp_path / "of-another-node" / "records"
    records.mkdir(parents=True)
    foreign = "version=1\nnode.id=7\ncluster.id=Some-Other-Cluster-Id00\n"
    (records / "meta.properties").write_text(foreign, encoding="utf-8")
    broker = LocalBroker(records.parent)
    with pytest.raises(BrokerUnavailableError, match=r"(?s)ended at once.*node.id"):
        await broker.start()
    assert broker.pid is None


async def test_the_broker_dies_with_the_process_that_started_it(local_broker_possible: None, tmp_path: Path) -> None:
    program = (
        "import asyncio, os, pathlib, signal, sys\n"
        "from infra.eventlog.local_broker import LocalBroker\n"
        "async def main():\n"
        "    broker = LocalBroker(pathlib.Path(sys.argv[1]))\n"
        "    await broker.start()\n"
        "    print(broker.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "orphan")]
    done = await asyncio.to_thread(subprocess.run, command, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert await asyncio.to_thread(_ends_within, int(done.stdout), 10)


def _ends_within(pid: int, seconds: float) -> bool:
    """Wait on the kernel's own word; a process that nobody has reaped yet has ended too."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(watched, "rb", closefd=True) as handle:
        return bool(select.select([handle], [], [], seconds)[0])


async def test_without_java_the_error_says_what_to_install(
    local_broker_possible: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(BrokerUnavailableError, match="openjdk-17-jre-headless"):
        await LocalBroker(tmp_path / "no-java").start()


def test_without_maven_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(local_broker, "_JARS", tmp_path / "lib")
    with pytest.raises(BrokerUnavailableError, match="package `maven`"):
        broker_jars()


def test_the_jars_are_of_the_pinned_version(local_broker_possible: None) -> None:
    assert (broker_jars() / f"kafka_2.13-{kafka_version()}.jar").is_file()
