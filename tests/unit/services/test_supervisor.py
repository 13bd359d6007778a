"""Crashes are started again, what cannot go on is reported, nothing is left running."""

import asyncio
from contextlib import suppress

import pytest

from infra.eventlog.consumer import TooManyBad
from infra.eventlog.postgres_log import TakenOver
from infra.metrics import TASK_RESTARTS, TASK_UP
from services import supervisor as module
from services.supervisor import Supervisor, TaskState


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


async def test_what_can_be_asked_to_stop_finishes_what_it_has_at_hand() -> None:
    told, finished, started = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def batches() -> None:
        started.set()
        await told.wait()
        await asyncio.sleep(0.05)
        finished.set()

    supervisor = Supervisor()
    supervisor.keep("consumer", batches, told.set)
    await started.wait()
    await supervisor.stop()
    assert finished.is_set(), "it was cancelled in the middle of its batch"
    assert supervisor.kept["consumer"].state is TaskState.ENDED


async def test_what_takes_too_long_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOPS_WITHIN_S", 0.05)
    task, supervisor = Failing(times=0), Supervisor()
    supervisor.keep("consumer", task, lambda: None)
    await task.working.wait()
    async with asyncio.timeout(10):
        await supervisor.stop()


async def test_a_crash_while_stopping_is_not_started_again() -> None:
    told = asyncio.Event()
    starts = 0

    async def crashing_at_the_end() -> None:
        nonlocal starts
        starts += 1
        await told.wait()
        raise RuntimeError("the connection is gone")

    supervisor = Supervisor()
    supervisor.keep("consumer", crashing_at_the_end, told.set)
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await supervisor.stop()
    assert starts == 1


async def test_restarts_are_counted_and_the_last_reason_is_kept() -> None:
    task, supervisor = Failing(times=2, error=RuntimeError("the disk is full")), Supervisor()
    supervisor.keep("counted", task)
    async with asyncio.timeout(30):
        await task.working.wait()
    kept = supervisor.kept["counted"]
    assert (kept.state, kept.restarts, kept.reason) == (TaskState.WORKING, 2, "RuntimeError: the disk is full")
    assert TASK_RESTARTS.labels("counted")._value.get() == 2
    assert TASK_UP.labels("counted")._value.get() == 1
    await supervisor.stop()
