"""What happens with each event that notifications hear: a card in the directory, or alerts in inboxes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts.envelope import NewEvent
from contracts.events import capabilities, joint_trades, listings, near_misses, organisations, preferences, trades
from contracts.events.alerts import AlertRaised, AlertState
from contracts.events.base import EventData
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, Visibility
from notifications import routing
from notifications.disclosure import Cards
from notifications.joint_alerts import joint_changed, joint_mentions, joint_proposed
from notifications.model import Draft, ListingCard, OrganisationCard, SearchCard
from notifications.ports import Directory, Ports

Handler = Callable[[Any, Ports, datetime], Awaitable[list[NewEvent]]]


async def handle(data: EventData, ports: Ports, now: datetime) -> list[NewEvent]:
    """Do what `data` asks for, and return an `AlertRaised` for each alert that was stored.

    Events that notifications have no use for give nothing, so that a topic can carry new ones.
    """
    handler = HANDLERS.get(type(data))
    return await handler(data, ports, now) if handler else []


async def note_offer(event: listings.OfferEvent, ports: Ports, _now: datetime) -> list[NewEvent]:
    """Keep the offer's card."""
    await ports.directory.put_listing(_listing_card(event.offer, ListingKind.OFFER, (event.offer.concept,)))
    return []


async def note_want(event: listings.WantEvent, ports: Ports, _now: datetime) -> list[NewEvent]:
    """Keep the want's card."""
    await ports.directory.put_listing(_listing_card(event.want, ListingKind.WANT, event.want.concepts))
    return []


async def note_search(event: listings.SavedSearchPublished, ports: Ports, _now: datetime) -> list[NewEvent]:
    """Remember whose saved search it is."""
    search = event.search
    await ports.directory.put_search(
        SearchCard(search.search_id, search.revision, search.organisation_id, search.name, search.active)
    )
    return []


async def note_organisation(
    event: organisations.OrganisationRegistered | organisations.OrganisationRevised,
    ports: Ports,
    _now: datetime,
) -> list[NewEvent]:
    """Keep the organisation's card."""
    state = event.organisation
    await ports.directory.put_organisation(
        OrganisationCard(state.organisation_id, state.revision, state.name, state.kvk_number)
    )
    return []


