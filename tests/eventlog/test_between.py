"""Work that no message asks for: done between batches, in transactions of its own, and never instead of messages."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from contracts.envelope import Context, Event, NewEvent
from infra.eventlog.consumer import Consumer, Limits, PlainHandler
from infra.eventlog.delivery import Lost, UnitOfWork
from infra.eventlog.memory_log import MemoryLog, MemoryReader, memory_units


class Heard(PlainHandler):
    """A handler of nothing."""

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        return ()


class Chores:
    """So many small parts of work, of which one may fail."""

    def __init__(self, parts: int, failure: Exception | None = None) -> None:
        self.left = parts
        self.failure = failure
        self.notes: list[str] = []

    async def due(self) -> bool:
        return self.left > 0

    async def work(self, unit: UnitOfWork, owned: frozenset[tuple[int, int]]) -> Sequence[tuple[NewEvent, Context]]:
        assert owned
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        self.left -= 1
        return ()

    def committed(self) -> None:
        self.notes.append("committed")

    def rolled_back(self) -> None:
        self.notes.append("rolled back")


def consumer_with(chores: Chores, between_s: float = 60) -> Consumer:
    """A consumer of an empty log."""
    log = MemoryLog()
    reader = MemoryReader(log, "worker", ["kringmarkt.listings"], poll_s=0.001)
    limits = Limits(between_s=between_s)
    return Consumer("worker", reader, memory_units(log), Heard(), lambda: datetime.now(UTC), limits, between=chores)


async def test_every_part_is_committed_by_itself() -> None:
    chores = Chores(3)
    await consumer_with(chores).step()
    assert (chores.left, chores.notes) == (0, ["committed"] * 3)


async def test_messages_need_not_wait_for_all_of_it() -> None:
    chores = Chores(3)
    consumer = consumer_with(chores, between_s=-1)
    await consumer.step()
    assert chores.left == 3


async def test_a_part_that_fails_is_rolled_back_and_the_consumer_crashes() -> None:
    chores = Chores(2, RuntimeError("as planned"))
    consumer = consumer_with(chores)
    with pytest.raises(RuntimeError, match="as planned"):
        await consumer.step()
    assert chores.notes == ["rolled back"]
    await consumer.step()
    assert chores.left == 0


async def test_a_lane_that_was_lost_is_no_crash() -> None:
    chores = Chores(1, Lost("somebody else has it"))
    consumer = consumer_with(chores)
    assert await consumer.step() == 0
    await consumer.step()
    assert chores.left == 0
