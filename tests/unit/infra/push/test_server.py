"""The server over real sockets: handshakes, hostile frames, slow clients and stopping."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from websockets import Subprotocol
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from infra.push.ports import Limits
from infra.push.protocol import CloseCode
from infra.push.server import PushServer
from infra.push.session import going_away
from tests.unit.infra.push.fakes import Client, World, running

BIG = "x" * 20_000


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running() as world:
        yield world


async def test_the_subprotocol_is_agreed_and_frames_are_not_deflated(world: World) -> None:
    async with world.client(compression="deflate") as client:
        assert client.connection.subprotocol == "kringmarkt.v1"
        assert client.connection.protocol.extensions == []


async def test_a_client_of_another_protocol_is_refused_in_the_handshake(world: World) -> None:
    with pytest.raises(InvalidStatus, match="400"):
        async with connect(f"ws://127.0.0.1:{world.server.port}", subprotocols=[Subprotocol("kringmarkt.v2")]):
            pass


async def test_a_client_that_offers_no_protocol_is_served(world: World) -> None:
    async with connect(f"ws://127.0.0.1:{world.server.port}") as connection:
        assert connection.subprotocol is None


async def test_a_page_of_an_origin_that_is_not_listed_is_refused() -> None:
    world = World()
    world.server = PushServer(world.ports, world.limits, origins=["https://kringmarkt.example"])
    async with await world.server.start("127.0.0.1", 0):
        async with world.client(origin="https://kringmarkt.example"):
            pass
        with pytest.raises(InvalidStatus, match="403"):
            async with world.client(origin="https://elsewhere.example"):
                pass


async def test_a_server_without_a_port_says_so() -> None:
    server = World().server
    with pytest.raises(RuntimeError, match="start it first"):
        _ = server.port
    await server.stop()


async def test_a_given_socket_is_listened_on() -> None:
    world = World()
    listening = socket.create_server(("127.0.0.1", 0))
    async with await world.server.start(sock=listening), world.client() as client:
        await client.nothing_more()


HOSTILE: list[str | bytes] = [
    b"\x00\xff" * 50,
    "",
    "not json",
    "[" * 60_000,
    '{"a":' * 10_000,
    '{"type":"subscribe","channel":{"$gt":""},"after":0}',
    '{"type":"subscribe","channel":"organisation:","after":1e400}',
    '{"type":["authenticate"]}',
    '{"type":"__init__","token":"x"}',
]


async def test_hostile_frames_get_errors_and_the_connection_stays(world: World) -> None:
    async with world.client() as client:
        for message in HOSTILE:
            await client.connection.send(message)
            error = await client.hear()
            assert error["type"] == "error"
            assert error["expected"]
        await client.nothing_more()


async def test_the_tenth_bad_frame_closes_the_connection(world: World) -> None:
    async with world.stranger() as client:
        for _ in range(10):
            await client.connection.send("nonsense")
        assert [(await client.hear())["code"] for _ in range(10)] == ["not_json"] * 10
        assert await client.close_code() == CloseCode.TOO_MANY_BAD_FRAMES


async def test_a_frame_that_is_too_large_closes_the_connection(world: World) -> None:
    async with world.client() as client:
        await client.connection.send('{"type":"ping","id":"' + "x" * (64 * 1024) + '"}')
        assert await client.close_code() == 1009


async def test_text_that_is_not_utf8_closes_the_connection(world: World) -> None:
    async with world.client() as client:
        await client.connection.send(b'{"type":"ping\xff"}', text=True)
        assert await client.close_code() == 1007


async def _overwhelm(world: World, fast: Client) -> int:
    """Raise large alerts until the slow one of two listeners is gone; returns how many there were."""
    raised = 0
    async with asyncio.timeout(60):
        while await world.raise_alerts(1, text=BIG) == 2:
            raised += 1
            assert await fast.numbers(1) == [raised]
    return raised + 1


async def test_a_slow_client_is_dropped_while_the_others_get_everything_and_can_resume() -> None:
    async with running(queue_frames=20) as world, world.client() as fast:
        await fast.subscribe(world.channel)
        async with world.client(max_queue=1) as slow:
            await slow.subscribe(world.channel)
            raised = await _overwhelm(world, fast)
            assert await fast.numbers(1) == [raised]
            got: list[int] = []
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    got += await slow.numbers(1)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == CloseCode.TOO_SLOW
        assert "subscribe after your last number" in closed.value.rcvd.reason
        assert got == list(range(1, len(got) + 1))
        assert len(got) < raised
        async with world.client() as again:
            await again.subscribe(world.channel, after=len(got))
            assert await again.numbers(raised - len(got)) == list(range(len(got) + 1, raised + 1))


async def test_a_client_that_never_reads_again_is_cut_off() -> None:
    async with running(queue_frames=20, close_within_s=0.1) as world, world.client() as fast:
        await fast.subscribe(world.channel)
        async with world.client(max_queue=1, close_timeout=0.1) as stuck:
            await stuck.subscribe(world.channel)
            await _overwhelm(world, fast)
            assert await world.next_closed() == "too_slow"
            assert world.server.connections == 1


async def test_a_client_that_stalls_on_few_frames_is_dropped_by_the_heartbeat() -> None:
    limits = {"heartbeat_s": 0.2, "close_within_s": 0.1}
    async with running(**limits) as world, world.client(max_queue=1, close_timeout=0.1) as stuck:
        await stuck.subscribe(world.channel)
        await world.raise_alerts(900, text=BIG)
        assert await world.next_closed() == "too_slow"


async def test_a_long_history_never_counts_as_slow() -> None:
    async with running(queue_frames=10, page_alerts=50) as world:
        await world.store(600, text=BIG)
        async with world.client(max_queue=1) as client:
            await client.subscribe(world.channel, after=0)
            assert await client.numbers(600) == list(range(1, 601))
            await world.raise_alerts(1)
            assert await client.numbers(1) == [601]


async def test_stopping_closes_every_connection_with_going_away_and_a_hint(world: World) -> None:
    async with world.client() as one, world.stranger() as two:
        await one.subscribe(world.channel)
        await world.raise_alerts(3)
        port = world.server.port
        stopping = asyncio.ensure_future(world.server.stop())
        assert await one.numbers(3) == [1, 2, 3]
        assert await one.close_code() == await two.close_code() == CloseCode.GOING_AWAY
        hints = {client.connection.close_reason for client in (one, two)}
        assert hints == {going_away(seconds).reason for seconds in (1, 2)}, "they must not all come back at once"
        await stopping
    assert world.server.connections == 0
    assert world.hub.channels == 0
    with pytest.raises(RuntimeError, match="listens to no port"):
        _ = world.server.port
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_stopping_does_not_wait_for_a_client_that_does_not_read() -> None:
    async with running(close_within_s=0.1) as world:
        async with world.client(max_queue=1, close_timeout=0.1) as stuck:
            await stuck.subscribe(world.channel)
            await world.raise_alerts(900, text=BIG)
            async with asyncio.timeout(10):
                await world.server.stop()
        assert world.server.connections == 0


async def test_stopping_twice_is_the_same_as_once(world: World) -> None:
    await world.server.stop()
    await world.server.stop()


def test_the_limits_are_those_of_the_guide() -> None:
    limits = Limits()
    assert (limits.authenticate_within_s, limits.heartbeat_s, limits.queue_frames) == (10, 20, 1000)
    assert (limits.bad_frames, limits.frame_bytes, limits.channels) == (10, 65536, 100)
