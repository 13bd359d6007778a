"""A market full of wants, published through the front door, and how to wait until everybody has heard of them."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import asyncpg

from infra.settings import stable_id
from tests.bench import workload
from tests.bench.http_load import one_client, post

SEEKERS = tuple(stable_id(f"bench:seeker:{number}") for number in range(1000))
LINES = 500
LEFT = """
SELECT count(*) FROM unnest($1::text[], $2::text[]) AS reads (consumer, topic)
JOIN eventlog.events AS e USING (topic)
LEFT JOIN eventlog.positions AS p ON p.consumer = reads.consumer AND p.lane = e.lane
WHERE e.position > coalesce(p.position, 0)
"""
# Over Kafka the place of a consumer is not in the database, but what it handled is.
UNHANDLED = """
SELECT count(*) FROM unnest($1::text[], $2::text[]) AS reads (consumer, topic)
JOIN eventlog.events AS e USING (topic)
LEFT JOIN eventlog.handled AS h ON h.consumer = reads.consumer AND h.event_id = e.id
WHERE h.event_id IS NULL AND e.type ~ '(want|offer).published|trades.proposed|organisation.registered'
"""
READS = {
    "matcher": ["kringmarkt.listings"],
    "trades": ["kringmarkt.organisations", "kringmarkt.listings", "kringmarkt.trades"],
    "notifier": ["kringmarkt.organisations", "kringmarkt.listings", "kringmarkt.trades"],
}
PATIENCE_S = 900


def want(number: int, concepts: Sequence[str]) -> dict[str, Any]:
    """A want that few offers fit: near, cheap, and much of it at once."""
    chance = random.Random(f"want {number}")
    return {
        "kind": "want",
        "title": f"Gevraagd {number}",
        "concepts": [concepts[number % len(concepts)]],
        "quantity": str(200 + chance.randrange(200)),
        "minimum": str(25 + chance.randrange(30)),
        "unit": "t",
        "postcode": chance.choice(workload.POSTCODES),
        "max_distance_km": 20 + chance.randrange(80),
        "max_landed_eur_per_tonne": str(chance.randrange(-30, 30)),
    }


async def publish_wants(port: int, token: str, wants: Sequence[dict[str, Any]]) -> None:
    """Publish them over the bulk route."""
    for start in range(0, len(wants), LINES):
        lines = b"\n".join(workload.body(draft) for draft in wants[start : start + LINES])
        await one_client(port, [post("/v1/listings/batch", lines, token, "application/x-ndjson")], 200)


async def until_all_heard(dsn: str, every_s: float = 0.2, sql: str = LEFT) -> None:
    """Return when no consumer has anything left to read; `sql` is UNHANDLED over Kafka."""
    pairs = [(name, topic) for name, topics in READS.items() for topic in topics]
    connection = await asyncpg.connect(dsn)
    async with asyncio.timeout(PATIENCE_S):
        while await connection.fetchval(sql, [name for name, _ in pairs], [topic for _, topic in pairs]):
            await asyncio.sleep(every_s)
    await connection.close()
