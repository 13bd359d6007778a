"""Events about alerts: what a subscriber is told, numbered in that subscriber's inbox."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.events.base import EventData, Part


class AlertKind(StrEnum):
    """What an alert is about."""

    TRADE_PROPOSED = "trade_proposed"
    TRADE_REVISED = "trade_revised"
    TRADE_LAPSED = "trade_lapsed"
    TRADE_CHANGED = "trade_changed"
    LISTING_FOUND = "listing_found"


class AlertState(Part):
    """One numbered alert. `channel` is `organisation:<id>` or `search:<id>`; `body` is only what its reader may see."""

    channel: str
    number: int
    kind: AlertKind
    raised_at: AwareDatetime
    about: UUID
    body: dict[str, Any]


class AlertRaised(EventData):
    """An alert was stored in an inbox and may be pushed."""

    name: ClassVar[str] = "alert.raised"
    topic: ClassVar[str] = "kringmarkt.alerts"
    alert: AlertState
