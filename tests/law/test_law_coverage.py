"""Every numbered or tabled rule of the fact base is carried by a rule of the law files, and every rule has a ground."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.casefiles import LawCase
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.rules import Part, Rulebook

HERE = Path(__file__).parent
TABLE: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "law_coverage.yaml").read_text(encoding="utf-8"))
NOT_WASTE = {LegalStatus.END_OF_WASTE, LegalStatus.BY_PRODUCT, LegalStatus.PRODUCT}

# Rules that stand beside the fact base: limits and duties read in the same acts, and the regime before 2026-05-21.
BESIDE = (
    "AL-OXIDE",
    "BBK-slag-measured",
    "C3/C5-LINES",
    "PFC1(C)-*",
    "WM-HAZ-UNDETERMINED",
)


def named(pattern: str, known: set[str]) -> set[str]:
    """The rules that a name of the table stands for."""
    if pattern.endswith("*"):
        return {name for name in known if name.startswith(pattern[:-1])}
    return {pattern} & known


@pytest.mark.parametrize("row", TABLE)
def test_a_rule_of_the_fact_base_is_carried(row: str, rulebook: Rulebook) -> None:
    entry, known = TABLE[row], set(rulebook.by_id)
    if "rules" not in entry:
        assert len(str(entry.get("engine") or entry["not_a_rule"])) > 20
        return
    missing = [pattern for pattern in entry["rules"] if not named(pattern, known)]
    assert missing == []


def test_no_rule_of_a_law_file_stands_there_without_a_ground(rulebook: Rulebook) -> None:
    known = set(rulebook.by_id)
    patterns = [*BESIDE, *(pattern for entry in TABLE.values() for pattern in entry.get("rules", ()))]
    grounded = set().union(*(named(pattern, known) for pattern in patterns))
    assert sorted(known - grounded) == []


def test_no_question_is_answered_yes_on_a_day_before_its_act(
    law_folder_cases: tuple[LawCase, ...], rulebook: Rulebook
) -> None:
    """Each favourable case is asked again on the day before the rules its answer rests on were all in force."""
    first_day = {
        question.id: max(min(rule.law.valid_from for rule in rulebook.by_id[name]) for name in question.rests_on)
        for question in rulebook.questions
        if question.part is Part.STATUS and question.rests_on
    }
    tried = 0
    for case in law_folder_cases:
        verdict = evaluate(case.facts, rulebook, case.on)
        asked = {found.rule_id for found in verdict.criteria}
        days = [
            first_day[question.id]
            for question in rulebook.questions
            if question.rests_on and question.rests_on <= asked
        ]
        if verdict.status in NOT_WASTE and len(days) == 1:
            too_early = days[0] - timedelta(days=1)
            assert evaluate(case.facts, rulebook, too_early).status not in NOT_WASTE, (case.where, case.name)
            tried += 1
    assert tried > 300


def test_no_favourable_status_rests_on_a_rule_from_memory_whichever_rule_it_is(
    law_folder_cases: tuple[LawCase, ...], rulebook: Rulebook
) -> None:
    """Every rule that carries a favourable status is taken to be from memory, one at a time: the status goes."""
    tried: set[str] = set()
    for case in law_folder_cases:
        verdict = evaluate(case.facts, rulebook, case.on)
        if verdict.status not in NOT_WASTE:
            continue
        for name in {found.rule_id for found in verdict.criteria} - tried:
            weak = _from_memory(name, rulebook)
            after = evaluate(case.facts, weak, case.on)
            carries = any(rule.id == name and not rule.only_refutes for rule in _of_questions(rulebook, verdict.status))
            if carries and after.status in NOT_WASTE:
                assert after.confidence is not Confidence.MEMORY, (case.where, case.name, name)
            tried.add(name)
    assert len(tried) > 150


def _from_memory(name: str, rulebook: Rulebook) -> Rulebook:
    """The rulebook with one rule from memory."""
    rules = tuple(replace(rule, confidence=Confidence.MEMORY) if rule.id == name else rule for rule in rulebook.rules)
    return replace(rulebook, rules=rules, _editions={})


def _of_questions(rulebook: Rulebook, status: LegalStatus) -> list[Any]:
    leading = {question.id for question in rulebook.questions if question.leads_to is status}
    return [rule for rule in rulebook.rules if leading.intersection(rule.law.questions)]
