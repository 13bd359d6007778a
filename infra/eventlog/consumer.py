"""The consumer: decode, skip what was handled, let the handler work, commit, then move on.

A batch is one transaction. Three named outcomes:
- full: the handler says it cannot take more now; the batch is tried again after a pause (back-pressure);
- bad: this message can never be handled; it goes to the dead letters with its reason, alone, after the batch
  was rolled back and tried one by one; too many bad ones in a row stop the consumer, because then it is the
  consumer that is wrong, not the messages;
- crash: everything else is raised. Nothing was committed, the position did not move, a restart takes it up again.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog
from pydantic import ValidationError

from contracts.envelope import BadEnvelope, Context, Event, NewEvent
from contracts.events.registry import EVENT_TYPES, UnknownEventType
from contracts.problems import Refusal
from contracts.upcasts import TypeName
from infra.eventlog.delivery import DeadLetter, Delivery, Lost, OpenUnit, ReadAgain, Reader, UnitOfWork
from infra.eventlog.lag import Lag
from infra.eventlog.watch import Watch, traced
from infra.postgres.transaction import TRANSIENT

log = structlog.get_logger(__name__)

KNOWN_NAMES = frozenset(TypeName.parse(event_type).name for event_type in EVENT_TYPES)


class BadMessage(ValueError):
    """A message that can never be handled; the text is the reason in the dead letter."""


class Full(Exception):
    """The handler cannot take more now."""


class TooManyBad(RuntimeError):
    """So many messages in a row were bad that the consumer stops: look at the dead letters first."""


class Handler(Protocol):
    """What a service does with events. Calls come one at a time, in order per lane."""

    def wants(self, event_type: str) -> bool:
        """Whether events of this type are handled at all; others are passed over without a mark."""

    async def prepare(self, events: Sequence[Event], unit: UnitOfWork) -> None:
        """Called once before the events of a batch: what is better read for all of them at once."""

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        """Work on one event inside the transaction; the events that follow from it."""

    async def finish(self, unit: UnitOfWork) -> Sequence[tuple[NewEvent, Context]]:
        """Called once before the commit of a batch: work that is better done for all messages at once."""

    def committed(self) -> None:
        """The batch was committed: caches may keep their changes."""

    def rolled_back(self) -> None:
        """The batch was rolled back: caches must forget their changes."""

    async def lanes_changed(self, lanes: frozenset[int]) -> None:
        """This process owns other lanes now: rebuild caches from the tables."""


class Between(Protocol):
    """Work that no message asks for, done between batches in small transactions of the same process.

    It shares the caches of the handler, so it may not run beside it: what a batch has on trial is not there yet.
    """

    async def due(self) -> bool:
        """Whether there is something to do now."""

    async def work(self, unit: UnitOfWork, owned: frozenset[tuple[int, int]]) -> Sequence[tuple[NewEvent, Context]]:
        """A small part of it, in this transaction; raises Lost when a lane it works on is not owned any more."""

    def committed(self) -> None:
        """The part was committed."""

    def rolled_back(self) -> None:
        """The part was rolled back."""


class PlainHandler:
    """A handler of every type, without caches: subclasses give `handle`."""

    def wants(self, event_type: str) -> bool:  # noqa: ARG002 - port
        """All of them."""
        return True

    async def prepare(self, events: Sequence[Event], unit: UnitOfWork) -> None:
        """Nothing is read beforehand."""

    async def finish(self, unit: UnitOfWork) -> Sequence[tuple[NewEvent, Context]]:  # noqa: ARG002 - port
        """Nothing is left for the end of a batch."""
        return ()

    def committed(self) -> None:
        """No cache."""

    def rolled_back(self) -> None:
        """No cache."""

    async def lanes_changed(self, lanes: frozenset[int]) -> None:
        """No cache."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How a consumer works: records per batch, bad ones in a row before it stops, pause when full (seconds).

    `between_s`: the longest that messages wait for work that no message asked for.
    """

    batch: int = 200
    bad_in_a_row: int = 20
    pause_s: float = 0.2
    between_s: float = 0.2


DEFAULT_LIMITS = Limits()


class Consumer:
    """One named consumer: a reader, a way to open units of work, and a handler.

    `open_again`: how they are opened after ReadAgain, which locks what it reads, so that it cannot be asked again.
    """

    def __init__(
        self,
        name: str,
        reader: Reader,
        open_unit: OpenUnit,
        handler: Handler,
        now: Callable[[], datetime],
        limits: Limits = DEFAULT_LIMITS,
        between: Between | None = None,
        open_again: OpenUnit | None = None,
    ) -> None:
        self.name = name
        self._reader = reader
        self._open_unit = open_unit
        self._open_again = open_again or open_unit
        self._handler = handler
        self._now = now
        self._limits = limits
        self._between = between
        self._bad_in_a_row = 0
        self._owned: frozenset[tuple[int, int]] = frozenset()
        self._stopping = False
        self._watch = Watch(name, now)

    async def run(self) -> None:
        """Work until `stop`; raises what the handler raises (crash) and TooManyBad."""
        try:
            await self._reader.open()
            while not self._stopping:
                await self.step()
        finally:
            await self._reader.close()

    def stop(self) -> None:
        """Ask `run` to return after the batch at hand."""
        self._stopping = True

    async def lag(self) -> Lag:
        """How far this consumer is behind; what is worked on now counts as waiting."""
        return self._watch.at_hand().beside(await self._reader.lag())

    async def step(self) -> int:
        """Fetch and handle one batch; the number of records in it."""
        batch = await self._reader.fetch(self._limits.batch)
        await self._follow_lanes()
        try:
            if batch:
                with self._watch.batch(batch):
                    await self._handle_batch(batch)
            await self._work_between()
        except Lost as lost:
            log.info("lanes lost", consumer=self.name, reason=str(lost))
            await self._reader.rewind()
            return 0
        return len(batch)

    async def _work_between(self) -> None:
        if self._between is None:
            return
        until = asyncio.get_running_loop().time() + self._limits.between_s
        while await self._between.due() and asyncio.get_running_loop().time() < until:
            try:
                async with self._open_unit() as unit:
                    for event, context in await self._between.work(unit, self._reader.owned()):
                        unit.append((event,), context)
            except TRANSIENT as pause:
                self._between.rolled_back()
                log.debug("tried again later", consumer=self.name, reason=repr(pause))
                return
            except BaseException:
                self._between.rolled_back()
                raise
            self._between.committed()

    async def _follow_lanes(self) -> None:
        owned = self._reader.owned()
        if owned != self._owned:
            await self._handler.lanes_changed(frozenset(lane for lane, _epoch in owned))
            self._owned = owned

    def _require_followed_lanes(self) -> None:
        """Raise Lost when lanes came or went while the batch was worked on.

        A member of a Kafka group may be given records before it owns their lanes, and own them before it settles: it
        would prove an ownership for which no cache was built, and a matcher would miss pairs for ever.
        """
        if self._reader.owned() != self._owned:
            raise Lost("lanes changed hands while the batch was worked on")

    async def _handle_batch(self, batch: Sequence[Delivery]) -> None:
        try:
            await self._commit(batch)
            self._bad_in_a_row = 0
        except BAD as error:
            if len(batch) == 1:
                await self._bury(batch[0], error)
                return
            for delivery in batch:
                await self._handle_batch([delivery])

    async def _commit(self, batch: Sequence[Delivery]) -> None:
        open_unit = self._open_unit
        while True:
            try:
                async with open_unit() as unit:
                    handled = await self._work(batch, unit)
                    self._require_followed_lanes()
                    await self._reader.settle_in(unit, batch)
                break
            except ReadAgain as reason:
                self._watch.tried_again()
                self._handler.rolled_back()
                log.debug("batch read again", consumer=self.name, reason=str(reason))
                open_unit = self._open_again
            except (Full, *TRANSIENT) as pause:
                self._watch.tried_again()
                self._handler.rolled_back()
                log.debug("batch tried again", consumer=self.name, reason=repr(pause))
                await asyncio.sleep(self._limits.pause_s)
            except BaseException:
                self._handler.rolled_back()
                raise
        self._handler.committed()
        self._watch.handled(handled)
        await self._reader.settled(batch)

    async def _work(self, batch: Sequence[Delivery], unit: UnitOfWork) -> int:
        """How many events were new and handled."""
        decoded = ((decode(delivery), delivery.traceparent) for delivery in batch)
        events = [(event, carried) for event, carried in decoded if self._handler.wants(event.type)]
        new = await unit.first_seen(self.name, [event.id for event, _ in events])
        await self._handler.prepare([event for event, _ in events if event.id in new], unit)
        handled = len(new)
        for event, carried in events:
            if event.id not in new:
                continue
            new.discard(event.id)
            with self._watch.handling(event, carried):
                follow = await self._handler.handle(event, unit)
                unit.append(follow, self._context(event))
        for follower, context in await self._handler.finish(unit):
            unit.append((follower,), context)
        return handled

    def _context(self, event: Event) -> Context:
        return traced(Context(now=self._now(), source=f"/{self.name}").caused_by(event))

    async def _bury(self, delivery: Delivery, error: Exception) -> None:
        self._bad_in_a_row += 1
        self._watch.buried()
        log.error(
            "dead letter", consumer=self.name, topic=delivery.topic, position=delivery.position, reason=str(error)
        )
        async with self._open_unit() as unit:
            await unit.bury(DeadLetter(self.name, delivery, event_id_of(delivery), reason(error)))
            await self._reader.settle_in(unit, [delivery])
        await self._reader.settled([delivery])
        if self._bad_in_a_row >= self._limits.bad_in_a_row:
            raise TooManyBad(
                f"{self.name} stopped: {self._bad_in_a_row} messages in a row could not be handled, the last one "
                f"because {error}. See `kringmarkt dead-letters list`, mend the cause, then replay them."
            )


BAD = (BadMessage, BadEnvelope, UnknownEventType, ValidationError, Refusal)


def decode(delivery: Delivery) -> Event:
    """The event of a record; raises BadEnvelope, or BadMessage for a type that no version of ours could have."""
    event = Event.decode(delivery.raw)
    try:
        name = TypeName.parse(event.type).name
    except ValueError as error:
        raise BadMessage(str(error)) from error
    if name not in KNOWN_NAMES:
        raise BadMessage(f"{event.type!r} is not an event of Kringmarkt that this version knows")
    return event


def event_id_of(delivery: Delivery) -> UUID | None:
    """The event id of a record, None when it cannot even be decoded."""
    try:
        return Event.decode(delivery.raw).id
    except BadEnvelope:
        return None


def reason(error: Exception) -> str:
    """Why a message is bad, in at most 2,000 characters."""
    return f"{type(error).__name__}: {error}"[:2000]
