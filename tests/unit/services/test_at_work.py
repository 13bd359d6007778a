"""Work under supervision is made anew for each start, and can be asked to stop at any moment."""

import asyncio

import pytest

from infra.eventlog.lag import Lag
from services.at_work import AtWork


class Working:
    """Work that runs until it is asked to stop, or fails at once."""

    def __init__(self, number: int, *, fails: bool = False) -> None:
        self.number = number
        self._fails = fails
        self._told = asyncio.Event()

    async def run(self) -> None:
        if self._fails:
            raise RuntimeError("as planned")
        await self._told.wait()

    def stop(self) -> None:
        self._told.set()

    async def lag(self) -> Lag:
        return Lag(self.number, 0.5)


def at_work(*works: Working) -> AtWork:
    """Work that is each of these in turn."""
    return AtWork(iter(works).__next__)


async def test_each_start_makes_it_anew() -> None:
    work = at_work(Working(1, fails=True), Working(2))
    with pytest.raises(RuntimeError):
        await work.run()
    assert await work.lag() == Lag(1, 0.5)
    running = asyncio.create_task(work.run())
    await asyncio.sleep(0)
    assert await work.lag() == Lag(2, 0.5)
    work.stop()
    async with asyncio.timeout(10):
        await running


async def test_nothing_is_behind_before_the_first_start() -> None:
    assert await at_work(Working(1)).lag() == Lag()


async def test_what_was_asked_to_stop_before_it_was_made_ends_at_once() -> None:
    work = at_work(Working(1))
    work.stop()
    async with asyncio.timeout(10):
        await work.run()
