"""What every reader of the log hands out, and the ports that a consumer stands on."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from contracts.envelope import Context, NewEvent
from infra.eventlog.lag import Lag


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record as it came: bytes not yet decoded, and where they stood (topic, lane, position or offset).

    `traceparent` is the one of the relay, when the record came over Kafka and is traced.
    """

    topic: str
    lane: int
    position: int
    raw: bytes
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that a consumer could not handle, with the reason in a sentence."""

    consumer: str
    delivery: Delivery
    event_id: UUID | None
    reason: str


class UnitOfWork(Protocol):
    """An open transaction, as a consumer sees it."""

    def append(self, events: Iterable[NewEvent], context: Context) -> None:
        """Add events that become visible with the commit."""

    async def first_seen(self, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """Mark the ids as handled by `consumer`; the ids that were new."""

    async def bury(self, letter: DeadLetter) -> None:
        """Store a dead letter."""


OpenUnit = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


class Lost(Exception):
    """Another process took over lanes that this reader was working on; the batch must be dropped."""


class ReadAgain(Exception):
    """Somebody else changed what a unit of work was decided on; nothing was written, and the same work may be tried."""


class Reader(Protocol):
    """A way to read the log. At least once, in order per lane, resuming after what was settled."""

    async def open(self) -> None:
        """Connect and find the place to resume."""

    async def fetch(self, limit: int) -> list[Delivery]:
        """The next records, at most `limit`; waits until there is one, or returns empty when asked to stop."""

    async def settle_in(self, unit: UnitOfWork, batch: Sequence[Delivery]) -> None:
        """Inside the transaction of the batch: prove ownership (raises Lost), and move the position if it is here."""

    async def settled(self, batch: Sequence[Delivery]) -> None:
        """After the commit: move the position if it is kept elsewhere."""

    async def rewind(self) -> None:
        """Forget what was fetched but not settled; the next fetch starts after the last settled record."""

    async def close(self) -> None:
        """Let go of connections and lanes."""

    async def lag(self) -> Lag:
        """What waits to be fetched, in the lanes of this reader."""

    def owned(self) -> frozenset[tuple[int, int]]:
        """The (lane, epoch) pairs this reader owns now; the epoch grows each time a lane changes hands."""
