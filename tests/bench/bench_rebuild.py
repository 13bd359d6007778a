"""Catching up: how long the matcher needs per event to fill its table and its index from the log.

Run with `python -m tests.bench.bench_rebuild [events]`; writes results/rebuild.json. The events are offers that nobody
wants, so that nothing is proposed. The figure is per event: as many seconds for 1,000,000 of them.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import orjson
import uvloop

from contracts.envelope import Context, EncodedEvent
from contracts.topics import LANES
from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.transaction import transaction
from infra.settings import Settings
from listings.commands import OfferDraft
from listings.publishing import created
from listings.rights import Actor
from services.house import House
from services.matcher.handler import MatchingHandler, matcher_consumer
from services.wiring import open_house
from tests.bench import workload
from tests.bench.bench_pipeline import value
from tests.bench.figures import Figure, in_turns, write
from tests.bench.ground import durable_postgres, fresh_database

EVENTS = 20_000
PAGE = 500
HANDLED = "SELECT count(*) FROM eventlog.handled WHERE consumer = 'matcher'"
FORGET = "TRUNCATE matching.entries, eventlog.positions, eventlog.handled"


def published(number: int, concepts: tuple[str, ...]) -> EncodedEvent:
    """One event of a published offer."""
    draft = OfferDraft.model_validate(workload.offer(number, concepts))
    actor = Actor(workload.holder_of(number), frozenset(), "bench")
    (event,) = created(draft, actor, workload.NOW, uuid4).events
    return event.encode(Context(now=datetime.now(UTC), source="/bench"))[0]


class Catching:
    """A log full of events, and a matcher that starts from nothing each time."""

    def __init__(self, house: House, raws: Sequence[bytes]) -> None:
        self._house = house
        self._raws = raws

    async def bare_decode(self) -> float:
        """Microseconds per event to decode the same bytes and do nothing with them."""
        start = perf_counter()
        for raw in self._raws:
            orjson.loads(raw)
        return (perf_counter() - start) / len(self._raws) * 1e6

    async def replay(self) -> float:
        """Microseconds per event from the log into the table and the index."""
        async with transaction(self._house.database) as unit:
            await unit.connection.execute(FORGET)
        consumer, start = matcher_consumer(self._house), perf_counter()
        working = asyncio.create_task(consumer.run())
        while await value(self._house.database.dsn, HANDLED) < len(self._raws):
            await asyncio.sleep(0.02)
        seconds = perf_counter() - start
        consumer.stop()
        self._house.database.waker.wake()
        await working
        return seconds / len(self._raws) * 1e6

    async def restore(self) -> float:
        """Microseconds per entry from the table into the index, as at each start."""
        start = perf_counter()
        await MatchingHandler(self._house).lanes_changed(frozenset(range(LANES)))
        return (perf_counter() - start) / len(self._raws) * 1e6


async def filled(server: EmbeddedPostgres, house: House, number: int) -> Catching:
    """The log with so many events."""
    concepts = workload.leaves()
    events = [published(one, concepts) for one in range(number)]
    for start in range(0, number, PAGE):
        async with transaction(house.database) as unit:
            unit.append_encoded(events[start : start + PAGE])
    return Catching(house, [event.raw for event in events])


async def run(number: int) -> list[Figure]:
    """All rows."""
    with durable_postgres() as server, tempfile.TemporaryDirectory() as folder:
        dsn = await fresh_database(server, "rebuild")
        settings = Settings(data_dir=Path(folder), postgres_dsn=dsn)
        async with open_house(settings, dsn) as house:
            catching = await filled(server, house, number)
            measures = {"bare": catching.bare_decode, "replay": catching.replay, "restore": catching.restore}
            found = await in_turns(measures)
    bare = "bare orjson decode of the same bytes"
    return [
        Figure(f"log -> table and index, {number:,} events", found["replay"], "us/event", bare, found["bare"], 2.5),
        Figure(f"table -> index, {number:,} entries", found["restore"], "us/entry", bare, found["bare"], 2.5),
    ]


def main() -> None:
    """Measure, print and write."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    write("rebuild", uvloop.run(run(number)))


if __name__ == "__main__":
    main()
