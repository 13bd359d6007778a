"""What each deployable consists of: its routes, its consumers, its other tasks. One table for both run modes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter

from infra.eventlog.announce import announce
from infra.eventlog.consumer import Consumer
from infra.eventlog.relay import Relay
from infra.push.hub import Hub
from services.at_work import AtWork, Work
from services.checks import routes as check_routes
from services.house import House
from services.issuer import exchange, joining, signing_in
from services.listings_api.app import routers as listing_routers
from services.listings_api.consumer import listings_consumer
from services.matcher.handler import matcher_consumer
from services.monitor.sweeping import sweep_for_ever
from services.notifier import routes as alert_routes
from services.notifier.consumer import notifier_consumer
from services.notifier.push import feed, push_server
from services.suggestions import routes as suggestion_routes
from services.suggestions.model_in_use import require_chosen
from services.supervisor import Supervisor
from services.trades_api import joint_routes, near_miss_routes, preference_routes
from services.trades_api import routes as trade_routes
from services.trades_api.consumer import trades_consumer
from services.trades_api.unlocks import router as unlocks_router
from services.web import assets_table, statements
from services.web.site import routers as site_routers
from services.wiring import cluster_of

Task = Callable[[House], Awaitable[None]]
MakeConsumer = Callable[[House], Consumer]


@dataclass(frozen=True)
class Deployable:
    """One service. `pushes`: it serves the websocket. `serves`: it answers HTTP (health at the least)."""

    name: str
    routers: tuple[APIRouter, ...] = ()
    consumers: tuple[MakeConsumer, ...] = ()
    tasks: tuple[tuple[str, Task], ...] = ()
    works: tuple[tuple[str, Callable[[House], Work]], ...] = ()
    pushes: bool = False


def relay_of(house: House) -> Relay:
    """What carries the event table to Kafka."""
    cluster = cluster_of(house.settings)
    if cluster is None:
        raise ValueError("the relay needs a Kafka cluster; set KRINGMARKT_KAFKA_BOOTSTRAP, e.g. to kafka:9092")
    return Relay(house.database, cluster)


SIGN_IN: tuple[APIRouter, ...] = (signing_in.router, joining.router, exchange.router)

SERVICES: tuple[Deployable, ...] = (
    Deployable(
        "listings_api", (*listing_routers(), check_routes.router, suggestion_routes.router), (listings_consumer,)
    ),
    Deployable("matcher", consumers=(matcher_consumer,)),
    Deployable(
        "trades_api",
        (trade_routes.router, joint_routes.router, preference_routes.router, near_miss_routes.router, unlocks_router),
        (trades_consumer,),
    ),
    Deployable("notifier", (alert_routes.router,), (notifier_consumer,), pushes=True),
    Deployable("monitor", tasks=(("sweep", sweep_for_ever),)),
    Deployable("relay", works=(("relay", relay_of),)),
    Deployable("issuer", (assets_table.router, *SIGN_IN)),
    Deployable("web", (assets_table.router, *site_routers())),
)

FOR_PEOPLE = (assets_table.router, *SIGN_IN, *site_routers())
EVERY_ROUTE = tuple(router for item in SERVICES for router in item.routers if router not in FOR_PEOPLE)

# All routes at one address, for callers who should not have to know which service answers what. It consumes
# nothing, so that there may be as many as the callers need.
API = Deployable("api", (*EVERY_ROUTE, assets_table.router, statements.router))

DEPLOYABLES: dict[str, Deployable] = {item.name: item for item in (*SERVICES, API)}

# The one-process mode has no relay: its consumers read the table.
ALL_IN_ONE = Deployable(
    "all_in_one",
    (*EVERY_ROUTE, *FOR_PEOPLE),
    tuple(consumer for item in SERVICES for consumer in item.consumers),
    (("sweep", sweep_for_ever),),
    pushes=True,
)


async def start_tasks(house: House, deployable: Deployable, supervisor: Supervisor, stack: AsyncExitStack) -> None:
    """Start everything of a deployable but its HTTP server."""
    if suggestion_routes.router in deployable.routers:
        await asyncio.to_thread(require_chosen, house.settings)
    for make in deployable.consumers:
        work = AtWork(partial(make, house))
        supervisor.keep(make.__name__, work.run, work.stop, work.lag)
    for name, task in deployable.tasks:
        supervisor.keep(name, partial(task, house))
    for name, make_work in deployable.works:
        work = AtWork(partial(make_work, house))
        supervisor.keep(name, work.run, work.stop, work.lag)
    if cluster_of(house.settings) is not None:
        supervisor.keep("announce", lambda: announce(house.database))
    if deployable.pushes:
        hub = Hub()
        fed = asyncio.Event()
        supervisor.keep("push", lambda: feed(house, hub, fed))
        # Nobody may connect before the hub is fed: an alert in between would reach him only with the next one.
        await fed.wait()
        await stack.enter_async_context(push_server(house, hub, house.settings.host, house.settings.push_port))
