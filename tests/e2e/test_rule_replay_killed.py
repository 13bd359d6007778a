"""A matcher that is killed with SIGKILL in the middle of a rule replay, and started again: all told, nothing twice."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import orjson

from tests.e2e.test_rule_replay import stricter
from tests.support.marketplace import Marketplace, eventually, marketplace
from tests.support.ports import free_ports
from tests.support.postgres import NewDsn

SIDES = 33
PAIRS = SIDES * SIDES
# A slice in the middle takes so long that there is time to kill it, however fast the machine.
SLOW = """
CREATE FUNCTION matching.slowly() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(1); RETURN NEW; END';
CREATE TRIGGER slowly BEFORE UPDATE ON matching.replays FOR EACH ROW
    WHEN (NEW.after_id IS NOT NULL) EXECUTE FUNCTION matching.slowly();
"""
START = "from services.cli.main import app; app()"


@asynccontextmanager
async def matcher(folder: Path, dsn: str, rulebook: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The matcher as a process of its own; whatever is left of it is killed."""
    port, push_port = free_ports(2)
    settings = {
        "KRINGMARKT_POSTGRES_DSN": dsn,
        "KRINGMARKT_DATA_DIR": str(folder),
        "KRINGMARKT_RULEBOOK": str(rulebook),
        "KRINGMARKT_BEST_K": str(SIDES),
        "KRINGMARKT_PORT": str(port),
        "KRINGMARKT_PUSH_PORT": str(push_port),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, "serve", "matcher"),
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def trades_between_many(market: Marketplace) -> None:
    """Copper of many lots and many smelters: every pair is proposed."""
    content = [{"name": "foreign_materials", "unit": "% w/w", "value": "1.5"}]
    async with market.member("Sloperij") as holder, market.member("Smelterij") as seeker:
        for number in range(SIDES):
            await seeker.want(title=f"Koper {number}", concepts=["nf_copper"], intended_use="furnace_melting")
            await holder.offer(
                title=f"Koper {number}", concept="nf_copper", properties=content, claimed_status="end_of_waste"
            )
        await eventually(seeker.trades, lambda found: len(found) == PAIRS)


async def test_killed_in_the_middle_it_tells_every_trade_once(tmp_path: Path, new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    async with marketplace(tmp_path, dsn, best_k=SIDES) as market:
        await trades_between_many(market)
    rulebook = stricter(tmp_path / "laws")
    connection = await asyncpg.connect(dsn)
    await connection.execute(SLOW)

    async def told() -> list[str]:
        rows = await connection.fetch("SELECT raw FROM eventlog.events WHERE type LIKE '%trade.reassessed%'")
        return [orjson.loads(row["raw"])["subject"] for row in rows]

    async with matcher(tmp_path, dsn, rulebook) as process:
        await eventually(told, bool)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    in_the_middle = len(await told())
    assert 0 < in_the_middle < PAIRS, "killed too late: there was nothing left to go on with"

    async with matcher(tmp_path, dsn, rulebook):
        await eventually(told, lambda found: len(found) >= PAIRS)
    times = Counter(await told())
    await connection.close()
    assert len(times) == PAIRS
    assert set(times.values()) == {1}
