"""The log in memory keeps the promises."""

from uuid import UUID

import pytest

from contracts.envelope import EncodedEvent
from infra.eventlog.delivery import OpenUnit
from infra.eventlog.memory_log import MemoryLog, MemoryReader, memory_units
from tests.eventlog.harness import TOPIC
from tests.eventlog.promises import LogPromises


class MemoryHarness:
    """A MemoryLog under test."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.open_unit: OpenUnit = memory_units(self.log)

    def reader(self, name: str) -> MemoryReader:
        return MemoryReader(self.log, name, [TOPIC], poll_s=0.05)

    async def put_raw(self, lane: int, raw: bytes) -> None:
        self.log.put(TOPIC, lane, raw)

    async def repeat(self, event: EncodedEvent) -> None:
        self.log.publish([event])

    async def dead_letters(self) -> list[tuple[int, str, str]]:
        return [(number, letter.consumer, letter.reason) for number, letter in enumerate(self.log.dead_letters)]

    async def replay(self, letter_ids: list[int]) -> None:
        for number in sorted(letter_ids, reverse=True):
            delivery = self.log.dead_letters.pop(number).delivery
            self.log.put(delivery.topic, delivery.lane, delivery.raw)


class TestMemoryLog(LogPromises):
    """Promises, in memory."""

    @pytest.fixture
    async def log(self) -> MemoryHarness:
        return MemoryHarness()

    async def test_a_mark_of_one_consumer_does_not_count_for_another(self, log: MemoryHarness) -> None:
        event_id = UUID(int=1)
        async with log.open_unit() as unit:
            assert await unit.first_seen("first", [event_id]) == {event_id}
            assert await unit.first_seen("first", [event_id]) == set()
            assert await unit.first_seen("second", [event_id]) == {event_id}
