"""The law changes while trades are open: a new rulebook after a restart, and a day that comes. In both run modes."""

import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import as_file
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.eventlog.kafka_log import Cluster
from matching.end_of_waste.loader import rulebook_folder
from services.house import utc_now
from tests.support.marketplace import Marketplace, Member, eventually, marketplace
from tests.support.postgres import NewDsn

Open = Callable[..., AbstractAsyncContextManager[Marketplace]]
QUALITY = Path("eu/715-2013/copper/quality.yaml")


@dataclass
class Clock:
    """A clock that can be put to a day."""

    shift: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.shift

    def noon_of(self, year: int, month: int, day: int) -> None:
        """Let it be noon of that day."""
        self.shift = datetime(year, month, day, 12, tzinfo=UTC) - utc_now()


@pytest.fixture(params=["one process", "kafka"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path, new_dsn: NewDsn, kafka_bootstrap: str) -> Open:
    """Opens a marketplace again and again on the same database and topics."""
    over_kafka = request.param == "kafka"
    cluster = Cluster(kafka_bootstrap, f"e2e-{uuid4().hex[:10]}.") if over_kafka else None
    return partial(marketplace, tmp_path, await new_dsn(), cluster)


def stricter(folder: Path) -> Path:
    """The packaged rulebook with one figure changed."""
    with as_file(rulebook_folder()) as packaged:
        shutil.copytree(packaged, folder)
    text = (folder / QUALITY).read_text(encoding="utf-8")
    (folder / QUALITY).write_text(text.replace("limit: 2,", "limit: 1,"), encoding="utf-8")
    return folder


async def told_again(member: Member) -> list[dict[str, Any]]:
    """The alerts of trades that got another verdict because of the law."""
    return [alert for alert in await member.alerts() if "causes" in alert["body"]]


async def test_a_restart_with_a_new_rulebook_tells_both_sides_once(opened: Open, tmp_path: Path) -> None:
    content = [{"name": "foreign_materials", "unit": "% w/w", "value": "1.5"}]
    async with opened() as market, market.member("Smelterij") as seeker, market.member("Sloperij") as holder:
        await seeker.want(title="Koper", concepts=["nf_copper"], intended_use="furnace_melting")
        await holder.offer(title="Koper", concept="nf_copper", properties=content, claimed_status="end_of_waste")
        (trade,) = await eventually(holder.trades, bool)
        assert "criterion:foreign_materials" not in trade["verdict"]["blockers"]

    for _restart in range(2):
        laws = stricter(tmp_path / f"laws{_restart}")
        async with (
            opened(rulebook=laws) as market,
            market.member("Smelterij") as seeker,
            market.member("Sloperij") as holder,
        ):
            for member in (seeker, holder):
                (alert,) = await eventually(partial(told_again, member), bool)
                assert alert["kind"] == "trade_revised"
                assert alert["body"]["causes"][0]["name"] == str(QUALITY)
                (now,) = await member.trades()
                assert now["trade_id"] == trade["trade_id"]
                assert "criterion:foreign_materials" in now["verdict"]["blockers"]


async def test_the_day_on_which_battery_codes_change_reaches_an_open_trade(opened: Open) -> None:
    clock = Clock()
    clock.noon_of(2026, 12, 8)
    async with opened(now=clock) as market, market.member("Recycler") as seeker, market.member("Winkel") as holder:
        await seeker.want(title="Batterijen", concepts=["battery_alkaline"], intended_use="material_recycling")
        await holder.offer(title="Batterijen", concept="battery_alkaline", eural_code="160604")
        (before,) = await eventually(holder.alerts, bool)
        assert before["body"]["verdict"]["status"] != "hazardous_waste"
        clock.noon_of(2026, 12, 9)
        (after,) = await eventually(partial(told_again, holder), bool)
        assert after["about"] == before["about"]
        assert after["body"]["verdict"]["status"] == "hazardous_waste"
        assert {"code"} <= {cause["about"] for cause in after["body"]["causes"]}
        (trade,) = await eventually(seeker.trades, bool)
        assert trade["verdict"]["status"] == "hazardous_waste"
