"""Publishing: how long one durable publish takes, and how many go in a second, one by one and in bulk.

Run with `python -m tests.bench.bench_publish`; writes results/publish.json.
"""

import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter

import httpx
import orjson
import uvloop

from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.postgres.embedded import EmbeddedPostgres
from tests.bench import workload
from tests.bench.figures import Figure, in_turns, p50, write
from tests.bench.floors import CommitFloor
from tests.bench.ground import PYTHON, Running, durable_postgres, fresh_database, marketplace, running
from tests.bench.http_load import many_clients, one_client, post

CLIENTS = 50
ONE_BY_ONE = 300
TOGETHER = 1500
LINES = 500
BATCHES = 3


@dataclass(frozen=True)
class Market:
    """Our API, the typical one and the bare floor, and tokens for both."""

    ours: Running
    typical: Running
    bare: Running
    floor: CommitFloor
    tokens: Sequence[str]
    numbers: "count[int]"

    def requests(self, number: int) -> list[bytes]:
        """That many prepared publications, all different."""
        concepts = workload.leaves()
        taken = [next(self.numbers) for _ in range(number)]
        return [
            post("/v1/offers", workload.body(workload.offer(one, concepts)), self.tokens[one % len(self.tokens)])
            for one in taken
        ]

    def batch(self) -> bytes:
        """A prepared bulk request."""
        concepts = workload.leaves()
        lines = [workload.body({"kind": "offer", **workload.offer(next(self.numbers), concepts)}) for _ in range(LINES)]
        return post("/v1/listings/batch", b"\n".join(lines), self.tokens[0], "application/x-ndjson")


async def register(port: int, issuer: EmbeddedIssuer) -> list[str]:
    """Tokens of the holders, all registered."""
    tokens = [workload.token_of(issuer, holder) for holder in workload.HOLDERS]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for number, token in enumerate(tokens):
            headers = {"Authorization": f"Bearer {token}"}
            named = {"name": f"Sloperij {number}", "postcode": "5038AA"}
            answer = await client.post("/v1/organisations", json=named, headers=headers)
            assert answer.status_code == 201, answer.text
    return tokens


async def open_market(stack: AsyncExitStack, server: EmbeddedPostgres) -> Market:
    """Everything that is measured, at work."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    dsn = await fresh_database(server, "ours")
    record, raw = event_of_usual_size()
    floor = await CommitFloor.on(await fresh_database(server, "floor"), record, raw)
    stack.push_async_callback(floor.close)
    issuer = workload.issuer_in(folder)
    ours = await stack.enter_async_context(marketplace(dsn, folder, "serve", "api"))
    peer = {
        "KRINGMARKT_POSTGRES_DSN": await fresh_database(server, "typical"),
        "KRINGMARKT_DATA_DIR": str(folder),
    }
    typical = await stack.enter_async_context(running((*PYTHON, "-m", "tests.bench.typical"), peer))
    bare = await stack.enter_async_context(running((*PYTHON, "-m", "tests.bench.floors"), {}))
    return Market(ours, typical, bare, floor, await register(ours.port, issuer), count())


def event_of_usual_size() -> tuple[str, bytes]:
    """A record and an event of the size that ours have."""
    draft = workload.offer(1, workload.leaves())
    text = orjson.dumps({**draft, "filler": "x" * (1240 - len(orjson.dumps(draft)))})
    return text.decode(), text


async def one_by_one(market: Market, port: int, requests: Sequence[bytes]) -> float:
    """Milliseconds of the median request."""
    return p50(await one_client(port, requests, 201))


async def in_bulk(market: Market) -> float:
    """Listings per second over the bulk route."""
    batches = [market.batch() for _ in range(BATCHES)]
    start = perf_counter()
    await one_client(market.ours.port, batches, 200)
    return BATCHES * LINES / (perf_counter() - start)


def measures(market: Market) -> dict[str, Callable[[], Awaitable[float]]]:
    """What takes turns."""

    async def floor() -> float:
        return p50(await market.floor.times(ONE_BY_ONE))

    return {
        "floor": floor,
        "bare": lambda: one_by_one(market, market.bare.port, market.requests(ONE_BY_ONE)),
        "one": lambda: one_by_one(market, market.ours.port, market.requests(ONE_BY_ONE)),
        "many": lambda: many_clients(market.ours.port, market.requests(TOGETHER), 201, CLIENTS),
        "typical": lambda: many_clients(market.typical.port, market.requests(TOGETHER // 3), 201, CLIENTS),
        "bulk": lambda: in_bulk(market),
    }


def figures(found: dict[str, float]) -> list[Figure]:
    """The rows."""
    orm = "FastAPI, ORM, one commit per request, 50 clients"
    return [
        Figure(
            "durable publish over HTTP, one client, p50",
            found["one"],
            "ms",
            "bare ASGI round trip + one-CTE insert",
            found["bare"] + found["floor"],
            1.3,
        ),
        Figure(f"publish, {CLIENTS} clients", found["many"], "listings/s", orm, found["typical"], 3.5, False),
        Figure("publish, bulk route", found["bulk"], "listings/s", orm, found["typical"], 8, False),
    ]


async def run() -> list[Figure]:
    """All rows."""
    with durable_postgres() as server:
        async with AsyncExitStack() as stack:
            market = await open_market(stack, server)
            return figures(await in_turns(measures(market)))


def main() -> None:
    """Measure, print and write."""
    write("publish", uvloop.run(run()))


if __name__ == "__main__":
    main()
