"""One channel of one connection: every number once, in order, without gap, however live and stored alerts mix.

A subscription is live or catching up. It joins the hub before it reads the inbox, so nothing can fall between
the two. While it catches up, live frames are not kept: only the highest number heard is, because whatever the
hub publishes can be read from the inbox, and so a long history needs no second queue. It goes live in the same
step of the event loop in which it finds that it has sent all that it ever heard of. A live frame that skips a
number sends it back to catching up.
"""

import asyncio
from collections.abc import Sequence

from contracts.events.alerts import AlertState
from infra.metrics import PUSH_REPLAYED
from infra.push import protocol
from infra.push.hub import Frame, Hub
from infra.push.outbox import Outbox
from notifications.inbox import StartAgainReason, start_again
from notifications.model import Channel
from notifications.ports import InboxReader


class Subscription:
    """Sends a channel to an outbox; `sent` is the last number put there. Nothing is sent before `run`."""

    def __init__(self, channel: Channel, hub: Hub, inbox: InboxReader, outbox: Outbox, page: int) -> None:
        self.channel = channel
        self.sent = 0
        self._hub = hub
        self._inbox = inbox
        self._outbox = outbox
        self._page = page
        self._live = False
        self._heard = 0
        self._gap = asyncio.Event()
        hub.join(str(channel), self)

    def leave(self) -> None:
        """Hear nothing more."""
        self._hub.leave(str(self.channel), self)

    def hear(self, frame: Frame) -> None:
        """Send a live frame when it is the next one; otherwise remember that there is more to read."""
        self._heard = max(self._heard, frame.number)
        if not self._live or frame.number <= self.sent:
            return
        if frame.number > self.sent + 1:
            self._live = False
            self._gap.set()
            return
        self.sent = frame.number
        self._outbox.put_live(frame)

    async def run(self, after: int) -> StartAgainReason:
        """Send everything above `after`, stored first and then live; ends only when it can no longer go on."""
        self.sent = after
        while (reason := await self._catch_up()) is None:
            await self._gap.wait()
            self._gap.clear()
        return reason

    async def _catch_up(self) -> StartAgainReason | None:
        """Send what is stored until that is all there is, and go live; or tell why that cannot be done."""
        while not self._live:
            readable = self._heard  # what is heard during the read may be too late for its page
            page = await self._inbox.read(self.channel, self.sent, self._page)
            if not await self._send(page) or (not page and readable > self.sent):
                return start_again(await self._inbox.head(self.channel), self.sent) or StartAgainReason.HISTORY_GONE
            self._live = len(page) < self._page and self._heard <= self.sent
        return None

    async def _send(self, page: Sequence[AlertState]) -> bool:
        """Whether `page` goes on exactly where we are; what comes after a hole is not sent."""
        PUSH_REPLAYED.inc(len(page))
        for alert in page:
            if alert.number != self.sent + 1:
                return False
            await self._outbox.put_patiently(protocol.alert(alert))
            self.sent = alert.number
        return True
