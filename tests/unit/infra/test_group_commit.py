"""Work that comes together goes together, work that comes alone does not wait, and each caller gets its own."""

import asyncio
from collections.abc import Sequence

import pytest

from infra.group_commit import GroupCommit


class Carrier:
    """Doubles numbers, batch by batch, when it is let; keeps what came together."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()

    async def carry(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.begun.set()
        await self.gate.wait()
        if 13 in items:
            raise ValueError("thirteen")
        return [2 * item for item in items]


async def test_an_item_alone_goes_at_once() -> None:
    carrier = Carrier()
    assert await GroupCommit(carrier.carry).do(4) == 8
    assert carrier.batches == [[4]]


async def test_what_comes_while_all_goes_are_under_way_goes_together() -> None:
    carrier = Carrier()
    group = GroupCommit(carrier.carry, goes=1, most=3)
    carrier.gate.clear()
    first = asyncio.create_task(group.do(0))
    await carrier.begun.wait()
    others = [asyncio.create_task(group.do(number)) for number in range(1, 6)]
    await asyncio.sleep(0)
    carrier.gate.set()
    assert await asyncio.gather(first, *others) == [0, 2, 4, 6, 8, 10]
    assert carrier.batches == [[0], [1, 2, 3], [4, 5]]


async def test_an_error_is_told_to_those_of_its_batch_and_the_next_batch_is_carried() -> None:
    carrier = Carrier()
    group = GroupCommit(carrier.carry, goes=1, most=2)
    answers = await asyncio.gather(*(group.do(item) for item in (12, 13, 14)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValueError, ValueError, int]
    assert await group.do(1) == 2


async def test_a_caller_that_leaves_does_not_disturb_the_others() -> None:
    carrier = Carrier()
    group = GroupCommit(carrier.carry, goes=1)
    carrier.gate.clear()
    leaving, staying = (asyncio.create_task(group.do(item)) for item in (1, 2))
    await carrier.begun.wait()
    leaving.cancel()
    carrier.gate.set()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_no_more_goes_are_under_way_than_allowed() -> None:
    carrier = Carrier()
    group = GroupCommit(carrier.carry, goes=2, most=1)
    carrier.gate.clear()
    asked = [asyncio.create_task(group.do(item)) for item in range(5)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(carrier.batches) == 2
    carrier.gate.set()
    assert await asyncio.gather(*asked) == [0, 2, 4, 6, 8]
