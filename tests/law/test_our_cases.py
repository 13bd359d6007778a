"""Cases of our own in the form of the shared ones: exact limits, days of change, missing papers, forbidden uses."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.receipt import reproduce
from matching.end_of_waste.rules import Rulebook
from tests.law.case_adapter import day_of_case, facts_of_case

ON = "2026-11-21"
PLAIN = ("date", "material", "origin", "processing", "intended_use", "eural_code", "claimed_status", "parties", "route")


def read_cases() -> list[dict[str, Any]]:
    """The cases with their base filled in, in the form of the shared ones."""
    table = yaml.safe_load((Path(__file__).parent / "our_cases.yaml").read_text(encoding="utf-8"))
    return [filled(case, table["bases"][case["base"]]) for case in table["cases"]]


def filled(case: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """One case in the form of the shared ones."""
    whole = {"date": ON, "parties": {}, "route": {}, "destination_country": "NL", **base}
    whole |= {key: case[key] for key in (*PLAIN, "destination_country", "evidence") if key in case}
    properties = base["properties"] | case.get("properties", {})
    whole["properties"] = {
        name: {"value": pair[0], "unit": pair[1]} for name, pair in properties.items() if pair is not None
    }
    whole["evidence"] = sorted(set(whole["evidence"]) | set(case.get("add", ())) - set(case.get("drop", ())))
    whole["evidence"] = [paper for paper in whole["evidence"] if paper not in case.get("drop", ())]
    return whole | {"id": case["id"], "expect": case["expect"]}


CASES = read_cases()


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["id"] for case in CASES]
    assert len(names) == len(set(names)) > 300


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_gives_the_status_and_blockers_of_the_law(case: dict[str, Any], rulebook: Rulebook) -> None:
    verdict = evaluate(facts_of_case(case, rulebook), rulebook, day_of_case(case))
    expected = case["expect"]
    assert (verdict.status.value, sorted(verdict.blockers)) == (expected["status"], sorted(expected["blockers"]))
    assert reproduce(verdict.receipt, [rulebook]) == verdict
