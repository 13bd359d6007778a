"""One connection over a real websocket: who it is, what it listens to, and what it gets."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from infra.push.protocol import CloseCode
from notifications.model import Channel
from tests.unit.infra.push.fakes import Client, World, running


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running() as world:
        yield world


async def test_a_good_token_is_welcomed(world: World) -> None:
    async with world.stranger() as client:
        await client.say(type="authenticate", token=world.token)
        assert await client.hear() == {
            "type": "welcome",
            "protocol": 1,
            "organisation_id": str(world.organisation_id),
            "heartbeat_s": 20,
        }


async def test_a_token_in_the_handshake_is_as_good(world: World) -> None:
    async with world.stranger(additional_headers={"Authorization": f"Bearer {world.token}"}) as client:
        assert (await client.hear())["type"] == "welcome"


@pytest.mark.parametrize("header", ["Bearer nobody's", "Basic YTpi"])
async def test_a_wrong_header_closes_the_connection(world: World, header: str) -> None:
    async with world.stranger(additional_headers={"Authorization": header}) as client:
        assert (await client.hear())["code"] == "not_authenticated"
        assert await client.close_code() == CloseCode.NOT_AUTHENTICATED


async def test_a_wrong_token_is_told_why_and_closes_the_connection(world: World) -> None:
    async with world.stranger() as client:
        await client.say(type="authenticate", token="nobody's")
        error = await client.hear()
        assert (error["type"], error["code"]) == ("error", "not_authenticated")
        assert "got a token that nobody has" in error["detail"]
        assert "nobody's" not in str(error)
        assert await client.close_code() == CloseCode.NOT_AUTHENTICATED


async def test_subscribing_before_authenticating_closes_the_connection(world: World) -> None:
    async with world.stranger() as client:
        assert (await client.subscribe(world.channel))["code"] == "not_authenticated"
        assert await client.close_code() == CloseCode.NOT_AUTHENTICATED
    assert world.hub.channels == 0


async def test_who_says_nothing_is_sent_away() -> None:
    async with running(authenticate_within_s=0.05) as world, world.stranger() as client:
        assert (await client.hear())["code"] == "not_authenticated"
        assert await client.close_code() == CloseCode.NOT_AUTHENTICATED


async def test_an_expired_token_ends_the_connection(world: World) -> None:
    token = world.token_for(world.organisation_id, datetime.now(UTC) + timedelta(seconds=0.1))
    async with world.client(token) as client:
        assert (await client.hear())["code"] == "token_expired"
        assert await client.close_code() == CloseCode.TOKEN_EXPIRED


async def test_a_fresh_token_keeps_the_connection(world: World) -> None:
    expires_at = datetime.now(UTC) + timedelta(seconds=0.3)
    async with world.client(world.token_for(world.organisation_id, expires_at)) as client:
        await client.subscribe(world.channel)
        await client.say(type="authenticate", token=world.token)
        assert (await client.hear())["type"] == "welcome"
        while datetime.now(UTC) < expires_at + timedelta(seconds=0.1):
            await client.nothing_more()
        await world.raise_alerts(1)
        assert await client.numbers(1) == [1]


async def test_a_fresh_token_of_another_organisation_changes_nothing(world: World) -> None:
    async with world.client() as client:
        await client.say(type="authenticate", token=world.token_for(uuid4()))
        assert (await client.hear())["code"] == "other_organisation"
        assert (await client.subscribe(world.channel))["type"] == "subscribed"


async def test_without_a_number_only_new_alerts_come(world: World) -> None:
    await world.raise_alerts(3)
    async with world.client() as client:
        assert await client.subscribe(world.channel) == {
            "type": "subscribed",
            "channel": str(world.channel),
            "first": 1,
            "last": 3,
            "after": 3,
        }
        await world.raise_alerts(2)
        assert await client.numbers(2) == [4, 5]


async def test_missed_alerts_come_first_and_then_live_ones(world: World) -> None:
    await world.raise_alerts(1200)
    async with world.client() as client:
        await client.subscribe(world.channel, after=2)
        await world.raise_alerts(2)
        assert await client.numbers(1200) == list(range(3, 1203))
        await client.nothing_more()


async def test_a_search_of_ones_own_can_be_heard_next_to_ones_own_channel(world: World) -> None:
    search = await world.own_search()
    async with world.client() as client:
        await client.subscribe(world.channel)
        await client.subscribe(search)
        await world.raise_alerts(1, search)
        await world.raise_alerts(1)
        heard = [await client.hear(), await client.hear()]
        assert [frame["channel"] for frame in heard] == [str(search), str(world.channel)]


@pytest.mark.parametrize("channel", [Channel.of_organisation(uuid4()), Channel.of_search(uuid4())])
async def test_a_channel_of_another_is_forbidden_and_the_connection_stays(world: World, channel: Channel) -> None:
    async with world.client() as client:
        assert (await client.subscribe(channel))["code"] == "forbidden_channel"
        await world.raise_alerts(1, channel)
        await client.nothing_more()


async def test_a_name_that_is_no_channel_is_an_error(world: World) -> None:
    async with world.client() as client:
        await client.say(type="subscribe", channel="lot:7")
        error = await client.hear()
        assert (error["code"], error["got"]) == ("unknown_channel", "lot:7")


async def test_more_channels_than_allowed_is_an_error() -> None:
    async with running(channels=1) as world, world.client() as client:
        await client.subscribe(world.channel)
        assert (await client.subscribe(await world.own_search()))["code"] == "too_many_channels"
        assert (await client.subscribe(world.channel))["type"] == "subscribed"


async def test_history_that_is_gone_means_starting_again(world: World) -> None:
    await world.store(10)
    await world.inbox.forget(world.channel, up_to=6)
    async with world.client() as client:
        assert await client.subscribe(world.channel, after=5) == {
            "type": "start_again",
            "channel": str(world.channel),
            "first": 7,
            "last": 10,
            "reason": "history_gone",
            "read": f"/v1/alerts?channel=organisation%3A{world.organisation_id}&after=6",
        }
        assert await world.raise_alerts(1) == 0
        assert (await client.subscribe(world.channel, after=6))["type"] == "subscribed"
        assert await client.numbers(5) == [7, 8, 9, 10, 11]


async def test_a_number_that_was_never_given_means_starting_again(world: World) -> None:
    await world.store(2)
    async with world.client() as client:
        answer = await client.subscribe(world.channel, after=3)
        assert (answer["type"], answer["reason"]) == ("start_again", "numbers_restarted")
        await client.nothing_more()


async def test_retention_that_overtakes_a_live_reader_means_starting_again(world: World) -> None:
    async with world.client() as client:
        await client.subscribe(world.channel, after=0)
        await world.raise_alerts(1)
        assert await client.numbers(1) == [1]
        await world.store(5)
        await world.inbox.forget(world.channel, up_to=4)
        await world.raise_alerts(1)
        answer = await client.hear()
        assert (answer["type"], answer["reason"], answer["first"]) == ("start_again", "history_gone", 5)
        assert world.hub.channels == 0


async def test_a_gap_in_what_is_published_is_read_from_the_inbox(world: World) -> None:
    async with world.client() as client:
        await client.subscribe(world.channel, after=0)
        await world.raise_alerts(1)
        assert await client.numbers(1) == [1]
        missed = await world.store(3)
        await world.raise_alerts(1)
        world.hub.publish(missed)
        assert await client.numbers(4) == [2, 3, 4, 5]
        await client.nothing_more()


async def test_after_unsubscribing_nothing_comes(world: World) -> None:
    async with world.client() as client:
        await client.subscribe(world.channel)
        await client.say(type="unsubscribe", channel=str(world.channel))
        assert await client.hear() == {"type": "unsubscribed", "channel": str(world.channel)}
        assert await world.raise_alerts(1) == 0
        await client.nothing_more()
        await client.say(type="unsubscribe", channel=str(world.channel))
        assert (await client.hear())["code"] == "not_subscribed"


async def test_subscribing_again_begins_at_the_new_number(world: World) -> None:
    await world.store(3)
    async with world.client() as client:
        await client.subscribe(world.channel)
        assert (await client.subscribe(world.channel, after=1))["after"] == 1
        await world.raise_alerts(1)
        assert await client.numbers(3) == [2, 3, 4]
        await client.nothing_more()


async def test_two_connections_of_one_organisation_hear_the_same(world: World) -> None:
    async with world.client() as one, world.client() as two:
        await one.subscribe(world.channel)
        await two.subscribe(world.channel)
        assert await world.raise_alerts(2) == 4
        assert await one.numbers(2) == await two.numbers(2) == [1, 2]


async def test_a_ping_is_answered_with_its_id_even_before_authenticating(world: World) -> None:
    async with world.stranger() as client:
        for ping_id in ("a", 7, None):
            await client.say(type="ping", id=ping_id)
            assert await client.hear() == {"type": "pong", "id": ping_id}


async def test_the_server_gives_signs_of_life() -> None:
    async with running(heartbeat_s=0.02) as world, world.client() as client:
        beats = [await client.hear(heartbeats=True) for _ in range(3)]
        assert {beat["type"] for beat in beats} == {"heartbeat"}
        times = [datetime.fromisoformat(beat["at"]) for beat in beats]
        assert times == sorted(times)
        assert times[0].tzinfo is not None


async def test_reconnecting_while_alerts_come_in_gives_every_number_once_and_in_order(world: World) -> None:
    total = 2500

    async def keep_raising() -> None:
        for count in range(total // 5):
            await world.raise_alerts(5)
            await asyncio.sleep(0.001 if count % 20 == 0 else 0)

    raising = asyncio.ensure_future(keep_raising())
    got: list[int] = []
    connections = 0
    while len(got) < total:
        connections += 1
        async with world.client(close_timeout=0.1) as client:
            await client.subscribe(world.channel, after=len(got))
            got += await client.numbers(min(173, total - len(got)))
            if connections % 2:
                client.connection.transport.abort()
    await raising
    assert got == list(range(1, total + 1))
    assert connections == 15


async def test_a_client_that_leaves_leaves_nothing_behind(world: World) -> None:
    async with world.client() as client:
        await client.subscribe(world.channel)
    assert await world.next_closed() == "client_left"
    assert (world.hub.channels, world.server.connections) == (0, 0)


async def test_a_failing_inbox_closes_with_1011_and_the_others_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.client() as unlucky, world.client() as lucky:
        await lucky.subscribe(world.channel)
        with monkeypatch.context() as patch:
            patch.setattr(world.inbox, "read", _broken)
            await unlucky.subscribe(world.channel, after=0)
            assert await unlucky.close_code() == CloseCode.INTERNAL_ERROR
        await _raised_and_heard(world, lucky)
    assert "database is away" in caplog.text
    assert await world.next_closed() == "internal_error"


async def _raised_and_heard(world: World, client: Client) -> None:
    await world.raise_alerts(1)
    assert await client.numbers(1) == [1]


async def _broken(*_: object) -> None:
    raise OSError("the database is away")
