"""`kringmarkt dead-letters`: what could not be handled, and trying it again."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from infra.eventlog.dead_letters import Letter, dead_letters, replay
from infra.postgres.database import Database
from services.cli.ending import Ending
from services.cli.operations import on_database

app = typer.Typer(no_args_is_help=True, help="Messages that could not be handled.")

MOST_LETTERS = 100_000
AT_ONCE = 100


@app.command("list")
def list_letters(
    everything: Annotated[bool, typer.Option("--all", help="Also those that were tried again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show the letters that wait, the oldest first."""
    letters = on_database(lambda database: dead_letters(database, replayed=everything, limit=MOST_LETTERS))
    if as_json:
        typer.echo(json.dumps([asdict(letter) for letter in letters], default=str, indent=2))
        return
    for letter in letters:
        typer.echo(_line(letter))
    typer.echo(f"{len(letters)} letter(s)", err=True)


@app.command("replay")
def replay_letters(
    ids: Annotated[list[int] | None, typer.Argument(help="The numbers of letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait now.")] = False,
) -> None:
    """Put letters back into the log, so that the consumer that could not handle them tries again."""
    if bool(ids) == everything:
        raise Ending("say which letters: their numbers (see `kringmarkt dead-letters list`), or --all; not both")
    asked, appended, hopeless = on_database(lambda database: _replay(database, ids))
    typer.echo(f"{appended} of {asked} put back")
    if hopeless:
        typer.echo(f"{hopeless} can never be handled: they are no events at all", err=True)
    if absent := asked - appended - hopeless:
        typer.echo(f"{absent} do not wait: there is no such letter, or it was tried again already", err=True)
    if appended != asked:
        raise typer.Exit(1)


async def _replay(database: Database, ids: list[int] | None) -> tuple[int, int, int]:
    """What waits now is listed first: a letter that fails again comes back under a new number, and would never end."""
    wanted = ids or [letter.letter_id for letter in await dead_letters(database, limit=MOST_LETTERS)]
    wanted = list(dict.fromkeys(wanted))
    appended = hopeless = 0
    for start in range(0, len(wanted), AT_ONCE):
        more, lost = await replay(database, wanted[start : start + AT_ONCE])
        appended, hopeless = appended + more, hopeless + lost
    return len(wanted), appended, hopeless


def _line(letter: Letter) -> str:
    again = f", tried again {letter.replayed_at:%Y-%m-%d %H:%M}" if letter.replayed_at else ""
    return (
        f"{letter.letter_id}  {letter.buried_at:%Y-%m-%d %H:%M}  {letter.consumer}  {letter.topic}/{letter.lane} "
        f"at {letter.position}  event {letter.event_id or 'unreadable'}: {letter.reason}{again}"
    )
