"""Whether a process can do its work, part by part, and the same as metrics.

A part is `needed` when without it the process does nothing of use. One that answers HTTP goes on without Kafka, and
while its consumers catch up: offers are taken and wait in the table. So there these parts are told and do not make the
answer "not ready". For a process that only consumes or carries, they do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import asyncpg

from infra import metrics
from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import reachable
from infra.eventlog.lag import Lag
from infra.postgres.housekeeping import letters_waiting
from infra.postgres.index_sizes import index_sizes
from infra.postgres.schema import SchemaState, schema_of
from services.house import House
from services.supervisor import Kept, Supervisor, TaskState
from services.wiring import cluster_of

PATIENCE_S = 3.0
"""Who asks has a time-out of his own; a part that answers later than this does not work."""
BROKER_SEEN_FOR_S = 5.0
INDEX_COUNTED_FOR_S = 60.0
FAILURES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

Details = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a process: whether it works, whether the process needs it, and what is known of it."""

    name: str
    ok: bool
    needed: bool
    details: Details

    def document(self) -> Details:
        """As it is shown."""
        return {"ok": self.ok, "needed": self.needed, **self.details}


@dataclass(frozen=True, slots=True)
class Report:
    """All parts of a process."""

    parts: tuple[Part, ...]

    @property
    def ready(self) -> bool:
        """Whether every part that is needed works."""
        return all(part.ok for part in self.parts if part.needed)

    @property
    def status(self) -> str:
        """In one word or two."""
        if not self.ready:
            return "not ready"
        return "ready" if all(part.ok for part in self.parts) else "degraded"

    def document(self) -> Details:
        """As it is shown."""
        return {"status": self.status, "parts": {part.name: part.document() for part in self.parts}}


class Health:
    """Asks every part of one process. `answers`: it has routes of its own beside health."""

    def __init__(self, house: House, supervisor: Supervisor | None = None, *, answers: bool = True) -> None:
        self._house = house
        self._kept = supervisor.kept if supervisor else {}
        self._answers = answers
        self._broker: tuple[float, Part] | None = None
        self._count_index_at = 0.0

    async def report(self) -> Report:
        """Ask all parts, at the same time."""
        cluster = cluster_of(self._house.settings)
        asked: list[Coroutine[Any, Any, Part]] = [self._database()]
        if cluster is not None:
            asked.append(self._kafka(cluster))
        asked += [self._task(kept) for kept in tuple(self._kept.values())]
        report = Report(tuple(await asyncio.gather(*asked)))
        for part in report.parts:
            metrics.PART_OK.labels(part.name).set(part.ok)
        return report

    async def measure(self) -> None:
        """Set the metrics that are asked for rather than counted; what cannot be reached keeps its last value."""
        await self.report()
        pool = self._house.database.pool_counts()
        for state, number in pool.items():
            metrics.DB_POOL.labels(state).set(number)
        await _or_failure(self._count_in_database())

    async def _count_in_database(self) -> Details:
        clock = asyncio.get_running_loop().time()
        async with self._house.database.connection() as connection:
            metrics.DEAD_LETTERS_WAITING.set(await letters_waiting(connection))
            if "matcher_consumer" in self._kept and clock >= self._count_index_at:
                self._count_index_at = clock + INDEX_COUNTED_FOR_S
                for entry in await index_sizes(connection):
                    metrics.MATCHING_INDEX.labels(entry.family, entry.kind).set(entry.entries)
        return {}

    async def _database(self) -> Part:
        found = await _or_failure(self._schema())
        return Part("database", "error" not in found, True, found)

    async def _schema(self) -> Details:
        async with self._house.database.connection() as connection:
            schema = await schema_of(connection)
        # A later release may have migrated while this process runs: migrations are made so that it can go on.
        if schema.state in (SchemaState.CURRENT, SchemaState.NEWER):
            return {"schema": schema.found, "state": schema.state.value}
        return {"schema": schema.found, "state": schema.state.value, "error": schema.complaint()}

    async def _kafka(self, cluster: Cluster) -> Part:
        """Asked at most every few seconds: each time a connection is made."""
        clock = asyncio.get_running_loop().time()
        if self._broker is None or clock - self._broker[0] > BROKER_SEEN_FOR_S:
            found = await _or_failure(reachable(cluster))
            self._broker = (clock, Part("broker", "error" not in found, not self._answers, found))
        return self._broker[1]

    async def _task(self, kept: Kept) -> Part:
        details: Details = {"state": kept.state.value, "restarts": kept.restarts}
        if kept.reason:
            details["reason"] = kept.reason
        ok = kept.state in (TaskState.WORKING, TaskState.ENDED)
        late = False
        if kept.lag is not None:
            lag = await _or_failure(_told(kept.name, kept.lag))
            details |= lag
            late = self._late(lag)
        needed = kept.state is TaskState.STOPPED or not self._answers
        return Part(kept.name, ok and not late and "error" not in details, needed, details)

    def _late(self, lag: Details) -> bool:
        most = self._house.settings
        seconds, records = float(lag.get("lag_s", 0)), int(lag.get("lag_records", 0))
        return seconds > most.late_after_s or records > most.late_after_records


async def _told(name: str, ask: Callable[[], Awaitable[Lag]]) -> Details:
    lag = await ask()
    if name == "relay":
        metrics.RELAY_LAG_RECORDS.set(lag.records)
        metrics.RELAY_LAG_SECONDS.set(lag.seconds)
    else:
        consumer = name.removesuffix("_consumer")
        metrics.CONSUMER_LAG_RECORDS.labels(consumer).set(lag.records)
        metrics.CONSUMER_LAG_SECONDS.labels(consumer).set(lag.seconds)
    return {"lag_records": lag.records, "lag_s": round(lag.seconds, 3)}


async def _or_failure(asked: Coroutine[Any, Any, Details]) -> Details:
    """What was told, or why nothing was."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await asked
    except FAILURES as error:
        return {"error": str(error) or type(error).__name__}
