"""Loading the demo region into a marketplace that runs elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from services.loading import command, load
from tests.support.marketplace import marketplace
from tests.support.ports import free_ports
from tests.support.postgres import NewDsn


def run(*words: str) -> Any:
    """The result of `python -m services.loading` with these words."""
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, words)


async def test_the_region_is_loaded_once_however_often_it_is_asked(new_dsn: NewDsn, tmp_path: Path) -> None:
    async with marketplace(tmp_path, await new_dsn()) as market:
        issuer = market.house.issuer
        assert issuer is not None
        first = await load(market.url, issuer, market.house.now())
        again = await load(market.url, issuer, market.house.now())
    assert first.organisations_registered == again.organisations_known > 0
    assert first.listings_created == again.listings_unchanged > 0
    assert again.organisations_registered == again.listings_created == again.searches_created == 0


@pytest.mark.parametrize(
    ("variables", "url", "said"),
    [
        ({}, lambda port: f"http://127.0.0.1:{port}", "cannot be reached"),
        ({}, lambda _: "http://[", "check --url"),
        ({"KRINGMARKT_ISSUER": "https://sso.example"}, lambda _: "http://localhost", "set KRINGMARKT_ISSUER=embedded"),
        ({"KRINGMARKT_PORT": "none"}, lambda _: "http://localhost", "KRINGMARKT_PORT"),
    ],
)
def test_what_stands_in_the_way_is_told_in_a_sentence(
    variables: dict[str, str],
    url: Callable[[int], str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("KRINGMARKT_DATA_DIR", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (nobody,) = free_ports(1)
    result = run("--url", url(nobody))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
