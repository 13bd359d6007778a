"""A deployable at work over real sockets, from start to stop."""

import asyncio
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from services.deployables import DEPLOYABLES, Deployable
from services.house import House
from services.serving import listening_socket, serving, until_told
from tests.support.ports import free_ports
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import office_at

QUIET = Deployable("quiet")


async def test_it_answers_inside_the_context_and_lets_go_of_its_port_after(new_dsn: NewDsn, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with office_at(await new_dsn(), tmp_path, port=port) as office:
        async with (
            serving(office.house, DEPLOYABLES["listings_api"]) as supervisor,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            assert (await client.get("/health/live")).json() == {"status": "alive"}
            assert (await client.get("/v1/offers")).status_code == 200
            assert supervisor.stopped == {}
        listening_socket("127.0.0.1", port).close()


async def test_a_port_that_is_taken_is_named_with_what_to_do(new_dsn: NewDsn, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with office_at(await new_dsn(), tmp_path, port=port) as office:
            with pytest.raises(RuntimeError, match=rf"port {port} on 127\.0\.0\.1 .*KRINGMARKT_PORT"):
                async with serving(office.house, QUIET):
                    pytest.fail("it serves on a port that is taken")


def test_answers_are_sent_at_once() -> None:
    """On a socket whose protocol is not named asyncio leaves small packets to wait for 40 ms."""
    with listening_socket("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


async def test_an_address_that_is_not_ours_is_named_too() -> None:
    with pytest.raises(RuntimeError, match="KRINGMARKT_PORT"):
        listening_socket("192.0.2.1", 8080)


async def test_tasks_are_stopped_when_serving_ends(new_dsn: NewDsn, tmp_path: Path) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def task(_house: House) -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            stopped.set()

    (port,) = free_ports(1)
    async with office_at(await new_dsn(), tmp_path, port=port) as office:
        async with serving(office.house, replace(QUIET, tasks=(("task", task),))):
            await started.wait()
        assert stopped.is_set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_runs_until_it_is_told_to_stop(number: signal.Signals) -> None:
    ready = asyncio.Event()
    told = asyncio.create_task(until_told(ready.set))
    await ready.wait()
    assert not told.done()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(10):
        await told
    loop = asyncio.get_running_loop()
    for item in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(item)
