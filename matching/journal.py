"""What to undo when a transaction fails: the index changes together with one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Undo = Callable[[], None]


class Journal:
    """What to undo, newest last. It writes only while somebody holds a mark, so that it cannot grow for ever."""

    def __init__(self) -> None:
        self._undo: list[Undo] = []
        self._marks: list[int] = []

    def write(self, undo: Undo) -> None:
        """Note how to undo a change that is about to be made."""
        if self._marks:
            self._undo.append(undo)

    def checkpoint(self) -> None:
        """Set a mark; every mark is ended by one `rollback` or `release`."""
        self._marks.append(len(self._undo))

    def rollback(self) -> None:
        """Undo every change since the newest mark, newest first, and end that mark."""
        mark = self._marks.pop()
        for undo in reversed(self._undo[mark:]):
            undo()
        del self._undo[mark:]

    def release(self) -> None:
        """End the newest mark and keep the changes; an older mark can still undo them."""
        self._marks.pop()
        if not self._marks:
            self._undo.clear()

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Keep the changes made inside when it ends well, undo them when it raises."""
        self.checkpoint()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.release()
