"""Cases: facts laid over a base, and what a rule or a verdict must be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.casefiles import SILENT, LawCase, law_cases, merge, outcome_of, read_cases, run_case
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.loader import load_rulebook
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.yaml_lines import LawFileError
from tests.unit.matching.end_of_waste.small_rulebook import CASE_FILE, CASES, small_folder

TODAY = date(2026, 11, 21)


@pytest.fixture
def small(tmp_path: Path) -> Rulebook:
    """The small rulebook."""
    return load_rulebook(small_folder(tmp_path))


def cases(text: str, rulebook: Rulebook) -> list[LawCase]:
    return list(read_cases(CASE_FILE, text, rulebook))


def test_a_case_is_the_base_with_its_own_facts_laid_over_it(small: Rulebook) -> None:
    base = "base: {claimed_status: waste, stream: wood, evidence: [composition_report, qms_certificate]}\n"
    changed = (
        "{name: a, on: 2026-11-21, facts: {stream: paper}, without: [qms_certificate, claimed_status], expect: {}}"
    )
    (case,) = cases(f"{base}cases:\n  - {changed}\n".replace("expect: {}", "expect: {status: waste}"), small)
    assert case.facts == Facts(stream=case.facts.stream, evidence=frozenset({EvidenceKind.COMPOSITION_REPORT}))
    assert (case.facts.stream, case.status, case.rule) == ("paper", LegalStatus.WASTE, None)


def test_properties_are_laid_over_one_by_one(small: Rulebook) -> None:
    at_limit = cases(CASES, small)[1]
    assert at_limit.facts.properties == {"foreign_materials": Measurement(Decimal(2), "% w/w")}
    assert at_limit.facts.claimed_status is LegalStatus.END_OF_WASTE


def test_a_case_knows_where_it_stands(small: Rulebook) -> None:
    assert [case.where for case in cases(CASES, small)][:2] == [f"{CASE_FILE}, line 3", f"{CASE_FILE}, line 4"]


@pytest.mark.parametrize(
    ("base", "change", "merged"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": [1]}, {"a": [2]}, {"a": [2]}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
    ],
)
def test_blocks_are_merged_and_all_else_is_replaced(
    base: dict[str, Any], change: dict[str, Any], merged: dict[str, Any]
) -> None:
    before = repr(base)
    assert merge(base, change) == merged
    assert repr(base) == before


def test_cases_that_hold_say_nothing(small: Rulebook, tmp_path: Path) -> None:
    found = list(law_cases(tmp_path, small))
    assert len(found) == 5
    assert [run_case(case, small) for case in found] == [()] * 5


def test_everything_that_differs_is_said(small: Rulebook) -> None:
    pure = cases(CASES, small)[0]
    wrong = replace(
        pure,
        outcome="failed",
        status=LegalStatus.WASTE,
        blockers=frozenset({"use:other"}),
        duties=frozenset({"keep_it"}),
    )
    assert run_case(wrong, small) == (
        "rule PURE-1 is 'met', expected 'failed'",
        "the status is 'end_of_waste', expected 'waste'",
        "the blockers are [], expected ['use:other']",
        "the duties ['keep_it'] are expected and not there",
    )


def test_a_duty_that_may_not_be_there_is_said(copper: Facts, rulebook: Rulebook) -> None:
    duty = "keep_statement_of_conformity_one_year"
    nothing: frozenset[str] = frozenset()
    case = LawCase("f", 1, "n", TODAY, copper, None, None, None, None, nothing, frozenset({duty}))
    assert run_case(case, rulebook) == (f"the duties ['{duty}'] are there and not expected",)


def test_a_rule_that_was_not_asked_is_silent(small: Rulebook) -> None:
    verdict = evaluate(cases(CASES, small)[0].facts, small, TODAY)
    assert outcome_of(verdict, "PURE-1") == "met"
    assert outcome_of(verdict, "ELSE-1") == SILENT


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("outcome: met", "outcome: good", "'good' is no outcome; accepted are met, failed, unknown, silent"),
        ("rule: PURE-1", "rule: PURE-9", "rule 'PURE-9' does not exist"),
        ("met, status: end_of_waste", "met, status: gold", "'gold' is no value of status; accepted are "),
        ("expect: {", "expects: {", "'expects' is not known here"),
        ("{rule: PURE-1, outcome: met, status: end_of_waste}", "met", "'expect' needs lines such as"),
        ("on: 2026-11-21", "on: today", "'on' must be a date like 2026-11-21"),
        ("value: '2'", "value: much", "foreign_materials"),
        ("base:", "bases:", "'bases' is not known here"),
    ],
)
def test_a_case_with_a_mistake_is_refused_with_its_line(small: Rulebook, old: str, new: str, says: str) -> None:
    assert old in CASES
    with pytest.raises(LawFileError, match=rf"^{CASE_FILE}, line \d+: ") as caught:
        cases(CASES.replace(old, new, 1), small)
    assert says in str(caught.value)


def test_cases_without_a_law_file_are_refused(small: Rulebook) -> None:
    with pytest.raises(LawFileError, match=r"there is no law file act/other\.yaml for these cases"):
        list(read_cases("act/other.cases.yaml", CASES, small))
