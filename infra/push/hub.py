"""From one stream of stored alerts to every connection that listens, without ever waiting for one of them.

`publish` is called from the one task that tails the event log, in the event loop of the connections. It only
puts frames into queues; a listener that has no room left takes itself out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from contracts.events.alerts import AlertState
from infra.metrics import PUSH_FRAMES
from infra.push import protocol


@dataclass(frozen=True, slots=True)
class Frame:
    """An alert as bytes, made once for all who listen: `data` is the text, `wire` the websocket frame around it."""

    channel: str
    number: int
    data: bytes
    wire: bytes = b""

    @classmethod
    def of(cls, alert: AlertState) -> "Frame":
        """The frame of `alert`."""
        return cls.around(alert.channel, alert.number, alert.model_dump_json().encode())

    @classmethod
    def around(cls, channel: str, number: int, alert: bytes) -> "Frame":
        """The frame of an alert that is JSON already."""
        data = protocol.alert_around(channel, number, alert)
        return cls(channel, number, data, protocol.text_frame(data))


class Listener(Protocol):
    """One channel of one connection."""

    def hear(self, frame: Frame) -> None:
        """Take `frame` without waiting and without raising."""
        ...


class Hub:
    """Who listens to which channel."""

    def __init__(self) -> None:
        self._listeners: dict[str, dict[Listener, None]] = {}

    def join(self, channel: str, listener: Listener) -> None:
        """From now on `listener` hears what is published on `channel`."""
        self._listeners.setdefault(channel, {})[listener] = None

    def leave(self, channel: str, listener: Listener) -> None:
        """`listener` hears no more of `channel`; leaving twice does nothing."""
        listeners = self._listeners.get(channel)
        if listeners is None:
            return
        listeners.pop(listener, None)
        if not listeners:
            del self._listeners[channel]

    def listens(self, channel: str) -> bool:
        """Whether anybody listens to `channel`, so that a caller can leave out work for nobody."""
        return channel in self._listeners

    def listened(self) -> tuple[str, ...]:
        """The channels that have a listener now."""
        return tuple(self._listeners)

    @property
    def channels(self) -> int:
        """How many channels have a listener."""
        return len(self._listeners)

    def publish(self, alerts: Iterable[AlertState | Frame]) -> int:
        """Hand stored and committed alerts to their listeners; returns how many frames were handed over.

        Repeats and gaps are allowed: each listener puts them right from the inbox.
        """
        handed = sum(self._publish(alert) for alert in alerts if alert.channel in self._listeners)
        PUSH_FRAMES.inc(handed)
        return handed

    def _publish(self, alert: AlertState | Frame) -> int:
        listeners = tuple(self._listeners[alert.channel])
        frame = alert if isinstance(alert, Frame) else Frame.of(alert)
        for listener in listeners:
            listener.hear(frame)
        return len(listeners)
