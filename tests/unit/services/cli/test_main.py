"""The command line as a whole: which commands there are, and how each of them complains."""

import pytest
import typer
from typer.testing import CliRunner

from services.cli.main import COMMANDS, GROUPS, app, build

ALL = [*(name for name, _ in COMMANDS), *(name for name, _ in GROUPS if name)]


def test_every_command_of_the_table_is_there_and_no_other() -> None:
    click = typer.main.get_command(app)
    assert set(getattr(click, "commands", {})) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_command_tells_what_it_is_for(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0
    assert "Usage:" in told.stdout


def test_no_command_at_all_shows_the_help() -> None:
    told = CliRunner().invoke(app, [])
    assert all(name in told.output for name in ALL)


def test_a_command_that_is_not_there_is_wrong_use() -> None:
    assert CliRunner().invoke(app, ["destroy"]).exit_code == 2


@pytest.mark.parametrize("arguments", [["settings"], ["migrate"], ["dead-letters", "list"], ["serve", "matcher"]])
def test_a_wrong_setting_is_told_in_a_sentence_by_every_command(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRINGMARKT_PORT", "many")
    told = CliRunner().invoke(build(), arguments)
    assert told.exit_code == 2
    assert "KRINGMARKT_PORT" in told.stderr
    assert "Traceback" not in told.output
