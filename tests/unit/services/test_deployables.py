"""What each service consists of, and that each comes up alone."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from contracts.topics import TOPICS
from services.deployables import ALL_IN_ONE, DEPLOYABLES, Deployable, relay_of, start_tasks
from services.http_app import create_app
from services.supervisor import Supervisor
from tests.support.ports import free_ports
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import Office, office_at

WITHOUT_KAFKA = [*(name for name in DEPLOYABLES if name != "relay"), ALL_IN_ONE.name]


def routes(routers: Iterable[APIRouter]) -> set[tuple[str, str]]:
    """Method and path of every route."""
    found = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return {(method, route.path) for route in found for method in route.methods or ()}


def named(name: str) -> Deployable:
    return ALL_IN_ONE if name == ALL_IN_ONE.name else DEPLOYABLES[name]


def test_one_process_answers_and_hears_all_that_the_services_do() -> None:
    together = {pair for item in DEPLOYABLES.values() for pair in routes(item.routers)}
    assert routes(ALL_IN_ONE.routers) == together
    assert set(ALL_IN_ONE.consumers) == {make for item in DEPLOYABLES.values() for make in item.consumers}
    assert len(set(ALL_IN_ONE.consumers)) == len(ALL_IN_ONE.consumers)
    assert ALL_IN_ONE.pushes


def test_the_relay_is_the_only_work_that_one_process_does_without() -> None:
    tasks = {name for item in DEPLOYABLES.values() for name, _task in item.tasks}
    assert tasks == {name for name, _task in ALL_IN_ONE.tasks}
    assert {name for item in DEPLOYABLES.values() for name, _make in item.works} == {"relay"}
    assert ALL_IN_ONE.works == ()


def test_no_address_is_answered_by_two_services() -> None:
    own = [routes(DEPLOYABLES[name].routers) for name in ("listings_api", "trades_api", "notifier")]
    assert sum(len(pairs) for pairs in own) == len(set().union(*own))


async def test_every_consumer_of_a_topic_is_there(office: Office) -> None:
    names = {make(office.house).name for make in ALL_IN_ONE.consumers}
    assert names == {"listings", "matcher", "trades", "notifier"}
    promised = {consumer.removesuffix("_api") for topic in TOPICS.values() for consumer in topic.consumers}
    assert promised <= names


async def test_the_relay_says_that_it_needs_kafka(office: Office) -> None:
    with pytest.raises(ValueError, match="KRINGMARKT_KAFKA_BOOTSTRAP"):
        relay_of(office.house)


@pytest.mark.parametrize("name", WITHOUT_KAFKA)
async def test_each_deployable_starts_alone_and_answers(name: str, new_dsn: NewDsn, tmp_path: Path) -> None:
    deployable = named(name)
    port, push_port = free_ports(2)
    async with office_at(await new_dsn(), tmp_path, deployable, port=port, push_port=push_port) as office:
        supervisor = Supervisor()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(supervisor.stop)
            await start_tasks(office.house, deployable, supervisor, stack)
            assert (await office.client().get("/health/ready")).status_code == 200
            assert supervisor.stopped == {}
            if deployable.pushes:
                _reader, writer = await asyncio.open_connection("127.0.0.1", push_port)
                writer.close()


async def test_a_service_answers_only_its_own_addresses(office: Office) -> None:
    app = create_app(office.house, "trades", DEPLOYABLES["trades_api"].routers)
    elsewhere = replace(office, app=app).client()
    assert isinstance(elsewhere, httpx.AsyncClient)
    assert (await elsewhere.get("/v1/trades")).status_code == 401
    assert (await elsewhere.get("/v1/offers")).status_code == 404
