"""What the trades service hears: listings and their quantities, proposals that come and go, names to disclose."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from contracts.envelope import Context, Event, NewEvent
from contracts.events import capabilities, listings
from contracts.events.base import EventData
from contracts.events.capabilities import CapabilityEvent
from contracts.events.joint_trades import (
    JointReplacementFailed,
    JointReplacementProposed,
    JointTradesLapsed,
    JointTradesProposed,
)
from contracts.events.listings import LISTINGS, OfferEvent, WantEvent
from contracts.events.near_misses import NearMissesCounted
from contracts.events.organisations import OrganisationRegistered, OrganisationRevised
from contracts.events.preferences import PreferenceChanged
from contracts.events.trades import TRADES, TradeReassessed, TradesDisplaced, TradesLapsed, TradesProposed
from contracts.upcasts import TypeName, read
from infra.eventlog.consumer import Consumer, PlainHandler
from infra.eventlog.delivery import UnitOfWork
from infra.postgres.database import Connection
from infra.postgres.stores.near_misses import StoredNearMisses
from infra.postgres.stores.notifications import StoredInbox
from infra.postgres.stores.preferences import StoredPreferences
from infra.postgres.stores.trade_batches import TradeBatch
from infra.postgres.stores.trades import StoredProposals
from infra.postgres.transaction import Transaction, connection_of, unit_of
from matching import trade_handlers
from matching.joint import acting
from notifications import handlers as directory
from notifications.ports import Ports as DirectoryPorts
from services.house import House
from services.wiring import Effects, consumer_of

SCHEMA = "trades"


class TradesHandler(PlainHandler):
    """Keeps balances and proposals, and lapses trades whose ground is gone."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._batch: TradeBatch | None = None

    def wants(self, event_type: str) -> bool:
        """Listings, proposals and organisations."""
        return TypeName.parse(event_type).name in NAMES

    async def prepare(self, events: Sequence[Event], unit: UnitOfWork) -> None:
        """Lock what the batch touches: joint trades, then trades, then balances."""
        if not isinstance(unit, Transaction):
            raise TypeError(f"trades need a transaction in which rows are locked; got {type(unit).__name__}")
        self._batch = TradeBatch(unit)
        named = [(TypeName.parse(event.type).name, event) for event in events]
        # A capability is named `capability:<id>`, a listing by its id alone.
        listing_ids = {UUID(event.view.subject.rpartition(":")[2]) for name, event in named if name in LISTING_NAMES}
        joint_ids = {key for name, event in named if name in JOINT_IDS for key in JOINT_IDS[name](read(event))}
        await self._batch.prepare(listing_ids, joint_ids)

    @property
    def _at_hand(self) -> TradeBatch:
        assert self._batch is not None, "prepare comes before handle"
        return self._batch

    async def finish(self, unit: UnitOfWork) -> Sequence[tuple[NewEvent, Context]]:
        """Balances and cards of the whole batch are written at once."""
        self._at_hand.flush(unit_of(unit))
        return ()

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        """Do what the event asks for."""
        data = read(event)
        return await HANDLERS[type(data)](self, data, event.id, connection_of(unit))

    async def listing_changed(
        self, data: OfferEvent | WantEvent, cause: UUID, connection: Connection
    ) -> Sequence[NewEvent]:
        """Keep the balance in step with the listing; a listing that went away takes accepted trades along."""
        await self.card_changed(data, cause, connection)
        told = await trade_handlers.listing_changed(data, self._at_hand.ports, self._house.now())
        return (*told, *await acting.joint_listing_changed(data, self._at_hand.joint, self._house.now()))

    async def capability_changed(
        self, data: CapabilityEvent, cause: UUID, connection: Connection
    ) -> Sequence[NewEvent]:
        """Keep the balance in step with the capability; joint trades on its former terms go on without it or end."""
        await self.card_changed(data, cause, connection)
        return await acting.capability_changed(data, self._at_hand.joint, self._house.now())

    async def preference_changed(
        self, data: PreferenceChanged, _cause: UUID, connection: Connection
    ) -> Sequence[NewEvent]:
        """Keep what was learnt of a want, for its owner to see."""
        await StoredPreferences(connection).save(data.preference)
        return ()

    async def near_misses_counted(
        self, data: NearMissesCounted, _cause: UUID, connection: Connection
    ) -> Sequence[NewEvent]:
        """Keep what nearly matches a listing, for its owner and for brokers."""
        await StoredNearMisses(connection).save(data)
        return ()

    async def joint_proposed(
        self, data: JointTradesProposed, _cause: UUID, _connection: Connection
    ) -> Sequence[NewEvent]:
        """Keep new joint trades."""
        await acting.joint_proposed(data, self._at_hand.joint)
        return ()

    async def joint_lapsed(self, data: JointTradesLapsed, _cause: UUID, _connection: Connection) -> Sequence[NewEvent]:
        """Joint trades that no longer stand; those that somebody accepted live on."""
        return await acting.joint_lapsed(data, self._at_hand.joint, self._house.now())

    async def replacement_proposed(
        self, data: JointReplacementProposed, _cause: UUID, _connection: Connection
    ) -> Sequence[NewEvent]:
        """Others take the place of who dropped out."""
        return await acting.replacement_proposed(data, self._at_hand.joint, self._house.now())

    async def replacement_failed(
        self, data: JointReplacementFailed, _cause: UUID, _connection: Connection
    ) -> Sequence[NewEvent]:
        """Nobody can take the place of who dropped out."""
        return await acting.replacement_failed(data, self._at_hand.joint, self._house.now())

    async def proposed(self, data: TradesProposed, cause: UUID, connection: Connection) -> Sequence[NewEvent]:
        """Keep new proposals; trades on what they supersede lapse."""
        await StoredProposals(connection).put(cause, data)
        return await trade_handlers.proposals_superseded(data, self._at_hand.ports, self._house.now())

    async def lapsed(self, data: TradesLapsed, _cause: UUID, connection: Connection) -> Sequence[NewEvent]:
        """Proposals that no longer stand; accepted ones lapse too, unless they are what took the quantity."""
        await StoredProposals(connection).lapse(data.lapsed)
        return await trade_handlers.proposals_lapsed(data, self._at_hand.ports, self._house.now())

    async def displaced(self, data: TradesDisplaced, _cause: UUID, connection: Connection) -> Sequence[NewEvent]:
        """Proposals that better ones pushed out; those that somebody opened or acted on stay."""
        await StoredProposals(connection).displace(data.displaced)
        return await trade_handlers.proposals_displaced(data, self._at_hand.ports)

    async def reassessed(self, data: TradeReassessed, _cause: UUID, connection: Connection) -> Sequence[NewEvent]:
        """Show the newest verdict from now on."""
        await StoredProposals(connection).reassess(data)
        return ()

    async def card_changed(self, data: EventData, _cause: UUID, connection: Connection) -> Sequence[NewEvent]:
        """Keep the cards from which the other side's view is made."""
        ports = DirectoryPorts(StoredInbox(connection), self._at_hand.directory)
        return await directory.handle(data, ports, self._house.now())


