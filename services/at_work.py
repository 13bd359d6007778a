"""A consumer or relay under supervision: made anew for each start, asked to stop, asked how far it is behind."""

from collections.abc import Callable
from typing import Protocol

from infra.eventlog.lag import Lag


class Work(Protocol):
    """What a consumer and a relay have in common."""

    async def run(self) -> None:
        """Work until `stop`."""

    def stop(self) -> None:
        """Ask `run` to return after what is at hand."""

    async def lag(self) -> Lag:
        """How far it is behind."""


class AtWork:
    """The work of now; after a crash `make` gives another one, because the old one's state is not to be trusted."""

    def __init__(self, make: Callable[[], Work]) -> None:
        self._make = make
        self._now: Work | None = None
        self._stopped = False

    async def run(self) -> None:
        """Make it and let it work; one that was asked to stop before it was made does not start."""
        self._now = self._make()
        if self._stopped:
            self._now.stop()
        await self._now.run()

    def stop(self) -> None:
        """Ask it to return after what is at hand."""
        self._stopped = True
        if self._now is not None:
            self._now.stop()

    async def lag(self) -> Lag:
        """How far it is behind; nothing before the first start."""
        return await self._now.lag() if self._now is not None else Lag()
