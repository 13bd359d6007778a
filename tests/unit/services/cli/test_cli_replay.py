"""`kringmarkt replay`: how a lane is shown, and asking for all trades to be judged again."""

import asyncio
from datetime import date
from uuid import UUID

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from infra.postgres.stores.replays import LaneReplay
from matching.editions import Edition
from matching.end_of_waste import packaged_rulebook
from matching.open_pairs import Place
from services.cli import replay
from services.cli.ending import Ending
from services.cli.main import app
from tests.support.postgres import NewDsn

OLD, NEW = Edition("a" * 64, date(2026, 12, 8)), Edition("b" * 64, date(2026, 12, 9))


def test_a_lane_at_rest_says_by_what_its_trades_are_judged() -> None:
    assert replay._line(3, LaneReplay(OLD)) == "lane  3  aaaaaaaaaaaa on 2026-12-08  at rest"


def test_a_lane_under_way_says_how_far_it_is() -> None:
    line = replay._line(11, LaneReplay(OLD, NEW, Place("wood", UUID(int=7))))
    assert line.startswith("lane 11  aaaaaaaaaaaa on 2026-12-08  on its way to bbbbbbbbbbbb on 2026-12-09, past wood")


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(Ending, match="2026-12-08"):
        replay._day("yesterday")


async def kringmarkt(dsn: str, *arguments: str) -> Result:
    """The command as people start it."""
    named = {"KRINGMARKT_POSTGRES_DSN": dsn}
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=named)


async def test_lanes_at_rest_are_set_back_to_the_day_that_is_given(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("INSERT INTO matching.replays (lane, rulebook, day) VALUES (2, 'x', '2026-12-09')")
    done = await kringmarkt(dsn, "replay", "again", "--since", "2026-12-08")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("1 lane(s) will be judged again")
    (row,) = await connection.fetch("SELECT rulebook, day FROM matching.replays")
    await connection.close()
    assert tuple(row) == (packaged_rulebook().version, date(2026, 12, 8))
    shown = await kringmarkt(dsn, "replay", "show", "--json")
    assert '"2026-12-08"' in shown.stdout
