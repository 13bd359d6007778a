"""The bounded queue of one connection: live frames never wait, history does."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator

from infra.push.hub import Frame


class Outbox:
    """Frames that wait to be sent, at most `limit`.

    Live frames use `put`, which never waits: when there is no room the connection is too slow, `on_full` is
    called once and everything after that is dropped. History uses `put_patiently`, which fills only half of the
    queue, so that reading back a long inbox at the client's own speed never counts as slow.

    While nothing waits, `write_at_once` is offered a live frame first: a client that keeps up needs no queue and no
    task to be woken, which costs more than the frame itself. It says whether it took the frame.
    """

    def __init__(
        self, limit: int, on_full: Callable[[], None], write_at_once: Callable[[Frame], bool] = lambda _: False
    ) -> None:
        self._limit = limit
        self._write_at_once = write_at_once
        self._patient_limit = max(1, limit // 2)
        self._on_full = on_full
        self._full = False
        self._frames: deque[bytes] = deque()
        self._filled = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()
        self.taken = 0

    def __len__(self) -> int:
        return len(self._frames)

    def put_live(self, frame: Frame) -> None:
        """Have the frame written at once, or queue it as `put` does."""
        if not self._frames and not self._full and self._write_at_once(frame):
            self.taken += 1
        else:
            self.put(frame.data)

    def put(self, data: bytes) -> None:
        """Queue `data`, or give the connection up."""
        if self._full:
            return
        if len(self._frames) >= self._limit:
            self._full = True
            self._frames.clear()
            self._on_full()
            return
        self._append(data)

    async def put_patiently(self, data: bytes) -> None:
        """Queue `data` once the queue is less than half full."""
        while len(self._frames) >= self._patient_limit:
            await self._roomy.wait()
        self._append(data)

    async def take(self) -> bytes:
        """The oldest frame, as soon as there is one."""
        while not self._frames:
            self._filled.clear()
            await self._filled.wait()
        self.taken += 1
        data = self._frames.popleft()
        if len(self._frames) < self._patient_limit:
            self._roomy.set()
        return data

    def rest(self) -> Iterator[bytes]:
        """Take what is left, without waiting."""
        while self._frames:
            yield self._frames.popleft()

    def _append(self, data: bytes) -> None:
        self._frames.append(data)
        self._filled.set()
        if len(self._frames) >= self._patient_limit:
            self._roomy.clear()
