"""Pushing alerts: a websocket server, and the task that hands it every stored alert."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec

from contracts.envelope import Event
from contracts.events.alerts import AlertRaised
from contracts.upcasts import read
from infra.postgres.stores.notifications import CommittedInbox, StoredDirectory
from infra.push.hub import Frame, Hub
from infra.push.permissions import OwnChannels
from infra.push.ports import PushPorts
from infra.push.server import PushServer
from infra.telemetry import SpanKind, span
from notifications.model import Channel, SearchCard
from services.house import House
from services.wiring import carrier_of

# A search that was saved a moment ago may still be on its way here.
LOOK_AGAIN = (0.1, 0.3, 0.6, 1.0)


async def find_search(house: House, search_id: UUID) -> SearchCard | None:
    """Whose saved search it is; waits up to two seconds for one that was just made."""
    for pause in (0.0, *LOOK_AGAIN):
        await asyncio.sleep(pause)
        async with house.database.connection() as connection:
            found = await StoredDirectory(connection).search(search_id)
        if found is not None:
            return found
    return None


def push_ports(house: House, hub: Hub) -> PushPorts:
    """What a connection touches."""

    async def find(search_id: UUID) -> SearchCard | None:
        return await find_search(house, search_id)

    return PushPorts(
        authenticator=house.verifier,
        permissions=OwnChannels(find),
        inbox=CommittedInbox(house.database),
        hub=hub,
        now=house.now,
    )


async def feed(house: House, hub: Hub, fed: asyncio.Event) -> None:
    """Hand every alert that is stored from now on to those who listen; runs until cancelled. `fed` says since when.

    What was stored while nobody fed the hub is not lost: a connection reads the inbox when a number is missing, and
    is shown the newest number of its channel as soon as the hub is fed again.
    """
    async for batch in carrier_of(house).tail([AlertRaised.topic]):
        if not batch:
            await show_newest(house, hub)
        fed.set()
        for delivery in batch:
            event = Event.decode(delivery.raw)
            if hub.listens(event.view.subject):
                about = {"messaging.message.id": event.view.id}
                with span("push alert", SpanKind.PRODUCER, delivery.traceparent or event.view.traceparent, about):
                    hub.publish([frame_of(event)])


class RaisedView(msgspec.Struct):
    """What pushing needs of `AlertRaised`: the alert, as the bytes that everybody gets."""

    alert: msgspec.Raw


class NumberView(msgspec.Struct):
    """What pushing needs of an alert; the channel is the subject of the event."""

    number: int


_raised = msgspec.json.Decoder(RaisedView)
_number = msgspec.json.Decoder(NumberView)


def frame_of(event: Event) -> Frame:
    """The frame of an alert event. Of the newest version its bytes are passed on as they are, and not read."""
    if event.type != AlertRaised.event_type():
        data = read(event)
        assert isinstance(data, AlertRaised)
        return Frame.of(data.alert)
    alert = bytes(_raised.decode(event.data).alert)
    return Frame.around(event.view.subject, _number.decode(alert).number, alert)


async def show_newest(house: House, hub: Hub) -> None:
    """Publish the newest alert of every channel that somebody listens to; who has it already ignores it."""
    inbox = CommittedInbox(house.database)
    for name in hub.listened():
        channel = Channel.parse(name)
        head = await inbox.head(channel)
        hub.publish(await inbox.read(channel, head.last - 1, 1))


@asynccontextmanager
async def push_server(house: House, hub: Hub, host: str, port: int) -> AsyncIterator[PushServer]:
    """The websocket server, listening inside the context."""
    server = PushServer(push_ports(house, hub))
    await server.start(host, port)
    try:
        yield server
    finally:
        await server.stop()
