"""`kringmarkt token`: for whom it is, and when it is refused."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import typer
from typer.testing import CliRunner, Result

from services.cli.ending import Ending, ending_well
from services.cli.token import organisation_of, token
from services.demo.region import demo_organisations

NAME, ORGANISATION = next(iter(demo_organisations().items()))


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Ask for a token, with the embedded issuer in a folder of its own."""
    monkeypatch.setenv("KRINGMARKT_DATA_DIR", str(tmp_path))
    app = typer.Typer()
    app.command()(ending_well(token))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_an_organisation_is_named_by_its_id_or_by_its_name_in_the_demo() -> None:
    own = uuid4()
    assert organisation_of(str(own)) == own
    assert organisation_of(NAME) == ORGANISATION


def test_a_name_that_is_not_known_is_answered_with_names_that_look_like_it() -> None:
    with pytest.raises(Ending, match=f"expected a UUID or a name of the demo, such as .*{NAME}"):
        organisation_of(NAME[:-1])
    with pytest.raises(Ending, match=r"such as [a-z0-9-]+, [a-z0-9-]+"):
        organisation_of("§§§")


def test_the_token_alone_is_on_standard_output(ask: Callable[..., Result]) -> None:
    given = ask("--organisation", NAME, "--role", "processor")
    assert given.exit_code == 0
    assert [len(part.split(".")) for part in given.stdout.split()] == [3]
    assert f"for organisation {ORGANISATION}, valid until" in given.stderr
    assert UUID(given.stderr.split()[2].rstrip(",")) == ORGANISATION


@pytest.mark.parametrize("arguments", [("--hours", "0"), ("--hours", "9999"), ("--role", "king")])
def test_a_life_or_role_that_cannot_be_is_refused(ask: Callable[..., Result], arguments: tuple[str, str]) -> None:
    assert ask("--organisation", NAME, *arguments).exit_code == 2


def test_another_issuer_gives_its_tokens_itself(ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRINGMARKT_ISSUER", "https://id.example.org/realm")
    given = ask("--organisation", NAME)
    assert given.exit_code == 2
    assert "tokens come from https://id.example.org/realm (KRINGMARKT_ISSUER)" in given.stderr
