"""What a websocket touches: permissions, the hub, and the task that feeds it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from contracts.envelope import Context, Event
from contracts.events.alerts import AlertKind, AlertState
from infra.identity.tokens import Identity
from infra.push.hub import Frame, Hub
from notifications.handlers import alert_raised
from notifications.model import Channel
from services.deployables import ALL_IN_ONE
from services.house import utc_now
from services.notifier.consumer import notifier_consumer
from services.notifier.push import feed, find_search, frame_of, push_ports, push_server
from tests.support.marketplace import SUBPROTOCOL, Listening, Member
from tests.support.ports import free_ports
from tests.unit.services.scenes import Office

SEARCH = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"]}


async def saved_search(member: Member) -> str:
    return str((await member.client.post("/v1/saved-searches", json=SEARCH)).json()["search_id"])


async def test_whose_a_search_is_becomes_known_a_moment_after_it_is_saved(office: Office) -> None:
    member = await office.member("Zoeker")
    search_id = office.house.new_id()
    asked = asyncio.create_task(find_search(office.house, search_id))
    assert await asked is None
    saved = await saved_search(member)
    waiting = asyncio.create_task(find_search(office.house, Channel.parse(f"search:{saved}").id))
    await office.settle([notifier_consumer])
    found = await waiting
    assert found is not None
    assert found.organisation_id == member.organisation_id


async def test_a_channel_may_be_heard_by_its_owner_only(office: Office) -> None:
    member = await office.member("Zoeker")
    search = Channel.parse(f"search:{await saved_search(member)}")
    await office.settle()
    permissions = push_ports(office.house, Hub()).permissions
    owner, other = (
        Identity("somebody", organisation, frozenset(), utc_now()) for organisation in (member.organisation_id, uuid4())
    )
    own = Channel.of_organisation(member.organisation_id)
    assert [await permissions.may_subscribe(owner, channel) for channel in (own, search)] == [True, True]
    assert [await permissions.may_subscribe(other, channel) for channel in (own, search)] == [False, False]


async def test_every_stored_alert_is_pushed_to_who_listens(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    (port,) = free_ports(1)
    hub, fed = Hub(), asyncio.Event()
    feeding = asyncio.create_task(feed(office.house, hub, fed))
    await fed.wait()
    async with (
        push_server(office.house, hub, "127.0.0.1", port),
        connect(f"ws://127.0.0.1:{port}", subprotocols=[SUBPROTOCOL], compression=None) as socket,
    ):
        listening, channel = Listening(socket), f"organisation:{seeker.organisation_id}"
        await listening.subscribe(office.token(seeker.organisation_id), channel, after=None)
        await holder.offer()
        await seeker.want()
        await office.settle(ALL_IN_ONE.consumers)
        alert = await listening.next_alert("trade_proposed")
        assert alert == (await seeker.alerts())[0]
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)


async def test_what_was_stored_while_the_hub_was_not_fed_comes_when_it_is_fed_again(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    (port,) = free_ports(1)
    hub, fed = Hub(), asyncio.Event()
    async with (
        push_server(office.house, hub, "127.0.0.1", port),
        connect(f"ws://127.0.0.1:{port}", subprotocols=[SUBPROTOCOL], compression=None) as socket,
    ):
        listening, channel = Listening(socket), f"organisation:{seeker.organisation_id}"
        await listening.subscribe(office.token(seeker.organisation_id), channel, after=None)
        await holder.offer()
        await seeker.want()
        await office.settle(ALL_IN_ONE.consumers)
        feeding = asyncio.create_task(feed(office.house, hub, fed))
        assert await listening.next_alert("trade_proposed") == (await seeker.alerts())[0]
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)


async def test_a_handshake_for_another_protocol_is_refused(office: Office) -> None:
    (port,) = free_ports(1)
    async with push_server(office.house, Hub(), "127.0.0.1", port):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}", subprotocols=[Subprotocol("mqtt")], compression=None)
        assert refused.value.response.status_code == 400


def test_the_bytes_of_an_alert_are_passed_on_as_the_inbox_would_give_them() -> None:
    alert = AlertState(
        channel=f"organisation:{UUID(int=5)}",
        number=7,
        kind=AlertKind.TRADE_PROPOSED,
        raised_at=datetime(2026, 11, 24, 9, 0, 0, 1000, tzinfo=UTC),
        about=UUID(int=9),
        body={"title": "Één partij \u2028 <b>", "score": 0.1, "none": None, "list": [1, 2.5, "x"]},
    )
    (encoded,) = alert_raised(alert).encode(Context(now=alert.raised_at, source="/tests"))
    frame = frame_of(Event.decode(encoded.raw))
    assert (frame.channel, frame.number) == (alert.channel, 7)
    assert orjson.loads(frame.data) == orjson.loads(Frame.of(alert).data)
    assert frame.wire.endswith(frame.data)
