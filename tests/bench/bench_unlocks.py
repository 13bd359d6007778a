"""How long "one document away" takes when everything is missing, beside trying every combination.

Run with `python -m tests.bench.bench_unlocks`; writes tests/bench/results/unlocks.json. Trying every combination is
timed on few missing papers and told for all of them by the number of combinations: nobody would wait for it.
"""

import json
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.loader import packaged_rulebook
from matching.end_of_waste.parsing import facts_from_mapping
from matching.end_of_waste.unlocks import Search

ON = date(2026, 11, 24)
ROUNDS = 5
GOAL_MS = 500
RESULTS = Path(__file__).parent / "results" / "unlocks.json"
READY: dict[str, Any] = {
    "treatment_completed": True,
    "claimed_status": "end_of_waste",
    "destination_country": "NL",
    "supplier_country": "NL",
    "trade": {"transfer_to_other_holder": True},
}
BARE: dict[str, dict[str, Any]] = {
    "copper scrap, no paper": {
        **READY,
        "stream": "copper_scrap",
        "eural_code": "191203",
        "origin": ["separately_collected"],
        "processing": ["sorted", "sheared"],
        "intended_use": ["furnace_melting"],
    },
    "recycled aggregate on soil, no paper": {
        **READY,
        "stream": "recycled_aggregate",
        "eural_code": "191209",
        "origin": ["stony_waste"],
        "processing": ["crushed"],
        "intended_use": ["unbound_on_soil"],
    },
    "digestate, no paper": {
        **READY,
        "stream": "digestate",
        "eural_code": "190606",
        "origin": ["bio_waste", "separately_collected"],
        "processing": ["digested"],
        "intended_use": ["organic_soil_improver"],
    },
    "a claim of end of waste and nothing else": {"claimed_status": "end_of_waste"},
}


def facts_of(raw: dict[str, Any]) -> Facts:
    """The facts of one bench."""
    return facts_from_mapping(raw, packaged_rulebook().properties)


def seconds_of(facts: Facts) -> tuple[float, Search]:
    """Processor seconds of one search, the median of the rounds, and the last search."""
    taken = []
    for _round in range(ROUNDS):
        search = Search(facts, packaged_rulebook(), ON)
        begun = process_time()
        search.best()
        taken.append(process_time() - begun)
    return median(taken), search


def seconds_of_one_verdict(facts: Facts) -> float:
    """Processor seconds of one verdict."""
    begun = process_time()
    for _time in range(200):
        evaluate(facts, packaged_rulebook(), ON)
    return (process_time() - begun) / 200


def row(name: str, raw: dict[str, Any]) -> dict[str, Any]:
    """The result of one bench."""
    facts = facts_of(raw)
    seconds, search = seconds_of(facts)
    things = len(search.everything())
    every = 2.0**things * seconds_of_one_verdict(facts)
    return {
        "name": f"unlocks, {name}",
        "value": round(seconds * 1000, 1),
        "unit": "ms",
        "tries": search.tries,
        "missing": things,
        "peer": "every combination of what is missing (calculated)",
        "peer_value": float(f"{every * 1000:.3g}"),
        "ratio": float(f"{every / seconds:.3g}"),
        "goal": GOAL_MS,
        "met": seconds * 1000 <= GOAL_MS,
    }


def main() -> int:
    """Measure, print and write the rows."""
    rows = [row(name, raw) for name, raw in BARE.items()]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    return 0 if all(one["met"] for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
