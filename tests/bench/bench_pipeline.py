"""The whole pipeline: offers per second until the last frame of the last of them, with 1,000 subscribers connected.

Run with `python -m tests.bench.bench_pipeline`; writes results/pipeline.json. Both chains hold the same 1,000 wants,
ten to a material, each of a subscriber of its own, and match, check and word with the same code. Everything runs on
the machine at hand, the clients too.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter

import asyncpg
import httpx
import uvloop

from contracts.vocabulary.materials import material_tree
from infra.identity.embedded_issuer import EmbeddedIssuer
from tests.bench import workload
from tests.bench.bench_publish import register
from tests.bench.figures import Figure, in_turns, write
from tests.bench.ground import PYTHON, Running, durable_postgres, fresh_database, marketplace, running
from tests.bench.http_load import Connection, one_client, post
from tests.bench.seed import SEEKERS, until_all_heard
from tests.bench.subscribers import Subscriber

CLIENTS = 20
OFFERS = 200
MATERIALS = 100
INBOX = "SELECT count(*) FROM notifications.inbox WHERE channel = ANY($1::text[])"
UNSENT = "SELECT count(*) FROM typical_outbox WHERE NOT sent"
TYPICAL = "SELECT count(*) FROM typical_alerts WHERE channel = ANY($1::text[])"
ENTRIES = "SELECT * FROM matching.entries"
CHANNELS = [f"organisation:{seeker}" for seeker in SEEKERS]


@dataclass
class Chain:
    """A chain with its subscribers."""

    name: str
    server: Running
    dsn: str
    tokens: Sequence[str]
    subscribers: Sequence[Subscriber]
    numbers: "count[int]"

    async def offers_per_second(self) -> float:
        """From the first request until the last frame."""
        before, start = await self._stored(), perf_counter()
        came = sum(subscriber.alerts for subscriber in self.subscribers)
        await self._publish()
        await self._until_handled()
        expected = came + await self._stored() - before
        last = perf_counter()
        while sum(subscriber.alerts for subscriber in self.subscribers) < expected:
            await asyncio.sleep(0.001)
            last = perf_counter()
        assert expected > came, "no offer met a want"
        return OFFERS / (last - start)

    async def _publish(self) -> None:
        concepts = materials()
        numbers = iter([next(self.numbers) for _ in range(OFFERS)])

        async def client() -> None:
            connection = await Connection.to(self.server.port)
            for number in numbers:
                draft = workload.offer(number, concepts, quantity="20", price_eur_per_tonne="-10")
                status, body = await connection.ask(post("/v1/offers", workload.body(draft), self.tokens[number % 50]))
                assert status == 201, body
            connection.close()

        await asyncio.gather(*(client() for _ in range(CLIENTS)))

    async def _stored(self) -> int:
        return int(await value(self.dsn, TYPICAL if self.name == "typical" else INBOX, CHANNELS))

    async def _until_handled(self) -> None:
        if self.name != "typical":
            await until_all_heard(self.dsn, every_s=0.02)
            return
        while await value(self.dsn, UNSENT):
            await asyncio.sleep(0.02)


async def value(dsn: str, sql: str, *values: object) -> int:
    """One number of the database."""
    connection = await asyncpg.connect(dsn)
    found = await connection.fetchval(sql, *values)
    await connection.close()
    return int(found)


def materials() -> tuple[str, ...]:
    """Materials that are sold by weight."""
    return tuple(leaf for leaf in workload.leaves() if material_tree().unit_weight_of(leaf) is None)[:MATERIALS]


async def seek(port: int, issuer: EmbeddedIssuer) -> list[str]:
    """Register the seekers, each with one want; their tokens."""
    tokens, concepts = [workload.token_of(issuer, seeker) for seeker in SEEKERS], materials()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for number, token in enumerate(tokens):
            headers = {"Authorization": f"Bearer {token}"}
            await client.post("/v1/organisations", json={"name": f"Seeker {number}"}, headers=headers)
    wants = [
        post(
            "/v1/wants",
            workload.body(
                {"title": f"Gevraagd {number}", "concepts": [concepts[number % len(concepts)]], "quantity": "100000",
                 "unit": "t", "postcode": "3511"}
            ),
            token,
        )
        for number, token in enumerate(tokens)
    ]  # fmt: skip
    await one_client(port, wants, 201)
    return tokens


async def our_chain(stack: AsyncExitStack, dsn: str, folder: Path) -> Chain:
    """`kringmarkt run`, with its subscribers."""
    issuer = workload.issuer_in(folder)
    server = await stack.enter_async_context(marketplace(dsn, folder))
    tokens, seekers = await register(server.port, issuer), await seek(server.port, issuer)
    await until_all_heard(dsn)
    subscribers = []
    for seeker, channel in zip(seekers, CHANNELS, strict=True):
        subscribers.append(await Subscriber.to(server.push_port))
        await subscribers[-1].listen(seeker, channel)
    return Chain("ours", server, dsn, tokens, subscribers, count())


async def typical_chain(stack: AsyncExitStack, ours: Chain, dsn: str) -> Chain:
    """The typical chain, on a copy of the same wants."""
    source, target = await asyncpg.connect(ours.dsn), await asyncpg.connect(dsn)
    rows = await source.fetch(ENTRIES)
    columns = list(rows[0].keys())
    await target.copy_records_to_table("entries", schema_name="matching", columns=columns, records=map(tuple, rows))
    await source.close()
    await target.close()
    environment = {"KRINGMARKT_POSTGRES_DSN": dsn, "KRINGMARKT_DATA_DIR": str(ours.server.folder)}
    server = await stack.enter_async_context(running((*PYTHON, "-m", "tests.bench.typical"), environment))
    subscribers = [await Subscriber.to(server.port, f"/{channel}", deflate=True) for channel in CHANNELS]
    return Chain("typical", server, dsn, ours.tokens, subscribers, count())


async def run() -> list[Figure]:
    """All rows."""
    with durable_postgres() as postgres:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ours = await our_chain(stack, await fresh_database(postgres, "ours"), folder)
            typical = await typical_chain(stack, ours, await fresh_database(postgres, "typical"))
            found = await in_turns({"ours": ours.offers_per_second, "typical": typical.offers_per_second})
            frames = sum(one.alerts for one in ours.subscribers) / next(ours.numbers)
    peer = "FastAPI, ORM, outbox polled every 50 ms, websocket with deflate; the same matching and legal check"
    note = f"{frames:.1f} frames per offer"
    name = f"whole pipeline, {len(SEEKERS):,} subscribers, all frames delivered"
    return [Figure(name, found["ours"], "offers/s", peer, found["typical"], 4, False, note)]


def main() -> None:
    """Measure, print and write."""
    write("pipeline", uvloop.run(run()))


if __name__ == "__main__":
    main()
