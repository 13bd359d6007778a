"""Keeping tasks at work: a crash is logged loudly and started again, ever slower; too many bad messages stop one."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from infra.eventlog.consumer import TooManyBad
from infra.eventlog.postgres_log import TakenOver

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0

# Starting again would not help: somebody must look first.
FINAL = (TooManyBad, TakenOver)

Start = Callable[[], Awaitable[None]]


class Supervisor:
    """Runs named tasks until `stop`."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.stopped: dict[str, str] = {}

    def keep(self, name: str, start: Start) -> None:
        """Run `start()` in a task of its own, again after each crash."""
        self._tasks[name] = asyncio.create_task(self._keep(name, start), name=name)

    async def _keep(self, name: str, start: Start) -> None:
        pause = FIRST_PAUSE_S
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await start()
                return
            except FINAL as error:
                log.error("stopped for good", task=name, reason=str(error))
                self.stopped[name] = str(error)
                return
            except Exception as error:
                log.error("crashed, starting again", task=name, pause_s=pause, exc_info=error)
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def stop(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in self._tasks.values():
            task.cancel()
        for task in self._tasks.values():
            with suppress(asyncio.CancelledError):
                await task

    async def wait(self) -> None:
        """Return when every task has ended by itself."""
        await asyncio.gather(*self._tasks.values())
