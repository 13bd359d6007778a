"""Server time of every page at 100,000 open listings, in process, one request at a time; goal: 50 ms at the median.

Run with `python -m tests.bench.bench_site [listings]`; writes tests/bench/results/site.json.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import postcodes
from infra.postgres.database import Database
from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.migrate import migrate
from infra.postgres.stores.listings import StoredListings
from infra.postgres.transaction import transaction
from infra.settings import stable_id
from listings.commands import OfferDraft, WantDraft
from listings.model import AnyListing
from listings.publishing import created
from listings.rights import Actor
from services.web.building import build
from tests.unit.services.scenes import Office, office_at
from tests.unit.services.web.visitors import visitor

LISTINGS = 100_000
OWNERS = 300
BATCH = 1000
ROUNDS = 25
GOAL_MS = 50
RESULTS = Path(__file__).parent / "results" / "site.json"
PAGES = {
    "front": "/",
    "front near a postcode": "/?postcode=5038",
    "search, newest": "/zoeken",
    "search, words": "/zoeken?q=hout",
    "search, material and radius": "/zoeken?materiaal=wood&postcode=5038&straal=30",
    "search as a map": "/zoeken/kaart.json?postcode=5038&straal=30",
    "materials map": "/kaart?materiaal=wood",
    "offer form": "/aanbieden",
    "want form": "/vragen",
    "listing": "",
    "proposals": "/voorstellen",
    "a proposal": "",
    "alerts": "/meldingen",
    "alert settings": "/meldingen/zoekopdrachten",
    "organisation": "/organisatie",
    "counter": "/milieustraat",
}


def listings(chance: random.Random, actors: Sequence[Actor], count: int) -> list[AnyListing]:
    """So many open listings of any material anywhere."""
    concepts, places, now = [one.id for one in material_tree()], list(postcodes()), datetime.now(UTC)
    made = []
    for number in range(count):
        concept, postcode = chance.choice(concepts), chance.choice(places)
        amount = {"quantity": Decimal(chance.randint(1, 500)), "unit": "t", "postcode": postcode}
        title = f"{material_tree().concept(concept).label_nl} {number}"[:120]
        draft: OfferDraft | WantDraft
        if number % 2:
            draft = WantDraft.model_validate({"title": title, "concepts": [concept], **amount})
        else:
            draft = OfferDraft.model_validate({"title": title, "concept": concept, **amount})
        made.append(created(draft, chance.choice(actors), now, uuid4).listing)
    return made


async def filled(office: Office, database: Database, count: int) -> None:
    """Store the listings of registered owners."""
    chance = random.Random(7)
    for number in range(OWNERS):
        await office.member(f"Eigenaar {number}")
    actors = [Actor(stable_id(f"test:Eigenaar {number}"), frozenset(), "bench") for number in range(OWNERS)]
    for start in range(0, count, BATCH):
        batch = listings(chance, actors, min(BATCH, count - start))
        async with transaction(database) as unit:
            await StoredListings(unit.connection).save_many(batch)
    async with database.connection() as connection:
        await connection.execute("ANALYZE listings.listings")


async def measured(office: Office) -> list[dict[str, Any]]:
    """The median of each page."""
    holder, seeker = await office.member("Houder", postcode="5038AA"), await office.member("Zoeker")
    offer = await holder.offer(quantity="900")
    for number in range(40):
        await seeker.want(title=f"Vraag {number}")
    await office.settle()
    trade = (await holder.trades())[0]["trade_id"]
    own = {"listing": f"/plaatsing/{offer['listing_id']}", "a proposal": f"/voorstellen/{trade}"}
    rows = []
    async with visitor(office, holder.organisation_id) as person:
        for name, path in PAGES.items():
            times, size = [], 0
            for _ in range(ROUNDS):
                began = perf_counter()
                answer = await person.client.get(own.get(name, path))
                times.append((perf_counter() - began) * 1000)
                assert answer.status_code == 200, (name, answer.text[:300])
                size = int(answer.headers.get("content-length", len(answer.content)))
            rows.append(_row(f"server time, {name}", round(median(times), 1), "ms", GOAL_MS))
            rows.append(_row(f"bytes sent, {name}", size, "bytes", None))
    return rows


def _row(name: str, value: float, unit: str, goal: int | None) -> dict[str, Any]:
    met = None if goal is None else value <= goal
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": None,
        "peer_value": None,
        "ratio": None,
        "goal": goal,
        "met": met,
    }


async def run(count: int) -> list[dict[str, Any]]:
    """Fill a database and measure."""
    folder = Path(tempfile.mkdtemp(prefix="kringmarkt-"))
    server = EmbeddedPostgres(folder, durable=False)
    try:
        dsn = server.dsn()
        await migrate(dsn)
        database = await Database.connect(dsn)
        async with office_at(dsn, folder / "office") as office:
            await filled(office, database, count)
            rows = await measured(office)
        await database.close()
    finally:
        server.stop()
    return [_row("open listings", count, "listings", None), *rows]


def main() -> int:
    """Measure, print and write the rows."""
    build()
    rows = asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else LISTINGS))
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    return 0 if all(row["met"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
