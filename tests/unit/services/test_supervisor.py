"""Crashes are started again, what cannot go on is reported, nothing is left running."""

import asyncio
from contextlib import suppress

import pytest

from infra.eventlog.consumer import TooManyBad
from infra.eventlog.postgres_log import TakenOver
from services import supervisor as module
from services.supervisor import Supervisor


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.01)


class Failing:
    """A task that fails so many times before it works, and says when it does."""

    def __init__(self, times: int, error: Exception | None = None) -> None:
        self.starts = 0
        self.began: list[float] = []
        self.tried, self.working = asyncio.Event(), asyncio.Event()
        self._times = times
        self._error = error or RuntimeError("as planned")

    async def __call__(self) -> None:
        self.starts += 1
        self.tried.set()
        self.began.append(asyncio.get_running_loop().time())
        if self.starts <= self._times:
            raise self._error
        self.working.set()
        await asyncio.Event().wait()


async def test_a_task_that_crashes_is_started_again_ever_slower() -> None:
    task, supervisor = Failing(times=4), Supervisor()
    supervisor.keep("task", task)
    async with asyncio.timeout(30):
        await task.working.wait()
    pauses = [later - earlier for earlier, later in zip(task.began, task.began[1:], strict=False)]
    assert task.starts == 5
    assert all(pause >= 0.01 * 2**number for number, pause in enumerate(pauses))
    assert supervisor.stopped == {}
    await supervisor.stop()


@pytest.mark.parametrize("error", [TooManyBad("look at the dead letters"), TakenOver("another process")])
async def test_what_cannot_go_on_stays_stopped_and_is_reported(error: Exception) -> None:
    task, other, supervisor = Failing(times=9, error=error), Failing(times=0), Supervisor()
    supervisor.keep("consumer", task)
    supervisor.keep("other", other)
    async with asyncio.timeout(30):
        await other.working.wait()
    assert task.starts == 1
    assert supervisor.stopped == {"consumer": str(error)}
    await supervisor.stop()


async def test_a_task_that_ends_is_not_started_again() -> None:
    starts = 0

    async def once() -> None:
        nonlocal starts
        starts += 1

    supervisor = Supervisor()
    supervisor.keep("once", once)
    await supervisor.wait()
    assert (starts, supervisor.stopped) == (1, {})


async def test_stopping_cancels_what_runs_and_waits_for_it() -> None:
    cleaned_up = asyncio.Event()
    started = asyncio.Event()

    async def working() -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)
            cleaned_up.set()

    supervisor = Supervisor()
    supervisor.keep("working", working)
    await started.wait()
    await supervisor.stop()
    assert cleaned_up.is_set()


async def test_stopping_also_ends_a_task_that_waits_to_be_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 3600.0)
    task, supervisor = Failing(times=1), Supervisor()
    supervisor.keep("task", task)
    await task.tried.wait()
    async with asyncio.timeout(10):
        await supervisor.stop()
    assert task.starts == 1
