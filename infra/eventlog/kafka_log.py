"""Reading the log from Kafka as one member of a consumer group. Partition n of every topic is lane n.

The offset moves after the commit in the database, so a crash in between brings a batch again and the handled
marks make that harmless. Partition n of all topics goes to one member (range assignment of equal partition
counts), because a matcher needs the offers and the wants of a family together.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import CommitFailedError, IllegalStateError, RebalanceInProgressError, UnknownMemberIdError

from infra.eventlog.delivery import Delivery, UnitOfWork
from infra.eventlog.lag import Lag
from infra.eventlog.ownership import Ownership
from infra.postgres.database import Database
from infra.postgres.transaction import unit_of
from infra.telemetry import well_formed

FETCH_WAIT_MS = 250
TRACEPARENT_HEADER = "traceparent"


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    """Lanes change hands: the new owner raises their epochs before it reads."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._ownership.drop({partition.partition for partition in revoked})

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        lanes = {partition.partition for partition in assigned}
        self._ownership.drop({lane for lane, _epoch in self._ownership.owned()} - lanes)
        await self._ownership.take(lanes)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kafka cluster: its bootstrap address, and a prefix of topic and group names when several regions share it."""

    bootstrap: str
    prefix: str = ""

    def topic(self, name: str) -> str:
        """The name on the cluster of the topic called `name` in `contracts.topics`."""
        return f"{self.prefix}{name}"


def deliveries_of(records: Iterable[Any], cluster: Cluster) -> list[Delivery]:
    """Kafka records as deliveries; a record without a value is an empty one, which no decoder accepts."""
    cut = len(cluster.prefix)
    return [
        Delivery(item.topic[cut:], item.partition, item.offset, item.value or b"", traceparent_in(item.headers))
        for item in records
    ]


def traceparent_in(headers: Sequence[tuple[str, bytes]]) -> str | None:
    """The traceparent that the relay put into the headers of a record, when it did."""
    for name, value in headers:
        if name == TRACEPARENT_HEADER:
            return well_formed(value.decode("ascii", "replace"))
    return None


class KafkaReader:
    """A member of the consumer group named after the consumer."""

    def __init__(self, database: Database, cluster: Cluster, consumer: str, topics: Sequence[str]) -> None:
        self._ownership = Ownership(database, consumer)
        self._cluster = cluster
        self._topics = [cluster.topic(name) for name in topics]
        self._group = cluster.topic(consumer)
        self._opened: AIOKafkaConsumer | None = None
        self._behind_since: float | None = None

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._opened is None:
            raise RuntimeError(f"the reader of group {self._group} is not open; call open() first")
        return self._opened

    async def open(self) -> None:
        """Join the group."""
        self._opened = self._new_client()
        self._client.subscribe(self._topics, listener=_Rebalance(self._ownership))
        await self._client.start()

    def _new_client(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._cluster.bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            max_poll_interval_ms=120_000,
            fetch_max_wait_ms=FETCH_WAIT_MS,
        )

    async def fetch(self, limit: int) -> list[Delivery]:
        """The next records of the assigned partitions; waits at most the fetch interval."""
        found = await self._client.getmany(timeout_ms=FETCH_WAIT_MS, max_records=limit)
        return [delivery for records in found.values() for delivery in deliveries_of(records, self._cluster)]

    async def settle_in(self, unit: UnitOfWork, batch: Sequence[Delivery]) -> None:
        """Insist that the lanes of the batch are still ours."""
        self._ownership.prove_in(unit_of(unit), {delivery.lane for delivery in batch})

    async def settled(self, batch: Sequence[Delivery]) -> None:
        """Commit the offsets; when the group moved on meanwhile, the marks make the repeat harmless."""
        offsets = {
            TopicPartition(self._cluster.topic(delivery.topic), delivery.lane): delivery.position + 1
            for delivery in sorted(batch, key=lambda item: item.position)
        }
        try:
            await self._client.commit(offsets)
        except (CommitFailedError, IllegalStateError, RebalanceInProgressError, UnknownMemberIdError):
            return

    async def rewind(self) -> None:
        """Go back to the committed offsets of the partitions assigned now.

        A lane that was assigned while the database could not be reached is not owned yet: it is taken here. One
        that is owned under an old epoch is not, because another member may rightly have it.
        """
        assigned = self._client.assignment()
        if assigned:
            owned = {lane for lane, _epoch in self._ownership.owned()}
            await self._ownership.take({partition.partition for partition in assigned} - owned)
            committed = await self._client.seek_to_committed(*assigned)
            # Where nothing was committed yet the client stays put: what it fetched would be passed over for ever.
            fresh = [partition for partition, offset in committed.items() if not offset]
            if fresh:
                await self._client.seek_to_beginning(*fresh)

    async def close(self) -> None:
        """Leave the group."""
        client, self._opened = self._opened, None
        if client is not None:
            await client.stop()

    async def lag(self) -> Lag:
        """What the broker said it has after what was fetched; in seconds: since when that was seen."""
        records = 0
        if (client := self._opened) is not None:
            for partition in client.assignment():
                # None: nothing was fetched yet, so that the broker has not said how far it is.
                if (end := client.highwater(partition)) is not None:
                    records += max(0, end - await client.position(partition))
        clock = asyncio.get_running_loop().time()
        self._behind_since = (self._behind_since or clock) if records else None
        return Lag(records, clock - self._behind_since if self._behind_since else 0.0)

    def owned(self) -> frozenset[tuple[int, int]]:
        """The lanes assigned to this member, with their epochs."""
        return self._ownership.owned()


async def tail(cluster: Cluster, topics: Sequence[str]) -> AsyncGenerator[list[Delivery], None]:
    """Records produced from now on in all partitions, for watchers that keep no place (push).

    The first batch is empty: it says that the place is found and nothing after it will be missed.
    """
    client = AIOKafkaConsumer(
        *(cluster.topic(name) for name in topics),
        bootstrap_servers=cluster.bootstrap,
        auto_offset_reset="latest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
    )
    try:
        await client.start()
        await client.seek_to_end()
        for partition in client.assignment():
            await client.position(partition)
        yield []
        while True:
            found = await client.getmany(timeout_ms=FETCH_WAIT_MS, max_records=1000)
            batch = [delivery for records in found.values() for delivery in deliveries_of(records, cluster)]
            if batch:
                yield batch
    finally:
        await client.stop()
