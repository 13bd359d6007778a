"""The log in memory: the same promises without a database, for tests of services and for reading along."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

from contracts.envelope import Context, EncodedEvent, NewEvent
from contracts.topics import LANES, lane_of
from infra.eventlog.delivery import DeadLetter, Delivery, UnitOfWork
from infra.eventlog.lag import Lag


class MemoryLog:
    """Events, marks, positions and dead letters of one process."""

    def __init__(self) -> None:
        self.records: list[Delivery] = []
        self.handled: set[tuple[str, UUID]] = set()
        self.positions: dict[tuple[str, int], int] = {}
        self.dead_letters: list[DeadLetter] = []
        self.changed = asyncio.Event()

    def publish(self, events: Iterable[EncodedEvent]) -> None:
        """Make events visible, in this order."""
        for event in events:
            self.put(event.topic, lane_of(event.partition_key), event.raw)

    def put(self, topic: str, lane: int, raw: bytes) -> None:
        """Make raw bytes visible."""
        self.records.append(Delivery(topic, lane, len(self.records) + 1, raw))
        self.changed.set()
        self.changed = asyncio.Event()


class MemoryUnit:
    """A transaction on a MemoryLog: nothing shows before the commit."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log
        self.events: list[EncodedEvent] = []
        self.marks: set[tuple[str, UUID]] = set()
        self.letters: list[DeadLetter] = []
        self.moved: dict[tuple[str, int], int] = {}

    def append(self, events: Iterable[NewEvent], context: Context) -> None:
        """Add events that become visible with the commit."""
        for event in events:
            self.events.extend(event.encode(context))

    async def first_seen(self, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """Mark the ids as handled; the ids that were new."""
        wanted = {(consumer, event_id) for event_id in event_ids}
        new = wanted - self.log.handled - self.marks
        self.marks |= new
        return {event_id for _consumer, event_id in new}

    async def bury(self, letter: DeadLetter) -> None:
        """Store a dead letter with the commit."""
        self.letters.append(letter)

    def commit(self) -> None:
        """Make everything visible at once."""
        self.log.handled |= self.marks
        self.log.dead_letters.extend(self.letters)
        self.log.positions.update(self.moved)
        self.log.publish(self.events)


def memory_units(log: MemoryLog) -> Callable[[], AbstractAsyncContextManager[MemoryUnit]]:
    """How a consumer opens transactions on `log`."""

    @asynccontextmanager
    async def open_unit() -> AsyncIterator[MemoryUnit]:
        unit = MemoryUnit(log)
        yield unit
        unit.commit()

    return open_unit


class MemoryReader:
    """A reader of a MemoryLog for one consumer name."""

    def __init__(self, log: MemoryLog, consumer: str, topics: Sequence[str], poll_s: float = 0.25) -> None:
        self._log = log
        self._consumer = consumer
        self._topics = frozenset(topics)
        self._poll_s = poll_s
        self._cursors: dict[int, int] = {}

    async def open(self) -> None:
        """Find the place to resume."""
        await self.rewind()

    async def fetch(self, limit: int) -> list[Delivery]:
        """The next records; waits for the next commit or the poll interval."""
        changed = self._log.changed
        found = self._next(limit)
        if not found:
            try:
                async with asyncio.timeout(self._poll_s):
                    await changed.wait()
            except TimeoutError:
                return []
            found = self._next(limit)
        return found

    def _next(self, limit: int) -> list[Delivery]:
        wanted = (
            record
            for record in self._log.records
            if record.topic in self._topics and record.position > self._cursors[record.lane]
        )
        found = [record for record, _ in zip(wanted, range(limit), strict=False)]
        self._cursors.update({record.lane: record.position for record in found})
        return found

    async def settle_in(self, unit: UnitOfWork, batch: Sequence[Delivery]) -> None:
        """Move the cursors with the commit."""
        if not isinstance(unit, MemoryUnit):
            raise TypeError(f"a unit of work in memory was expected; got {type(unit).__name__}")
        unit.moved.update({(self._consumer, record.lane): record.position for record in batch})

    async def settled(self, batch: Sequence[Delivery]) -> None:
        """The cursors moved with the commit."""

    async def rewind(self) -> None:
        """Start after the last settled record of each lane."""
        self._cursors = {lane: self._log.positions.get((self._consumer, lane), 0) for lane in range(LANES)}

    async def close(self) -> None:
        """Nothing is held."""

    async def lag(self) -> Lag:
        """What stands after the cursors; the log in memory does not note when a record came."""
        waiting = (r for r in self._log.records if r.topic in self._topics and r.position > self._cursors[r.lane])
        return Lag(sum(1 for _ in waiting))

    def owned(self) -> frozenset[tuple[int, int]]:
        """All lanes, for ever."""
        return frozenset((lane, 1) for lane in range(LANES))
