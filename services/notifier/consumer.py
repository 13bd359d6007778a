"""What the notifier hears, and the alerts that follow."""

from collections.abc import Iterable, Sequence
from typing import get_args
from uuid import UUID

from contracts.envelope import Context, Event, NewEvent
from contracts.events.base import EventData
from contracts.events.listings import LISTINGS
from contracts.events.organisations import OrganisationRegistered
from contracts.events.trades import TRADES, SearchesMatched, TradeEvent, TradesLapsed, TradesProposed
from contracts.upcasts import TypeName, read
from infra.eventlog.consumer import Consumer, PlainHandler
from infra.eventlog.delivery import UnitOfWork
from infra.postgres.stores.alert_batches import AlertBatch
from infra.postgres.stores.notifications import notification_ports
from infra.postgres.transaction import OneStatement, connection_of
from notifications.handlers import HANDLERS, handle
from notifications.model import Channel
from notifications.ports import Ports
from notifications.routing import mentions
from services.house import House
from services.wiring import Effects, consumer_of

NAMES = frozenset(data.name for data in HANDLERS)
Telling = TradesProposed | TradesLapsed | TradeEvent | SearchesMatched


class AlertHandler(PlainHandler):
    """Stores alerts in the inboxes of those who may and want to hear of an event.

    In a unit of work that locks nothing, the whole batch is read before it and written after it; in any other, each
    event is. The second way is for batches on which another notifier was first.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._batch: AlertBatch | None = None
        self._read: dict[UUID, EventData] = {}

    def wants(self, event_type: str) -> bool:
        """What notifications have a use for."""
        return TypeName.parse(event_type).name in NAMES

    async def prepare(self, events: Sequence[Event], unit: UnitOfWork) -> None:
        """Read all that the events mention."""
        self._batch = AlertBatch.on(unit) if isinstance(unit, OneStatement) else None
        self._read = {event.id: read(event) for event in events}
        if self._batch is not None:
            telling = [data for data in self._read.values() if isinstance(data, get_args(Telling))]
            found = [mentions(data) for data in telling]
            listings = {one for item in found for one in item.listings}
            organisations = {one for item in found for one in item.organisations}
            await self._batch.prepare(listings, organisations, _channels(telling, organisations))

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        """Store the alerts; one `AlertRaised` for each."""
        return await handle(self._read[event.id], self._ports(unit), self._house.now())

    def _ports(self, unit: UnitOfWork) -> Ports:
        return self._batch.ports if self._batch is not None else notification_ports(connection_of(unit))

    async def finish(self, unit: UnitOfWork) -> Sequence[tuple[NewEvent, Context]]:  # noqa: ARG002 - port
        """Everything of the batch is written at once."""
        if self._batch is not None:
            self._batch.flush()
        return ()


def _channels(telling: Iterable[Telling], organisations: Iterable[UUID]) -> list[Channel]:
    """The channels in which alerts of these events can come."""
    hits = [hit.search_id for data in telling if isinstance(data, SearchesMatched) for hit in data.hits]
    return [*map(Channel.of_organisation, organisations), *map(Channel.of_search, hits)]


def notifier_consumer(house: House) -> Consumer:
    """The consumer named `notifier`."""
    topics = [OrganisationRegistered.topic, LISTINGS, TRADES]
    return consumer_of(house, "notifier", topics, AlertHandler(house), Effects.TOLD_AT_ONCE)