async def tell_proposed(event: trades.TradesProposed, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell both sides of every proposal."""
    cards = await _look_up(routing.mentions(event), ports.directory)
    return await _raise(routing.proposed(event, cards), ports, now)


async def tell_lapsed(event: trades.TradesLapsed, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell both sides of every proposal that lapsed before anybody acted on it.

    A pair also stops fitting because its trade was accepted; what becomes of a trade is told by `tell_changed`.
    """
    acted = await ports.directory.acted_upon(item.trade_id for item in event.lapsed)
    waiting = tuple(item for item in event.lapsed if item.trade_id not in acted)
    news = event.model_copy(update={"lapsed": waiting})
    cards = await _look_up(routing.mentions(news), ports.directory)
    return await _raise(routing.lapsed(news, cards), ports, now)


async def tell_reassessed(event: trades.TradeReassessed, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell both sides that the law, and not a listing, changed the verdict."""
    cards = await _look_up(routing.mentions(event), ports.directory)
    return await _raise(routing.reassessed(event, cards), ports, now)


async def tell_changed(event: trades.TradeEvent, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell both sides of a trade."""
    await ports.directory.put_acted(event.trade.trade_id)
    cards = await _look_up(routing.mentions(event), ports.directory)
    return await _raise(routing.changed(event, cards), ports, now)


async def tell_message(event: trades.TradeMessaged, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell the other side that there is a message."""
    cards = await _look_up(routing.mentions(event), ports.directory)
    return await _raise(routing.messaged(event, cards), ports, now)


async def tell_found(event: trades.SearchesMatched, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell every saved search that matched."""
    cards = await _look_up(routing.mentions(event), ports.directory)
    return await _raise(routing.found(event, cards), ports, now)


async def note_capability(event: capabilities.CapabilityEvent, ports: Ports, _now: datetime) -> list[NewEvent]:
    """Keep the capability's card: what a processor or depot offers is public."""
    await ports.directory.put_listing(_capability_card(event.capability))
    return []


async def tell_joint_proposed(event: joint_trades.JointTradesProposed, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell every party of every joint trade."""
    cards = await _look_up(joint_mentions(event), ports.directory)
    return await _raise(joint_proposed(event, cards), ports, now)


async def tell_joint_changed(event: joint_trades.JointTradeEvent, ports: Ports, now: datetime) -> list[NewEvent]:
    """Tell every party of a joint trade."""
    cards = await _look_up(joint_mentions(event), ports.directory)
    return await _raise(joint_changed(event, cards), ports, now)


def alert_raised(alert: AlertState) -> NewEvent:
    """The event that tells of a stored alert; a replay gives it the same id."""
    return NewEvent(
        data=AlertRaised(alert=alert),
        subject=alert.channel,
        partition_keys=(alert.channel,),
        id=uuid5(NAMESPACE_URL, f"{alert.channel}:{alert.number}"),
    )


async def _look_up(mentioned: routing.Mentions, directory: Directory) -> Cards:
    known = await directory.listings(mentioned.listings)
    holders = {card.organisation_id for card in known.values()}
    return Cards(known, await directory.organisations(mentioned.organisations | holders))


async def _raise(drafts: Sequence[Draft], ports: Ports, now: datetime) -> list[NewEvent]:
    if not drafts:
        return []
    return [alert_raised(alert) for alert in await ports.inbox.append(drafts, now)]


def _listing_card(
    state: listings.OfferState | listings.WantState, kind: ListingKind, concepts: tuple[str, ...]
) -> ListingCard:
    return ListingCard(
        listing_id=state.listing_id,
        revision=state.revision,
        organisation_id=state.organisation_id,
        kind=kind,
        title=state.title,
        concepts=concepts,
        quantity=state.quantity,
        unit=state.unit,
        municipality=state.place.municipality,
        province=state.place.province,
        visibility=state.visibility,
        partners=frozenset(state.partners),
    )


def _capability_card(state: capabilities.CapabilityState) -> ListingCard:
    return ListingCard(
        listing_id=state.capability_id,
        revision=state.revision,
        organisation_id=state.organisation_id,
        kind=ListingKind.WANT,
        title=state.title,
        concepts=state.inputs,
        quantity=state.capacity,
        unit=Unit.TONNE,
        municipality=state.place.municipality,
        province=state.place.province,
        visibility=Visibility.PUBLIC,
    )


HANDLERS: dict[type[EventData], Handler] = {
    organisations.OrganisationRegistered: note_organisation,
    organisations.OrganisationRevised: note_organisation,
    listings.OfferPublished: note_offer,
    listings.OfferRevised: note_offer,
    listings.OfferWithdrawn: note_offer,
    listings.OfferExpired: note_offer,
    listings.OfferReserved: note_offer,
    listings.OfferReopened: note_offer,
    listings.OfferClosed: note_offer,
    listings.OfferEvidenceAdded: note_offer,
    listings.OfferEvidenceRemoved: note_offer,
    listings.WantPublished: note_want,
    listings.WantRevised: note_want,
    listings.WantWithdrawn: note_want,
    listings.WantExpired: note_want,
    listings.WantReserved: note_want,
    listings.WantReopened: note_want,
    listings.WantClosed: note_want,
    listings.WantEvidenceAdded: note_want,
    listings.WantEvidenceRemoved: note_want,
    listings.SavedSearchPublished: note_search,
    trades.TradesProposed: tell_proposed,
    trades.TradesLapsed: tell_lapsed,
    trades.TradeReassessed: tell_reassessed,
    trades.SearchesMatched: tell_found,
    trades.TradeAccepted: tell_changed,
    trades.TradeAgreed: tell_changed,
    trades.TradeCollected: tell_changed,
    trades.TradeCompleted: tell_changed,
    trades.TradeDeclined: tell_changed,
    trades.TradeWithdrawn: tell_changed,
    trades.TradeLapsed: tell_changed,
    trades.TradeMessaged: tell_message,
    capabilities.CapabilityPublished: note_capability,
    capabilities.CapabilityRevised: note_capability,
    capabilities.CapabilityWithdrawn: note_capability,
    joint_trades.JointTradesProposed: tell_joint_proposed,
    joint_trades.JointTradeAccepted: tell_joint_changed,
    joint_trades.JointTradeVacated: tell_joint_changed,
    joint_trades.JointTradeReplaced: tell_joint_changed,
    joint_trades.JointTradeAgreed: tell_joint_changed,
    joint_trades.JointTradeCollected: tell_joint_changed,
    joint_trades.JointTradeCompleted: tell_joint_changed,
    joint_trades.JointTradeDeclined: tell_joint_changed,
    joint_trades.JointTradeWithdrawn: tell_joint_changed,
    joint_trades.JointTradeLapsed: tell_joint_changed,
}

# Heard, and of no use here: what remains, derives and replaces is the business of matcher and trades; displaced pairs
# go quietly; that a joint proposal lapsed is told with its full state by the trades service; alerts are our own.
IGNORED: frozenset[type[EventData]] = frozenset(
    {
        listings.RemainingChanged,
        trades.TradesDisplaced,
        AlertRaised,
        capabilities.CapacityChanged,
        capabilities.OfferDerived,
        capabilities.DerivedOfferWithdrawn,
        joint_trades.JointTradesLapsed,
        joint_trades.JointReplacementProposed,
        joint_trades.JointReplacementFailed,
        near_misses.NearMissesCounted,
        preferences.PreferenceChanged,
        preferences.PreferenceWideningAsked,
    }
)