Handle = Callable[[TradesHandler, Any, UUID, Connection], Awaitable[Sequence[NewEvent]]]

LISTING_EVENTS = [
    item
    for item in vars(listings).values()
    if isinstance(item, type) and issubclass(item, OfferEvent | WantEvent) and "name" in vars(item)
]
CAPABILITY_EVENTS = [capabilities.CapabilityPublished, capabilities.CapabilityRevised, capabilities.CapabilityWithdrawn]

LISTING_NAMES = frozenset(item.name for item in (*LISTING_EVENTS, *CAPABILITY_EVENTS))
JOINT_IDS: dict[str, Callable[[Any], Iterable[UUID]]] = {
    JointTradesProposed.name: lambda data: (proposal.joint_id for proposal in data.proposals),
    JointTradesLapsed.name: lambda data: (gone.joint_id for gone in data.lapsed),
    JointReplacementProposed.name: lambda data: (data.joint_id,),
    JointReplacementFailed.name: lambda data: (data.joint_id,),
}
"""The joint trades that an event names, by the name of its type: they are locked before anything else is."""

HANDLERS: dict[type[EventData], Handle] = {
    **dict.fromkeys(LISTING_EVENTS, TradesHandler.listing_changed),
    TradesProposed: TradesHandler.proposed,
    TradesLapsed: TradesHandler.lapsed,
    TradesDisplaced: TradesHandler.displaced,
    TradeReassessed: TradesHandler.reassessed,
    **dict.fromkeys(CAPABILITY_EVENTS, TradesHandler.capability_changed),
    PreferenceChanged: TradesHandler.preference_changed,
    NearMissesCounted: TradesHandler.near_misses_counted,
    JointTradesProposed: TradesHandler.joint_proposed,
    JointTradesLapsed: TradesHandler.joint_lapsed,
    JointReplacementProposed: TradesHandler.replacement_proposed,
    JointReplacementFailed: TradesHandler.replacement_failed,
    OrganisationRegistered: TradesHandler.card_changed,
    OrganisationRevised: TradesHandler.card_changed,
}
NAMES = frozenset(data.name for data in HANDLERS)


def trades_consumer(house: House) -> Consumer:
    """The consumer named `trades`."""
    topics = [OrganisationRegistered.topic, LISTINGS, TRADES]
    return consumer_of(house, "trades", topics, TradesHandler(house), Effects.DERIVED)
