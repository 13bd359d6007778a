"""Ending what has run out: listings past their last day, holds that nobody answered; and forgetting old marks."""

import asyncio

import structlog

from contracts.envelope import Context
from contracts.events.joint_trades import JointTradeLapsed
from contracts.events.trades import TradeLapsed
from infra.postgres.housekeeping import forget_marks
from infra.postgres.stores.joint_trades import joint_ports
from infra.postgres.stores.listings import listing_ports
from infra.postgres.stores.trades import trade_ports
from infra.postgres.transaction import transaction
from listings import handlers
from matching import trade_handlers
from matching.joint import acting
from services.house import House

log = structlog.get_logger(__name__)

SOURCE = "/monitor"
EVERY_S = 30.0
BATCH = 200


async def expire_listings(house: House) -> int:
    """Expire open and reserved listings whose last day has passed; how many."""
    async with transaction(house.database) as unit:
        ports = listing_ports(unit.connection)
        ended = await ports.listings.ended_before(house.today(), BATCH)
        for listing in ended:
            outcome = await handlers.expire(listing, house.today(), house.now(), ports)
            unit.append(outcome.events, Context(now=house.now(), source=SOURCE))
    return len(ended)


async def lapse_holds(house: House) -> int:
    """Lapse accepted trades whose hold has ended; how many."""
    async with transaction(house.database) as unit:
        events = await trade_handlers.lapse_holds(trade_ports(unit.connection), house.now(), BATCH)
        unit.append(events, Context(now=house.now(), source=SOURCE))
    return sum(isinstance(event.data, TradeLapsed) for event in events)


async def lapse_joint_holds(house: House) -> int:
    """Lapse joint trades whose hold has ended; how many."""
    async with transaction(house.database) as unit:
        events = await acting.lapse_joint_holds(joint_ports(unit.connection), house.now(), BATCH)
        unit.append(events, Context(now=house.now(), source=SOURCE))
    return sum(isinstance(event.data, JointTradeLapsed) for event in events)


async def sweep(house: House) -> tuple[int, int]:
    """All of it once, until nothing more is due: expired listings, lapsed holds."""
    expired = lapsed = 0
    while found := await expire_listings(house):
        expired += found
    while found := await lapse_holds(house):
        lapsed += found
    while found := await lapse_joint_holds(house):
        lapsed += found
    await forget_marks(house.database, house.now())
    return expired, lapsed


async def sweep_for_ever(house: House, every_s: float = EVERY_S) -> None:
    """Sweep again and again; runs until cancelled."""
    while True:
        expired, lapsed = await sweep(house)
        if expired or lapsed:
            log.info("swept", expired_listings=expired, lapsed_holds=lapsed)
        await asyncio.sleep(every_s)
