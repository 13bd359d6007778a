"""The floor of a broker: an acknowledged produce, and the fetch of a record that is available, on the real one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.bench.bench_publish import event_of_usual_size
from tests.bench.figures import p50

TOPIC = "bench-floor"
TIMES = 200


class KafkaFloor:
    """A producer that waits for all replicas, and a consumer of the same partition."""

    def __init__(self, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        self._producer = producer
        self._consumer = consumer
        self._event = event_of_usual_size()[1]

    @classmethod
    @asynccontextmanager
    async def on(cls, bootstrap: str) -> AsyncIterator["KafkaFloor"]:
        """Both connected, on a topic of one partition."""
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
        await admin.close()
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0)
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
        await producer.start()
        await consumer.start()
        consumer.assign([TopicPartition(TOPIC, 0)])
        await consumer.seek_to_beginning()
        try:
            yield cls(producer, consumer)
        finally:
            await producer.stop()
            await consumer.stop()

    async def produce(self) -> float:
        """Milliseconds from a produce to its acknowledgement."""
        times = []
        for _ in range(TIMES):
            start = perf_counter()
            await self._producer.send_and_wait(TOPIC, self._event, partition=0)
            times.append(perf_counter() - start)
        return p50(times)

    async def fetch(self) -> float:
        """Milliseconds to fetch a record that was acknowledged already."""
        partition, times = TopicPartition(TOPIC, 0), []
        end = (await self._consumer.end_offsets([partition]))[partition]
        for number in range(TIMES):
            self._consumer.seek(partition, max(0, end - TIMES + number))
            start = perf_counter()
            await self._consumer.getone()
            times.append(perf_counter() - start)
        return p50(times)
