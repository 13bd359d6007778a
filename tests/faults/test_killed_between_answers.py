"""kill -9 while dozens of parties answer: what is held and promised is what the trades say, and life goes on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from infra.settings import Settings
from services.house import utc_now
from services.wiring import issuer_of
from tests.e2e.test_joint_trades import taken_by_trades
from tests.e2e.test_two_buyers import balances
from tests.support.marketplace import Marketplace, Member, eventually, marketplace
from tests.support.ports import free_ports
from tests.support.postgres import NewDsn

POOLS = 8

pytestmark = pytest.mark.timeout(240)


@asynccontextmanager
async def server_process(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """The marketplace in a process of its own, ready to answer; ended by force if it still runs."""
    chosen = {
        "KRINGMARKT_POSTGRES_DSN": settings.postgres_dsn,
        "KRINGMARKT_DATA_DIR": str(settings.data_dir),
        "KRINGMARKT_PORT": str(settings.port),
        "KRINGMARKT_PUSH_PORT": str(settings.push_port),
    }
    command = [str(Path(sys.executable).with_name("kringmarkt")), "run", "--no-demo"]
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **chosen})
    try:
        await eventually(lambda: is_up(f"http://127.0.0.1:{settings.port}"))
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def is_up(url: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"{url}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


async def accept_until_killed(settings: Settings, ids: list[str], organisations: list[UUID]) -> None:
    """All parties accept everything at once; after the first yes the process is killed."""
    issuer = issuer_of(settings)
    assert issuer is not None
    tokens = [issuer.token(one, (), utc_now(), timedelta(hours=1)) for one in organisations]
    url = f"http://127.0.0.1:{settings.port}"
    async with server_process(settings) as process, httpx.AsyncClient(base_url=url, timeout=60) as client:
        answers = [
            asyncio.ensure_future(
                client.post(f"/v1/joint-trades/{joint_id}/accept", headers={"Authorization": f"Bearer {token}"})
            )
            for joint_id in ids
            for token in tokens
        ]
        # A refusal may overtake the yes that is the reason for it.
        for answer in asyncio.as_completed(answers):
            if (await answer).status_code == 200:
                break
        process.send_signal(signal.SIGKILL)
        await process.wait()
        done = await asyncio.gather(*answers, return_exceptions=True)
    assert any(isinstance(answer, httpx.Response) and answer.status_code == 200 for answer in done)


async def pools_between(one: Member, two: Member, seeker: Member) -> list[str]:
    """Overlapping pools on two offers; their ids."""
    await one.offer(quantity="20")
    await two.offer(quantity="20")
    for number in range(POOLS):
        await seeker.want(title=f"Samen {number}", quantity="40", minimum="30")
    found = await eventually(seeker.joint_trades, lambda trades: len(trades) == POOLS)
    return [trade["joint_id"] for trade in found]


async def consistent(market: Marketplace) -> None:
    """No listing is overdrawn, and what its balance says is what living trades take of it."""
    kept = await balances(market)
    taken = {key: Decimal(one["held"]) + Decimal(one["promised"]) for key, one in kept.items()}
    assert all(taken[key] <= Decimal(one["total"]) for key, one in kept.items())
    assert {key: amount for key, amount in taken.items() if amount} == await taken_by_trades(market)


async def goes_on(one: Member, two: Member, seeker: Member) -> None:
    """One pool is agreed by all. Which answers came before the end is chance: pools may hold what the others need.

    Then the seeker keeps one of them and lets go of the others.
    """
    if waiting := await seeker.joint_trades(status="accepted"):
        kept, *others = [trade["joint_id"] for trade in waiting]
        for joint_id in others:
            answer = await seeker.client.post(f"/v1/joint-trades/{joint_id}/withdraw")
            assert answer.status_code == 200, answer.text
        for member in (one, two, seeker):
            await member.client.post(f"/v1/joint-trades/{kept}/accept")
    assert len(await seeker.joint_trades(status="agreed")) == 1


async def test_no_tonne_is_held_twice_when_the_process_is_killed(tmp_path: Path, new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    async with (
        marketplace(tmp_path, dsn) as market,
        market.member("One") as one,
        market.member("Two") as two,
        market.member("Seeker") as seeker,
    ):
        ids = await pools_between(one, two, seeker)
        organisations = [member.organisation_id for member in (one, two, seeker)]
    port, push_port = free_ports(2)
    settings = Settings(data_dir=tmp_path, postgres_dsn=dsn, port=port, push_port=push_port)
    await accept_until_killed(settings, ids, organisations)
    async with (
        marketplace(tmp_path, dsn) as market,
        market.member("One") as one,
        market.member("Two") as two,
        market.member("Seeker") as seeker,
    ):
        await consistent(market)
        for joint_id in ids:
            for member in (one, two, seeker):
                await member.client.post(f"/v1/joint-trades/{joint_id}/accept")
        await consistent(market)
        await goes_on(one, two, seeker)
        await consistent(market)
