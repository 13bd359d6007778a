"""Keeping tasks at work: a crash is logged loudly and started again, ever slower; too many bad messages stop one.

A task that can be asked to stop finishes what it has at hand; one that cannot, or that takes too long, is cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from infra.eventlog.consumer import TooManyBad
from infra.eventlog.lag import Lag
from infra.eventlog.postgres_log import TakenOver
from infra.metrics import TASK_RESTARTS, TASK_UP

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STOPS_WITHIN_S = 8.0
"""How long a task may take for what it has at hand."""

# Starting again would not help: somebody must look first.
FINAL = (TooManyBad, TakenOver)

Start = Callable[[], Awaitable[None]]
AskLag = Callable[[], Awaitable[Lag]]


class TaskState(StrEnum):
    """What a task does."""

    WORKING = "working"
    CRASHED = "crashed"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass
class Kept:
    """One task that is kept at work. `reason`: of its last crash, or why it stopped for good."""

    name: str
    start: Start
    ask_to_stop: Callable[[], None] | None = None
    lag: AskLag | None = None
    state: TaskState = TaskState.WORKING
    reason: str = ""
    restarts: int = 0
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def turn(self, state: TaskState, reason: str = "") -> None:
        """It does something else now."""
        self.state, self.reason = state, reason or self.reason
        TASK_UP.labels(self.name).set(state is TaskState.WORKING)


class Supervisor:
    """Runs named tasks until `stop`."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self._stopping = False

    @property
    def stopped(self) -> dict[str, str]:
        """The tasks that stopped for good, with the reason."""
        return {name: kept.reason for name, kept in self.kept.items() if kept.state is TaskState.STOPPED}

    def keep(
        self, name: str, start: Start, ask_to_stop: Callable[[], None] | None = None, lag: AskLag | None = None
    ) -> None:
        """Run `start()` in a task of its own, again after each crash.

        `ask_to_stop` makes it return by itself, soon. `lag` tells how far it is behind.
        """
        kept = self.kept[name] = Kept(name, start, ask_to_stop, lag)
        kept.task = asyncio.create_task(self._keep(kept), name=name)

    async def _keep(self, kept: Kept) -> None:
        pause = FIRST_PAUSE_S
        while True:
            began = asyncio.get_running_loop().time()
            kept.turn(TaskState.WORKING)
            try:
                await kept.start()
                kept.turn(TaskState.ENDED)
                return
            except FINAL as error:
                log.error("stopped for good", task=kept.name, reason=str(error))
                kept.turn(TaskState.STOPPED, str(error))
                return
            except Exception as error:
                log.error("crashed, starting again", task=kept.name, pause_s=pause, exc_info=error)
                kept.turn(TaskState.CRASHED, f"{type(error).__name__}: {error}")
            if self._stopping:
                return
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            kept.restarts += 1
            TASK_RESTARTS.labels(kept.name).inc()

    def ask_to_stop(self) -> None:
        """Ask every task that can be asked to finish what it has at hand and return."""
        self._stopping = True
        for kept in self.kept.values():
            if kept.ask_to_stop is not None:
                kept.ask_to_stop()

    async def stop(self) -> None:
        """Let what can be asked finish what it has at hand, cancel the rest, and wait for all of it."""
        self.ask_to_stop()
        tasks = [kept.task for kept in self.kept.values() if kept.task]
        asked = [kept.task for kept in self.kept.values() if kept.task and kept.ask_to_stop and _at_work(kept)]
        if asked:
            _done, late = await asyncio.wait(asked, timeout=STOPS_WITHIN_S)
            for task in late:
                log.warning("cancelled in the middle of its work", task=task.get_name(), after_s=STOPS_WITHIN_S)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def wait(self) -> None:
        """Return when every task has ended by itself."""
        await asyncio.gather(*(kept.task for kept in self.kept.values() if kept.task))


def _at_work(kept: Kept) -> bool:
    """One that waits to be started again has nothing at hand."""
    return kept.state is TaskState.WORKING
