"""Verdicts per second on one core, warm, on the shared cases; beside it a hand-written function for copper alone.

Run with `python -m tests.bench.bench_end_of_waste`; writes tests/bench/results/end_of_waste.json.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from contracts.vocabulary.evidence import EvidenceKind
from matching.end_of_waste.casefiles import law_cases
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.loader import packaged_rulebook, rulebook_folder
from matching.end_of_waste.words import Origin, Truth, Use
from tests.law.case_adapter import day_of_case, facts_of_case
from tests.law.test_shared_cases import read_cases

GOAL = 5000
ROUNDS = 7
SECONDS = 0.6
RESULTS = Path(__file__).parent / "results" / "end_of_waste.json"
PAPERS = frozenset(
    {
        EvidenceKind.ACCEPTANCE_CONTROL_RECORD,
        EvidenceKind.GRADING_SPECIFICATION,
        EvidenceKind.QMS_CERTIFICATE,
        EvidenceKind.RADIOACTIVITY_CERTIFICATE,
        EvidenceKind.SAMPLING_ANALYSIS_REPORT,
        EvidenceKind.STATEMENT_OF_CONFORMITY,
        EvidenceKind.VISUAL_INSPECTION_RECORD,
    }
)


def copper_by_hand(facts: Facts, on: date) -> tuple[str, list[str]]:
    """The copper criteria of Reg. (EU) 715/2013 as a programmer would write them, without receipt or reasons."""
    if on < date(2014, 1, 1):
        return "waste", []
    blockers = [f"missing:{paper}" for paper in PAPERS - facts.evidence]
    foreign = facts.properties.get("foreign_materials")
    if not isinstance(foreign, Measurement) or foreign.value >= Decimal(2):
        blockers.append("criterion:foreign_materials")
    for name, blocker in (
        ("visible_oil", "oil_free"),
        ("closed_containers", "no_closed_containers"),
        ("pvc_present", "pvc_free"),
    ):
        if facts.properties.get(name) is True:
            blockers.append(f"criterion:{blocker}")
    if facts.origin and Origin.FILINGS_OR_TURNINGS_WITH_FLUIDS in facts.origin:
        blockers.append("input:filings_or_turnings_with_fluids")
    if facts.treatment_completed is not Truth.YES:
        blockers.append("criterion:treatment_not_completed")
    if facts.trade.transfer_to_other_holder is not Truth.YES:
        blockers.append("criterion:transfer_to_another_holder")
    if not facts.intended_use or Use.FURNACE_MELTING not in facts.intended_use:
        blockers.append("use:not_a_specific_useful_purpose")
    return ("waste" if blockers else "end_of_waste"), blockers


def per_second(work: Callable[[], int]) -> float:
    """The median rate per second of processor time over rounds, after a warm round that is not counted.

    Processor time, because the rate is per core and other work on the machine is no part of it.
    """
    rates = []
    for _round in range(ROUNDS + 1):
        done, start = 0, process_time()
        while process_time() - start < SECONDS:
            done += work()
        rates.append(done / (process_time() - start))
    return median(rates[1:])


def cases() -> tuple[str, list[tuple[Facts, date]]]:
    """The shared cases; without them the cases of the law folder, and the name says so."""
    rulebook = packaged_rulebook()
    shared = [(facts_of_case(case, rulebook), day_of_case(case)) for case in read_cases()]
    if shared:
        return "shared cases", shared
    own = [(case.facts, case.on) for case in law_cases(rulebook_folder(), rulebook)]
    return "cases of the law folder", own


def run() -> list[dict[str, Any]]:
    """All rows of the result."""
    rulebook = packaged_rulebook()
    name, work = cases()
    copper = next(
        (case.facts, case.on)
        for case in law_cases(rulebook_folder(), rulebook)
        if case.file.startswith("eu/715-2013/copper/quality") and case.name == "everything in order"
    )

    def all_cases() -> int:
        for facts, on in work:
            evaluate(facts, rulebook, on)
        return len(work)

    def engine_on_copper() -> int:
        evaluate(copper[0], rulebook, copper[1])
        return 1

    def hand_on_copper() -> int:
        copper_by_hand(*copper)
        return 1

    by_hand = per_second(hand_on_copper)
    rows = [
        (f"verdicts per second per core, {name}", per_second(all_cases), GOAL),
        ("verdicts per second per core, copper in order", per_second(engine_on_copper), None),
    ]
    return [_row(label, value, by_hand, goal) for label, value, goal in rows]


def _row(name: str, value: float, by_hand: float, goal: int | None) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value),
        "unit": "verdicts/s",
        "peer": "hand-written copper function (no reasons, no receipt, one act)",
        "peer_value": round(by_hand),
        "ratio": round(value / by_hand, 4),
        "goal": goal,
        "met": None if goal is None else value >= goal,
    }


def main() -> int:
    """Measure, print and write the rows."""
    rows = run()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    return 0 if all(row["met"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
