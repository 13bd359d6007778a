"""`kringmarkt run`: the whole marketplace in one process. `kringmarkt serve`: one service of it."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import httpx
import structlog
import typer
import uvloop
from rich.console import Console

from contracts.envelope import Event
from contracts.events.trades import ProposalState, TradeEvent, TradesLapsed, TradesProposed
from contracts.upcasts import read
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.terms import Role
from infra.logging import set_up_logging
from infra.postgres.migrate import migrate
from infra.settings import Settings, load_settings, misspelt
from infra.telemetry import set_up_tracing, shut_down_tracing
from services import starting
from services.cli.ending import Ending
from services.demo.accounts import make_demo_accounts
from services.demo.region import load_region, publish_region
from services.deployables import ALL_IN_ONE, DEPLOYABLES
from services.house import House
from services.serving import serving, until_told
from services.starting import CannotStart, explained, unless_told
from services.wiring import carrier_of, dsn_of, open_house

log = structlog.get_logger(__name__)

console = Console(highlight=False, soft_wrap=True)

DEMO_TOKEN_LIFE = timedelta(hours=12)
SHOWN_PER_EVENT = 3


def run(
    demo: Annotated[bool, typer.Option(help="Load the demo region; safe to repeat")] = True,
    follow: Annotated[bool, typer.Option(help="Show trades as they are proposed")] = True,
) -> None:
    """Start the whole marketplace in one process, on an embedded PostgreSQL unless another one is set."""
    settings = prepared("all_in_one", quiet=follow)
    started(unless_told(_run(settings, demo, follow)))


def serve(service: Annotated[str, typer.Argument(help=f"One of {', '.join(DEPLOYABLES)}")]) -> None:
    """Start one service; it reads the log from Kafka when KRINGMARKT_KAFKA_BOOTSTRAP is set."""
    if service not in DEPLOYABLES:
        raise typer.BadParameter(f"got {service!r}; expected one of {', '.join(DEPLOYABLES)}")
    settings = prepared(service)
    started(unless_told(starting.serve(settings, DEPLOYABLES[service])))


def prepared(service: str, *, quiet: bool = False) -> Settings:
    """The settings, with logs and traces set up by them; `quiet`: warnings only, because trades are shown."""
    settings = load_settings()
    set_up_logging("warning" if quiet else settings.log_level, as_json=settings.log_json)
    for sentence in misspelt(os.environ):
        log.warning("unknown setting", reason=sentence)
    set_up_tracing(service, settings.otlp_endpoint)
    return settings


def started(work: Coroutine[Any, Any, None]) -> None:
    """Do the work until it ends; raises Ending with a sentence when it cannot start."""
    try:
        with explained():
            uvloop.run(work)
    except CannotStart as error:
        raise Ending(str(error)) from error
    finally:
        shut_down_tracing()


async def _run(settings: Settings, demo: bool, follow: bool) -> None:
    settings = settings.model_copy(update={"demo": demo})
    dsn = dsn_of(settings)
    await migrate(dsn)
    async with open_house(settings, dsn) as house, serving(house, ALL_IN_ONE):
        _say_where(settings)
        watching = asyncio.create_task(_follow(house)) if follow else None
        if demo and house.issuer is not None:
            await _load_demo(house)
        await until_told(lambda: console.print("[bold]Ready.[/] Stop with Ctrl-C."))
        if watching:
            watching.cancel()


def _say_where(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    console.print("[bold green]Kringmarkt[/] is open")
    console.print(f"  site          {address}/")
    console.print(f"  API           {address}/docs")
    console.print(f"  websocket     ws://{settings.host}:{settings.push_port}  (subprotocol kringmarkt.v1)")
    console.print("  a token       kringmarkt token --organisation <name>")


async def _load_demo(house: House) -> None:
    """Publish the demo region through the API, as its organisations would."""
    issuer = house.issuer
    assert issuer is not None

    def token_for(organisation_id: UUID, roles: Sequence[Role]) -> str:
        return issuer.token(organisation_id, roles, house.now(), DEMO_TOKEN_LIFE)

    base = f"http://{house.settings.host}:{house.settings.port}"
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        region = load_region(house.today())
        await make_demo_accounts(house, region)
        counts = await publish_region(client, token_for, region)
    console.print(f"[bold]The demo region is loaded:[/] {counts}")


async def _follow(house: House) -> None:
    """Print trades as they are proposed, until cancelled."""
    async for batch in carrier_of(house).tail([TradesProposed.topic]):
        for delivery in batch:
            data = read(Event.decode(delivery.raw))
            if isinstance(data, TradeEvent):
                _show_trade(data)
            elif type(data) in SHOW:
                SHOW[type(data)](data)


def _show_proposals(data: TradesProposed) -> None:
    for proposal in data.proposals[:SHOWN_PER_EVENT]:
        console.print(_line(proposal))
    more = len(data.proposals) - SHOWN_PER_EVENT
    if more > 0:
        console.print(f"  [dim]and {more} more for the same listing[/]")


def _line(proposal: ProposalState) -> str:
    material = material_tree().concept(proposal.concept).label_nl
    amount = f"{round(proposal.quantity, 1).normalize():f} {proposal.unit}" if proposal.quantity else "?"
    return (
        f"  [cyan]voorstel[/] {material}: {amount}, {proposal.distance_km:.0f} km, score {proposal.score:.2f}, "
        f"{proposal.verdict.status.value}"
    )


def _show_lapsed(data: TradesLapsed) -> None:
    console.print(f"  [yellow]vervallen[/] {len(data.lapsed)} ({data.lapsed[0].reason.value})")


def _show_trade(data: TradeEvent) -> None:
    console.print(f"  [magenta]{data.trade.status.value}[/] {material_tree().concept(data.trade.concept).label_nl}")


SHOW: dict[type, Callable[..., None]] = {TradesProposed: _show_proposals, TradesLapsed: _show_lapsed}
