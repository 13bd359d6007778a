"""What joint trades cost beside pairs, and what they add, on the 2,690 real stream names of the shared data.

Run with `python -m tests.bench.bench_pools`; writes tests/bench/results/pools.json. Cost is processor time inside one
matcher: for every changed listing the time of pairs against the time of pools, chains and bridges together.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.events.base import EventData
from contracts.events.listings import OfferEvent, OfferRevised, WantEvent, WantRevised
from contracts.vocabulary.joint_terms import JointKind
from infra.settings import Settings
from tests.bench.joint_market import JointMarket, listing_events, real_market_events

GOAL = 4.0
REVISED = 400
RESULTS = Path(__file__).parent / "results" / "pools.json"


def revision_of(data: EventData) -> EventData:
    """The same listing with one tonne less, as its owner would send it."""
    if isinstance(data, OfferEvent):
        offer = data.offer
        smaller = max(offer.quantity * 9 / 10, offer.quantity / 2)
        return OfferRevised(offer=offer.model_copy(update={"revision": offer.revision + 1, "quantity": smaller}))
    assert isinstance(data, WantEvent)
    want = data.want
    return WantRevised(want=want.model_copy(update={"revision": want.revision + 1, "quantity": want.quantity * 9 / 10}))


def wants_of(events: Sequence[EventData]) -> set[UUID]:
    """The ids of all wants."""
    return {data.want.listing_id for data in events if isinstance(data, WantEvent)}


def served(market: JointMarket, kind: JointKind) -> set[UUID]:
    """The wants for which a joint trade of this kind stands."""
    return {trade.want_id for trade in market.joint_standing.values() if trade.kind is kind}


def opened(listings: Sequence[EventData], capabilities: Sequence[EventData]) -> JointMarket:
    """A market in which all of it was published."""
    market = JointMarket(Settings.model_fields["best_k"].default)
    for data in (*capabilities, *listings):
        market.hear(data)
    return market


def run() -> list[dict[str, Any]]:
    """All rows of the result."""
    streams, listings, capabilities = real_market_events()
    whole = listing_events(streams, whole=True)
    rows = _served_rows(opened(whole, capabilities), wants_of(whole), ", each needing its whole quantity")
    market = opened(listings, capabilities)
    rows = [*_served_rows(market, wants_of(listings), ""), *rows]
    market.pair_seconds = market.derived_seconds = market.clocked.seconds = 0.0
    for data in listings[:REVISED]:
        market.hear(revision_of(data))
    return [*rows, *_cost_rows(market)]


def paired_now(market: JointMarket, wants: set[UUID]) -> set[UUID]:
    """The wants that a pair serves, asked of the index itself."""
    found: set[UUID] = set()
    for family in market.matcher.indexes.families():
        index = market.matcher.indexes.of(family)
        entries = [entry for key in wants if (entry := index.entry(key)) is not None]
        found |= {entry.key for entry in entries if index.fits_of(entry)}  # type: ignore[arg-type]
    return found


def _served_rows(market: JointMarket, wants: set[UUID], which: str) -> list[dict[str, Any]]:
    paired = paired_now(market, wants)
    pooled = served(market, JointKind.POOLED) - paired
    chained = served(market, JointKind.CHAINED) - paired - pooled
    bridged = served(market, JointKind.BRIDGED) - paired - pooled - chained
    return [
        _row(f"wants of 1,500 built from 2,690 real stream names{which}", len(wants), "wants"),
        _row(f"wants served by pairs alone{which}", len(paired), "wants"),
        _row(f"wants that pools serve and pairs do not{which}", len(pooled), "wants"),
        _row(
            f"wants that chains serve and neither pairs nor pools do (120 made capabilities){which}",
            len(chained),
            "wants",
        ),
        _row(f"wants that bridges serve and nothing else does (30 made depots){which}", len(bridged), "wants"),
        _row(f"joint trades that stand{which}", len(market.joint_standing), "joint trades"),
    ]


def _cost_rows(market: JointMarket) -> list[dict[str, Any]]:
    pairs = market.pair_seconds * 1000 / REVISED
    joint = (market.clocked.seconds + market.derived_seconds) * 1000 / REVISED
    cost = _row("pools, chains, bridges and near-misses per changed listing", round(joint, 3), "ms of processor time")
    cost |= {"peer": "pairs per changed listing, same matcher", "peer_value": round(pairs, 3)}
    cost |= {"ratio": round(joint / pairs, 3), "goal": GOAL, "met": joint / pairs <= GOAL}
    return [cost]


def _row(name: str, value: float, unit: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"peer": None, "peer_value": None, "ratio": None, "goal": None, "met": None}
    return {"name": name, "value": value, "unit": unit, **empty}


def main() -> int:
    """Measure, print and write the rows."""
    rows = run()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    return 0 if all(row["met"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
