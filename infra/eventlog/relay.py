"""The relay: carries event rows from the table to Kafka, lane by lane, in order, at least once.

One leader per database (a session lock; it ends with the connection, so a dead leader frees it). The producer
is idempotent and waits for all in-sync replicas; the cursor moves only after Kafka acknowledged the batch.
After a crash the rows since the cursor are sent again, and the consumers' marks make that harmless. It is woken
after each commit (by memory in its own process, by the announcer from others); polling finds what a wake-up missed.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer

from contracts.envelope import BadEnvelope, Event
from contracts.topics import LANES, TOPICS
from infra import metrics
from infra.eventlog.announce import CHANNEL
from infra.eventlog.kafka_log import TRACEPARENT_HEADER, Cluster
from infra.eventlog.lag import Lag, waiting_in_table
from infra.eventlog.postgres_log import CURSORS, move_cursors
from infra.postgres.database import Connection, Database
from infra.telemetry import SpanKind, span, traceparent, tracing

log = structlog.get_logger(__name__)

LEADER_LOCK = 4244
NAME = "relay"
POLL_S = 0.05

ROWS = """
SELECT found.topic, found.lane, found.position, found.key, found.raw
FROM unnest($1::int[], $2::bigint[]) AS cursor (lane, position)
CROSS JOIN unnest($3::text[]) AS wanted (topic)
CROSS JOIN LATERAL (
    SELECT e.topic, e.lane, e.position, e.key, e.raw FROM eventlog.events AS e
    WHERE e.topic = wanted.topic AND e.lane = cursor.lane AND e.position > cursor.position
    ORDER BY e.position LIMIT $4
) AS found
ORDER BY found.position LIMIT $4
"""


class Relay:
    """Carries rows of one database to one Kafka cluster."""

    def __init__(self, database: Database, cluster: Cluster, batch: int = 1000, poll_s: float = POLL_S) -> None:
        self._database = database
        self._cluster = cluster
        self._batch = batch
        self._poll_s = poll_s
        self._stopping = False
        self._cursors: dict[int, int] = {}

    def stop(self) -> None:
        """Ask `run` to return after the batch at hand."""
        self._stopping = True

    async def run(self) -> None:
        """Wait to become the leader, then carry until `stop`; raises what Kafka or PostgreSQL raise."""
        leader = await self._database.dedicated()
        try:
            await leader.add_listener(CHANNEL, lambda *_: self._database.waker.wake())
            await self._become_leader(leader)
            producer = AIOKafkaProducer(
                bootstrap_servers=self._cluster.bootstrap, enable_idempotence=True, acks="all", linger_ms=0,
                max_request_size=4 * 1024 * 1024,
            )  # fmt: skip
            try:
                await producer.start()
                await self._carry(leader, producer)
            finally:
                await producer.stop()
        finally:
            await leader.close()

    async def _become_leader(self, leader: Connection) -> None:
        while not self._stopping:
            if await leader.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
                rows = await leader.fetch(CURSORS, NAME)
                self._cursors = dict.fromkeys(range(LANES), 0) | {row["lane"]: row["position"] for row in rows}
                log.info("relay leads", cursors=sum(self._cursors.values()))
                return
            await asyncio.sleep(self._poll_s * 10)

    async def _carry(self, leader: Connection, producer: AIOKafkaProducer) -> None:
        while not self._stopping:
            ticket = self._database.waker.ticket()
            if not await self.carry_once(leader, producer):
                try:
                    async with asyncio.timeout(self._poll_s):
                        await ticket.wait()
                except TimeoutError:
                    continue

    async def carry_once(self, leader: Connection, producer: AIOKafkaProducer) -> int:
        """Carry one batch on the leader's own connection; how many rows it had."""
        lanes, positions = list(self._cursors), list(self._cursors.values())
        rows = await leader.fetch(ROWS, lanes, positions, list(TOPICS), self._batch)
        if not rows:
            return 0
        await self._produce(producer, rows)
        moved = {row["lane"]: row["position"] for row in rows}
        await move_cursors(leader, NAME, moved)
        self._cursors.update(moved)
        for row in rows:
            metrics.RELAY_CARRIED.labels(row["topic"]).inc()
        return len(rows)

    async def lag(self) -> Lag:
        """What waits to be carried, by whichever relay leads."""
        async with self._database.connection() as connection:
            found = {row["lane"]: row["position"] for row in await connection.fetch(CURSORS, NAME)}
            return await waiting_in_table(connection, dict.fromkeys(range(LANES), 0) | found, list(TOPICS))

    async def _produce(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> None:
        sent = [
            await producer.send(
                self._cluster.topic(row["topic"]),
                row["raw"],
                key=row["key"].encode(),
                partition=row["lane"],
                headers=headers_of(row) if tracing() else None,
            )
            for row in rows
        ]
        await asyncio.gather(*sent)


def headers_of(row: Any) -> list[tuple[str, bytes]] | None:
    """The header of a Kafka record that joins its reader to the trace: a span of the relay under the writer's."""
    try:
        event = Event.decode(row["raw"])
    except BadEnvelope:
        return None
    about = {
        "messaging.system": "kafka",
        "messaging.destination.name": row["topic"],
        "messaging.message.id": str(event.id),
    }
    with span("relay", SpanKind.PRODUCER, event.view.traceparent, about):
        carried = traceparent()
    return [(TRACEPARENT_HEADER, carried.encode())] if carried else None
