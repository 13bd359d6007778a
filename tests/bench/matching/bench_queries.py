"""The best 20 wants of an offer: the index of the product against every SQL design, in interleaved rounds.

Run with `python -m tests.bench.matching.bench_queries SIZE`; writes results/matching_queries_SIZE.json and the plans of
the SQL designs. Fails when any engine gives another ordered answer.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from time import perf_counter_ns
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np

from infra.postgres.database import Connection
from matching.kd.engine import Engine
from tests.bench.matching.market import LEGAL_OFFERS, LEGAL_WANTS, Market, World, offers, wants, world
from tests.bench.matching.servers import NoServer, postgres_15, postgres_18
from tests.bench.matching.sql import COLUMNS, DESIGNS_15, DESIGNS_18, TABLE, Design, question, rows_of

RESULTS = Path(__file__).parent.parent / "results"
K = 20
QUESTIONS = 150
ROUNDS = 7
CHUNK = 50_000

Answer = list[UUID]


class NoOracle:
    """Nothing is doubtful in the synthetic market, and every legal mark is known."""

    def fits(self, offer: UUID, want: UUID) -> bool:
        """Never asked."""
        raise AssertionError(f"asked whether {offer} and {want} fit; expected numbers to tell")

    def mark(self, offer: UUID, want: UUID) -> float:
        """Never asked."""
        raise AssertionError(f"asked for the mark of {offer} and {want}; expected all to be known")


@dataclass
class Engined:
    """One engine, and the nanoseconds of each question in each round."""

    name: str
    ask: Callable[[int], Awaitable[Answer]]
    rounds: list[list[int]] = field(default_factory=list)

    def mean(self) -> float:
        """Microseconds: the mean over the questions of the median over the rounds.

        The median of each question by itself, so that what else the machine does falls out.
        """
        return float(np.mean(np.median(np.array(self.rounds), axis=0))) / 1000

    def p99(self) -> float:
        """Microseconds: the 99th percentile over the questions of the median over the rounds."""
        return float(np.percentile(np.median(np.array(self.rounds), axis=0), 99)) / 1000


def filled(of: World, market: Market, asked: Market) -> Engine:
    """The index with the wants of the market, and the offers that ask."""
    engine = Engine(of.concepts)
    engine.wants.add_many(market.lots, market.codes, market.values)
    engine.offers.add_many(asked.lots, asked.codes, asked.values)
    for offer in range(LEGAL_OFFERS):
        for want in range(LEGAL_WANTS):
            engine.marks.put(offer, want, float(of.marks[offer, want]))
    return engine


def index_of(engine: Engine) -> Engined:
    """The index as the matcher asks it."""
    oracle = NoOracle()

    async def ask(number: int) -> Answer:
        return [engine.wants.key(pair.number) for pair in engine.best(engine.offers, number, K, oracle)]

    return Engined("index", ask)


async def fill(connection: Connection, market: Market) -> None:
    """All wants in one table, from which each design makes its own."""
    await connection.execute(f"create table wants ({TABLE})")
    for first in range(0, len(market.lots), CHUNK):
        rows = rows_of(market.part(first, min(first + CHUNK, len(market.lots))))
        await connection.copy_records_to_table("wants", records=rows, columns=COLUMNS)


async def designed(connection: Connection, design: Design, version: str, asked: Sequence[tuple[Any, ...]]) -> Engined:
    """A design with its table made, vacuumed and in memory, and its plan written down."""
    for extension in design.needs:
        await connection.execute(f"create extension if not exists {extension}")
    await connection.execute(f"create table {design.table} as table wants")
    for statement in design.make:
        await connection.execute(statement.format(table=design.table))
    await connection.execute(f"vacuum (full, analyze) {design.table}")
    await connection.execute(f"vacuum analyze {design.table}")
    prepared = await connection.prepare(design.query)
    plan = await connection.fetch("explain (analyze, buffers, costs off, timing off) " + design.query, *asked[0])
    name = f"{version} {design.name}"
    (RESULTS / f"plan_{name.replace(' ', '_')}.txt").write_text("\n".join(row[0] for row in plan) + "\n")

    async def ask(number: int) -> Answer:
        return [row[0] for row in await prepared.fetch(*asked[number])]

    return Engined(name, ask)


async def sized(connection: Connection, design: Design) -> float:
    """Bytes per entry of table and indexes."""
    count = await connection.fetchval(f"select count(*) from {design.table}")
    size = await connection.fetchval(f"select pg_total_relation_size('{design.table}')")
    return float(size) / float(count)


async def measure(engines: list[Engined], questions: int, rounds: int) -> None:
    """Each round asks every engine every question; answers must be the same."""
    for number in range(questions):
        answers = {engine.name: await engine.ask(number) for engine in engines}
        expected = answers["index"]
        for name, answer in answers.items():
            assert answer == expected, f"question {number}: {name} answered {answer}; the index {expected}"
    for _round in range(rounds):
        for engine in engines:
            times = []
            for number in range(questions):
                start = perf_counter_ns()
                await engine.ask(number)
                times.append(perf_counter_ns() - start)
            engine.rounds.append(times)


async def run(size: int) -> list[dict[str, Any]]:
    """All rows of the result."""
    of = world(1)
    market, asked = wants(of, size, 5), offers(of, max(QUESTIONS, 2000), 9)
    engine = filled(of, market, asked)
    parameters = [question(asked, number, of.concepts, of.marks) for number in range(QUESTIONS)]
    engines = [index_of(engine)]
    shared = "4GB" if size > 200_000 else "1GB"
    with ExitStack() as servers:
        async with AsyncExitStack() as stack:
            bytes_covering = nan
            for version, server, designs in (("PG18", postgres_18, DESIGNS_18), ("PG15", postgres_15, DESIGNS_15)):
                try:
                    dsn = servers.enter_context(server(shared))
                except NoServer as why:
                    sys.stderr.write(f"{version} left out: {why}\n")
                    continue
                connection = await asyncpg.connect(dsn)
                stack.push_async_callback(connection.close)
                await fill(connection, market)
                for design in designs:
                    engines.append(await designed(connection, design, version, parameters))
                    if version == "PG18" and design.name == "covering":
                        bytes_covering = await sized(connection, design)
            await measure(engines, QUESTIONS, ROUNDS)
    return rows_of_result(size, engines, engine.wants.nbytes / size, bytes_covering)


def rows_of_result(size: int, engines: list[Engined], own_bytes: float, peer_bytes: float) -> list[dict[str, Any]]:
    """Means, 99th percentiles and bytes, each against its best peer."""
    index, peers = engines[0], engines[1:]
    best = min(peers, key=Engined.mean)
    goals = (80.0, 130.0, 100.0) if size >= 1_000_000 else (40.0, None, None)
    rows = [_row(f"top-20 query at {size}, mean", "us", index.mean(), best.name, best.mean(), goals[0])]
    for peer in peers:
        goal = goals[1] if peer.name.endswith("postgis") else None
        rows.append(_row(f"top-20 query at {size}, mean", "us", index.mean(), peer.name, peer.mean(), goal))
    rows.append(_row(f"top-20 query at {size}, p99", "us", index.p99(), best.name, best.p99(), goals[2]))
    ratio = own_bytes / peer_bytes
    size_row = _row(f"bytes per entry at {size}", "B", own_bytes, "PG18 covering table and index", peer_bytes, None)
    rows.append(size_row | {"ratio": round(ratio, 3), "goal": 0.8, "met": ratio <= 0.8})
    return rows


def _row(name: str, unit: str, value: float, peer: str, peer_value: float, goal: float | None) -> dict[str, Any]:
    ratio = peer_value / value
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "peer": peer,
        "peer_value": round(peer_value, 1),
        "ratio": round(ratio, 1),
        "goal": goal,
        "met": None if goal is None else ratio >= goal,
    }


def main() -> int:
    """Measure, print and write the rows."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asyncio.run(run(size)), indent=2)
    (RESULTS / f"matching_queries_{size}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
