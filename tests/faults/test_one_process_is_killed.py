"""`kill -9` of the one process with its embedded PostgreSQL, several times, on the same folder."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.settings import EMBEDDED
from tests.faults.drafts import HOLDERS, SEEKERS, drafts
from tests.faults.market_in_trouble import Afterwards, Publisher, listening
from tests.support.processes import Served, fleet

pytestmark = pytest.mark.timeout(600)

LISTINGS = 500
KILLS = 2


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the embedded server, which runs as another user, may enter."""
    made = Path(tempfile.mkdtemp(prefix="kringmarkt-faults-"))
    yield made
    shutil.rmtree(made)


async def kill_again_and_again(publisher: Publisher, market: Served, moments: list[int]) -> None:
    """Kill it at these moments, and start it again on the same folder."""
    for moment in moments:
        await publisher.until(moment)
        await market.kill()
        await market.start()


async def test_the_one_process_is_killed_and_started_on_the_same_folder(chance: random.Random, folder: Path) -> None:
    published = drafts(chance, LISTINGS)
    moments = sorted(chance.sample(range(20, LISTINGS - 50), KILLS))
    async with fleet(folder, EMBEDDED) as served:
        market = served.prepare("run", "--no-demo", "--no-follow")
        await market.start()
        await market.ready()
        publisher = Publisher(served, market.url)
        await publisher.register()
        async with listening(served, [HOLDERS[0], SEEKERS[0]], market) as subscribers:
            work = kill_again_and_again(publisher, market, moments)
            await asyncio.gather(publisher.publish(published), work)
            await market.ready()
            opened = replace(served, dsn=dsn_of_embedded(folder))
            afterwards = Afterwards(opened, market.url, market.push_port, published, publisher.acknowledged)
            await afterwards.check(subscribers)
        assert await market.terminate() == 0
    assert publisher.repeated > 0, "no client ever noticed"


def dsn_of_embedded(folder: Path) -> str:
    """The address of the server that runs in the folder."""
    return f"postgresql://postgres@/kringmarkt?host={socket_folder(folder)}"


def socket_folder(folder: Path) -> str:
    """The folder of its socket, which the server writes down in its own file."""
    return (folder / "postgres" / "postmaster.pid").read_text().splitlines()[4]
