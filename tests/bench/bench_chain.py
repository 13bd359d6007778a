"""From POST to frame: how long it takes until a subscriber hears of an offer, in one process and over Kafka.

Run with `python -m tests.bench.bench_chain [wants] [embedded|kafka]`; writes results/chain_<mode>.json. Offers go one
after the other, each after the frame of the one before, with so many open wants (100,000 unless said otherwise).
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop

from contracts.vocabulary.materials import material_tree
from infra.eventlog.local_broker import LocalBroker
from infra.postgres.embedded import EmbeddedPostgres
from tests.bench import workload
from tests.bench.bench_publish import event_of_usual_size, register
from tests.bench.figures import Figure, in_turns, p50, p99, write
from tests.bench.floors import CommitFloor, raw_push_times
from tests.bench.ground import PYTHON, Running, durable_postgres, fresh_database, marketplace, running
from tests.bench.http_load import Connection, one_client, post
from tests.bench.kafka_floor import KafkaFloor
from tests.bench.seed import LEFT, UNHANDLED, publish_wants, until_all_heard, want
from tests.bench.subscribers import Subscriber

WANTS = 100_000
OFFERS = 200
FLOORS = 200


@dataclass
class Chain:
    """A marketplace with one subscriber who wants everything, and the floors beside it."""

    ours: Running
    bare: Running
    commit: CommitFloor
    tokens: Sequence[str]
    subscriber: Subscriber
    connection: Connection
    numbers: "count[int]" = field(default_factory=count)
    times: list[float] = field(default_factory=list)

    async def from_post_to_frame(self) -> float:
        """Milliseconds, the median of a round; all of them are kept for the tail."""
        concepts, found = workload.leaves(), []
        for number in [next(self.numbers) for _ in range(OFFERS)]:
            body = workload.body(workload.offer(number, concepts))
            request = post("/v1/offers", body, self.tokens[number % 40])
            start = perf_counter()
            answer = asyncio.ensure_future(self.connection.ask(request))
            await self.subscriber.until_alerts(self.subscriber.alerts + 1)
            found.append(perf_counter() - start)
            status, said = await answer
            assert status == 201, said
        self.times += found
        return p50(found)

    async def bare_rtt(self) -> float:
        """Milliseconds of a bare ASGI round trip."""
        body = workload.body(workload.offer(0, workload.leaves()))
        return p50(await one_client(self.bare.port, [post("/v1/offers", body)] * FLOORS, 201))

    async def one_commit(self) -> float:
        """Milliseconds of a bare commit."""
        return p50(await self.commit.times(FLOORS))


@asynccontextmanager
async def deployed(server: EmbeddedPostgres, folder: Path, kafka: str | None) -> AsyncIterator[tuple[str, Running]]:
    """The marketplace in one process, or one process per service over Kafka: the address of its database, its API."""
    dsn = await fresh_database(server, "ours")
    async with AsyncExitStack() as stack:
        if kafka is None:
            yield dsn, await stack.enter_async_context(marketplace(dsn, folder))
            return
        over = {"KRINGMARKT_KAFKA_BOOTSTRAP": kafka}
        names = ("relay", "matcher", "trades_api", "notifier", "listings_api")
        started = {
            name: await stack.enter_async_context(marketplace(dsn, folder, "serve", name, **over)) for name in names
        }
        api, notifier = started["listings_api"], started["notifier"]
        yield dsn, Running(api.port, notifier.push_port, api.process, folder)


async def prepare(stack: AsyncExitStack, server: EmbeddedPostgres, wants: int, kafka: str | None) -> Chain:
    """Everything at work, the wants published and heard of."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    issuer = workload.issuer_in(folder)
    dsn, ours = await stack.enter_async_context(deployed(server, folder, kafka))
    bare = await stack.enter_async_context(running((*PYTHON, "-m", "tests.bench.floors"), {}))
    commit = await CommitFloor.on(await fresh_database(server, "floor"), *event_of_usual_size())
    stack.push_async_callback(commit.close)
    tokens = await register(ours.port, issuer)
    listener, token = workload.HOLDERS[49], tokens[49]
    start, concepts = perf_counter(), workload.leaves()
    for part in range(0, wants, 10_000):
        numbers = range(part, min(part + 10_000, wants))
        await publish_wants(ours.port, tokens[48], [want(number, concepts) for number in numbers])
        await until_all_heard(dsn, sql=UNHANDLED if kafka else LEFT)
        sys.stderr.write(f"  {numbers.stop} wants after {perf_counter() - start:.0f} s\n")
    everything = {"kind": "want", "title": "Alles", "quantity": "1000", "unit": "t", "postcode": "5038"}
    families = material_tree().families()
    await publish_wants(ours.port, token, [{**everything, "concepts": [family]} for family in families])
    await until_all_heard(dsn, sql=UNHANDLED if kafka else LEFT)
    subscriber = await Subscriber.to(ours.push_port)
    await subscriber.listen(token, f"organisation:{listener}")
    return Chain(ours, bare, commit, tokens, subscriber, await Connection.to(ours.port))


async def measured(wants: int, kafka: str | None) -> list[Figure]:
    """The rows of one run mode."""
    with durable_postgres() as server:
        async with AsyncExitStack() as stack:
            chain = await prepare(stack, server, wants, kafka)
            broker = await stack.enter_async_context(KafkaFloor.on(kafka)) if kafka else None

            async def push() -> float:
                return p50(await raw_push_times(FLOORS, event_of_usual_size()[1]))

            measures = {"bare": chain.bare_rtt, "commit": chain.one_commit, "push": push}
            if broker is not None:
                measures |= {"produce": broker.produce, "fetch": broker.fetch}
            found = await in_turns({**measures, "chain": chain.from_post_to_frame})
            return figures(found, chain.times[OFFERS:], wants, "Kafka" if kafka else "one process")


def figures(found: dict[str, float], times: Sequence[float], wants: int, mode: str) -> list[Figure]:
    """The rows: the median of the rounds, and the tail of all of them."""
    floor = found["bare"] / 2 + found["commit"] + found["push"] + found.get("produce", 0) + found.get("fetch", 0)
    parts = "half a bare ASGI round trip + one-CTE commit + raw push"
    peer = f"{parts} + produce acknowledgement + fetch" if mode == "Kafka" else parts
    name = f"POST offer -> frame, {mode}, {wants:,} open wants"
    tail = median(p99(times[start : start + OFFERS]) for start in range(0, len(times), OFFERS))
    rows = [Figure(f"{name}, p50", found["chain"], "ms", peer, floor, 2.5)]
    return rows if mode == "Kafka" else [*rows, Figure(f"{name}, p99", tail, "ms", peer, floor, 8)]


async def run(wants: int, mode: str) -> list[Figure]:
    """All rows."""
    if mode != "kafka":
        return await measured(wants, None)
    with tempfile.TemporaryDirectory() as folder:
        async with LocalBroker(Path(folder) / "kafka") as broker:
            return await measured(wants, broker.bootstrap)


def main() -> None:
    """Measure, print and write."""
    wants = int(sys.argv[1]) if len(sys.argv) > 1 else WANTS
    mode = sys.argv[2] if len(sys.argv) > 2 else "embedded"
    write(f"chain_{mode}", uvloop.run(run(wants, mode)))


if __name__ == "__main__":
    main()
