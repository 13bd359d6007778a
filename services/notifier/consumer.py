"""What the notifier hears, and the alerts that follow."""

from collections.abc import Sequence

from contracts.envelope import Event, NewEvent
from contracts.events.listings import LISTINGS
from contracts.events.organisations import OrganisationRegistered
from contracts.events.trades import TRADES
from contracts.upcasts import TypeName, read
from infra.eventlog.consumer import Consumer, PlainHandler
from infra.eventlog.delivery import UnitOfWork
from infra.postgres.stores.notifications import notification_ports
from infra.postgres.transaction import connection_of
from notifications.handlers import HANDLERS, handle
from services.house import House
from services.wiring import consumer_of

NAMES = frozenset(data.name for data in HANDLERS)


class AlertHandler(PlainHandler):
    """Stores alerts in the inboxes of those who may and want to hear of an event."""

    def __init__(self, house: House) -> None:
        self._house = house

    def wants(self, event_type: str) -> bool:
        """What notifications have a use for."""
        return TypeName.parse(event_type).name in NAMES

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        """Store the alerts; one `AlertRaised` for each."""
        return await handle(read(event), notification_ports(connection_of(unit)), self._house.now())


def notifier_consumer(house: House) -> Consumer:
    """The consumer named `notifier`."""
    return consumer_of(house, "notifier", [OrganisationRegistered.topic, LISTINGS, TRADES], AlertHandler(house))
