"""`kringmarkt replay`: by which law open trades are judged, how far that is, and judging them all again."""

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from contracts.topics import LANES
from infra.postgres.database import Database
from infra.postgres.stores.replays import LaneReplay, judge_again_since, load_replays
from infra.postgres.transaction import transaction
from infra.settings import load_settings
from matching.editions import Edition
from services.cli.ending import Ending
from services.cli.operations import on_database
from services.rulebooks import rulebook_of

app = typer.Typer(no_args_is_help=True, help="Judging open trades again when the law or the day changed.")

SHORT = 12


@app.command("show")
def show(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show for every lane by which rulebook and day its trades are judged, and what is still under way."""
    lanes = on_database(_lanes)
    if as_json:
        typer.echo(json.dumps({lane: asdict(replay) for lane, replay in lanes.items()}, default=str, indent=2))
        return
    for lane, replay in sorted(lanes.items()):
        typer.echo(_line(lane, replay))
    typer.echo(f"the rulebook in use is {rulebook_of(load_settings()).version[:SHORT]}", err=True)


@app.command("again")
def again(
    since: Annotated[str, typer.Option("--since", help="The day by which they count as judged, YYYY-MM-DD.")],
    rulebook: Annotated[str | None, typer.Option(help="The version (its whole hash); absent: the one in use.")] = None,
) -> None:
    """Let the running matcher judge all open trades again, and tell what is different from that day.

    What was told before for the same two days is not told again.
    """
    base = Edition(rulebook or rulebook_of(load_settings()).version, _day(since))
    changed = on_database(lambda database: _again(database, base))
    typer.echo(f"{changed} lane(s) will be judged again within seconds, if a matcher is running")
    if changed < LANES:
        typer.echo(f"{LANES - changed} lane(s) are being judged already, or were never judged", err=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Ending(f"--since is a day such as 2026-12-08; got {text!r}") from None


async def _lanes(database: Database) -> dict[int, LaneReplay]:
    async with database.connection() as connection:
        return await load_replays(connection, range(LANES))


async def _again(database: Database, base: Edition) -> int:
    async with transaction(database) as unit:
        return await judge_again_since(unit.connection, base)


def _line(lane: int, replay: LaneReplay) -> str:
    base = f"lane {lane:2}  {replay.base.rulebook[:SHORT]} on {replay.base.day}"
    if replay.target is None:
        return f"{base}  at rest"
    place = f", past {replay.cursor.family} {replay.cursor.key}" if replay.cursor else ""
    return f"{base}  on its way to {replay.target.rulebook[:SHORT]} on {replay.target.day}{place}"
