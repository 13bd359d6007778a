"""What the listings service hears: trades took from a listing, or gave back."""

from collections.abc import Sequence

from contracts.envelope import Event, NewEvent
from contracts.events.listings import LISTINGS, RemainingChanged
from contracts.upcasts import TypeName, read
from infra.eventlog.consumer import Consumer, PlainHandler
from infra.eventlog.delivery import UnitOfWork
from infra.postgres.stores.listings import listing_ports
from infra.postgres.transaction import connection_of
from listings import handlers
from services.house import House
from services.wiring import Effects, consumer_of


class RemainingHandler(PlainHandler):
    """Keeps each listing's own view of what remains."""

    def __init__(self, house: House) -> None:
        self._house = house

    def wants(self, event_type: str) -> bool:
        """Only what remains."""
        return TypeName.parse(event_type).name == RemainingChanged.name

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        """Apply it; the events that the listing is reserved, open again or closed."""
        change = read(event)
        assert isinstance(change, RemainingChanged)
        outcome = await handlers.apply_remaining(change, self._house.now(), listing_ports(connection_of(unit)))
        return outcome.events


def listings_consumer(house: House) -> Consumer:
    """The consumer named `listings`."""
    return consumer_of(house, "listings", [LISTINGS], RemainingHandler(house), Effects.DERIVED)
