"""What the promises need of a log, and a handler that records what it was given."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from contracts.envelope import Context, EncodedEvent, Event, NewEvent
from contracts.events.organisations import OrganisationRegistered, OrganisationState
from contracts.upcasts import read
from infra.eventlog.consumer import Consumer, Handler, Limits, PlainHandler
from infra.eventlog.delivery import Delivery, OpenUnit, Reader, UnitOfWork
from infra.eventlog.lag import Lag

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CONTEXT = Context(now=NOW, source="/tests")
TOPIC = OrganisationRegistered.topic
PATIENCE_S = 30


def numbered(key: str, number: int) -> NewEvent:
    """An event on partition key `key` that carries `number`."""
    state = OrganisationState(organisation_id=uuid4(), revision=number, name=key)
    return NewEvent(OrganisationRegistered(organisation=state), str(state.organisation_id), (key,), uuid4())


def encoded(event: NewEvent) -> EncodedEvent:
    """The event as it is appended."""
    return event.encode(CONTEXT)[0]


def content(event: Event) -> tuple[str, int]:
    """The partition key and number of an event made by `numbered`."""
    data = read(event)
    assert isinstance(data, OrganisationRegistered)
    return data.organisation.name, data.organisation.revision


@dataclass
class Recorder(PlainHandler):
    """Keeps what was committed; can be told to fail."""

    before: Callable[[Event], None] = lambda _event: None
    follow: Callable[[Event], Sequence[NewEvent]] = lambda _event: ()
    seen: list[tuple[str, int]] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)
    _pending: list[Event] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        self.before(event)
        content(event)
        self._pending.append(event)
        return self.follow(event)

    def committed(self) -> None:
        self.seen.extend(content(event) for event in self._pending)
        self.ids.extend(event.id for event in self._pending)
        self._pending.clear()
        self._changed.set()

    def rolled_back(self) -> None:
        self._pending.clear()

    async def wait_for(self, number: int) -> None:
        """Return when at least `number` events were committed."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.seen) < number:
                self._changed.clear()
                await self._changed.wait()

    def of(self, key: str) -> list[int]:
        """The numbers seen for one partition key, in order of arrival."""
        return [number for seen_key, number in self.seen if seen_key == key]


class Harness(Protocol):
    """One log under test."""

    @property
    def open_unit(self) -> OpenUnit:
        """How to write, and how consumers work."""

    def reader(self, name: str) -> Reader:
        """A new reader for the consumer `name`."""

    async def put_raw(self, lane: int, raw: bytes) -> None:
        """Make bytes visible to readers that no writer of ours would append."""

    async def repeat(self, event: EncodedEvent) -> None:
        """Make an event visible a second time, with the same id."""

    async def dead_letters(self) -> list[tuple[int, str, str]]:
        """(id, consumer, reason) of the letters that wait."""

    async def replay(self, letter_ids: list[int]) -> None:
        """Try dead letters again."""


async def append(harness: Harness, *events: NewEvent) -> None:
    """Append events in one transaction."""
    async with harness.open_unit() as unit:
        unit.append(events, CONTEXT)


class Running:
    """A consumer at work in a task."""

    def __init__(self, harness: Harness, name: str, handler: Handler, limits: Limits, reader: Reader | None) -> None:
        self.consumer = Consumer(name, reader or harness.reader(name), harness.open_unit, handler, lambda: NOW, limits)
        self.task = asyncio.create_task(self.consumer.run())

    async def __aenter__(self) -> "Running":
        return self

    async def __aexit__(self, *_: object) -> None:
        self.consumer.stop()
        async with asyncio.timeout(PATIENCE_S):
            await self.task


def running(
    harness: Harness, name: str, handler: Handler, limits: Limits | None = None, reader: Reader | None = None
) -> Running:
    """Run a consumer until the end of the `async with`; raises what it raised."""
    return Running(harness, name, handler, limits or Limits(batch=20, pause_s=0.01), reader)


class CrashAfterCommit:
    """A reader that ends its process (raises) between the commit and the settling of its first batch."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.crashed = False

    async def open(self) -> None:
        await self._reader.open()

    async def fetch(self, limit: int) -> list[Delivery]:
        return await self._reader.fetch(limit)

    async def settle_in(self, unit: UnitOfWork, batch: Sequence[Delivery]) -> None:
        await self._reader.settle_in(unit, batch)

    async def settled(self, batch: Sequence[Delivery]) -> None:
        if not self.crashed:
            self.crashed = True
            raise ConnectionResetError("the process ended here")
        await self._reader.settled(batch)

    async def rewind(self) -> None:
        await self._reader.rewind()

    async def close(self) -> None:
        await self._reader.close()

    async def lag(self) -> Lag:
        return await self._reader.lag()

    def owned(self) -> frozenset[tuple[int, int]]:
        return self._reader.owned()


class OwningLate(CrashAfterCommit):
    """A reader that owns nothing, whatever it gives, until it is told to."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.crashed = True
        self._owning = False

    def own(self) -> None:
        """Own the lanes from now on."""
        self._owning = True

    def owned(self) -> frozenset[tuple[int, int]]:
        return super().owned() if self._owning else frozenset()


@dataclass
class Caching(Recorder):
    """Counts the batches that were kept before any cache was built for them."""

    kept_without_cache: int = 0
    followed: bool = False

    async def lanes_changed(self, lanes: frozenset[int]) -> None:
        self.followed = bool(lanes)

    def committed(self) -> None:
        self.kept_without_cache += bool(self._pending) and not self.followed
        super().committed()
