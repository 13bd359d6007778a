"""Group commit: work that many callers bring at the same time is done in a few goes, and nobody waits when it is quiet.

No timer: a go starts as soon as there is work and fewer than `goes` are under way. What comes meanwhile waits for
the next one, so that batches grow by themselves exactly when the disk or the database is what everybody waits for.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

GOES = 2
"""One go is computed by the database while the next is prepared here; more would only make the batches smaller."""

MOST = 100


class GroupCommit(Generic[Item, Result]):
    """Carries items together. `carry` gives one result per item, in order; what it raises, each of its callers gets."""

    def __init__(
        self, carry: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], goes: int = GOES, most: int = MOST
    ) -> None:
        self._carry = carry
        self._goes = goes
        self._most = most
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()

    async def do(self, item: Item) -> Result:
        """The result of `item`, carried with whatever waits beside it."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if len(self._under_way) < self._goes:
            task = asyncio.create_task(self._go())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return await done

    async def _go(self) -> None:
        while self._waiting:
            taken = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            try:
                results = await self._carry([item for item, _done in taken])
            except BaseException as error:
                _fail([done for _item, done in taken], error)
                if not isinstance(error, Exception):
                    raise
                continue
            for (_item, done), result in zip(taken, results, strict=True):
                # A caller that hung up meanwhile has cancelled its own future; its work is done all the same.
                if not done.done():
                    done.set_result(result)


def _fail(waiting: Sequence["asyncio.Future[Result]"], error: BaseException) -> None:
    for done in waiting:
        if not done.done():
            done.set_exception(error if isinstance(error, Exception) else ConnectionAbortedError("the service stops"))
