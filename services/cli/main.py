"""The command line `kringmarkt`."""

from collections.abc import Callable
from typing import Any

import typer

from services.cli import dead_letters, operations, replay, running, suggestions
from services.cli.check import check
from services.cli.ending import ending_well
from services.cli.publish import publish
from services.cli.token import token

COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("run", running.run),
    ("serve", running.serve),
    ("publish", publish),
    ("check", check),
    ("token", token),
    ("migrate", operations.migrate),
    ("topics", operations.topics),
    ("settings", operations.settings),
    ("metrics", operations.metrics),
)

# A group without a name puts its commands beside those above.
GROUPS: tuple[tuple[str | None, typer.Typer], ...] = (
    ("dead-letters", dead_letters.app),
    ("replay", replay.app),
    ("suggestions", suggestions.app),
)


def build() -> typer.Typer:
    """The command line with all commands and groups, each of which tells wrong settings in a sentence."""
    made = typer.Typer(
        name="kringmarkt",
        help="A marketplace for secondary materials.",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
    )
    for name, command in COMMANDS:
        made.command(name)(ending_well(command))
    for group_name, group in GROUPS:
        for registered in group.registered_commands:
            registered.callback = registered.callback and ending_well(registered.callback)
        made.add_typer(group, name=group_name)
    return made


app = build()
