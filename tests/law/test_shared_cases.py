"""All shared cases give the expected status and blockers; a case we dispute is named with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.receipt import reproduce
from matching.end_of_waste.rules import Rulebook
from tests.law.case_adapter import day_of_case, facts_of_case
from tests.support.shared_data import SHARED_DATA, shared_data

CASES = "eow-cases/cases.jsonl"
DISPUTED: dict[str, str] = yaml.safe_load((Path(__file__).parent / "disputed.yaml").read_text(encoding="utf-8"))


def read_cases() -> list[dict[str, Any]]:
    """The shared cases; none when the shared data is not on this machine (the first test then tells)."""
    path = SHARED_DATA / CASES
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


SHARED = read_cases()


def test_the_shared_cases_are_there() -> None:
    assert len(shared_data(CASES).read_text(encoding="utf-8").splitlines()) >= 74


@pytest.mark.parametrize("case", SHARED, ids=[case["id"] for case in SHARED])
def test_a_shared_case_gives_the_expected_status_and_blockers(case: dict[str, Any], rulebook: Rulebook) -> None:
    verdict = evaluate(facts_of_case(case, rulebook), rulebook, day_of_case(case))
    agrees = (verdict.status, set(verdict.blockers)) == (case["expected_status"], set(case["expected_blockers"]))
    if case["id"] in DISPUTED:
        assert not agrees, f"{case['id']} is disputed but agrees: take it out of disputed.yaml"
        return
    assert (verdict.status.value, sorted(verdict.blockers)) == (
        case["expected_status"],
        sorted(case["expected_blockers"]),
    )


@pytest.mark.parametrize("case", SHARED, ids=[case["id"] for case in SHARED])
def test_the_receipt_of_a_shared_case_reproduces_its_verdict(case: dict[str, Any], rulebook: Rulebook) -> None:
    verdict = evaluate(facts_of_case(case, rulebook), rulebook, day_of_case(case))
    assert reproduce(verdict.receipt, [rulebook]) == verdict


def test_a_dispute_names_an_existing_case_and_gives_a_reason() -> None:
    known = {case["id"] for case in SHARED}
    assert all(name in known and len(reason) > 20 for name, reason in DISPUTED.items())
