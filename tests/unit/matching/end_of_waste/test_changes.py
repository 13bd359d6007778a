"""What changed between two verdicts: status, blockers, rules with their limits, and law files."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.changes import compare
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.rules import Rulebook


def test_a_lower_limit_shows_as_the_change_and_why(copper: Facts, rulebook: Rulebook) -> None:
    plastic = Facts(
        eural_code="191204",
        claimed_status=LegalStatus.WASTE,
        destination_country="NL",
        properties={"pbde_sum": Measurement(Decimal(499), "mg/kg")},
    )
    before = evaluate(plastic, rulebook, date(2025, 12, 29))
    after = evaluate(plastic, rulebook, date(2025, 12, 30))
    change = compare(before, after)
    assert change.changed
    assert (change.before, change.after) == (LegalStatus.WASTE, LegalStatus.POP_WASTE)
    assert "criterion:pop_limit_annex_iv" in change.blockers_added
    rule = next(one for one in change.rules if one.rule_id == "POP-PBDE")
    assert (rule.limit_before, rule.limit_after) == ("< 500 mg/kg", "< 350 mg/kg")
    assert "eu/2019-1021/annex-iv-pbde.from-2025-12-30.yaml" in change.law_files


def test_the_same_verdict_has_no_change(copper: Facts, rulebook: Rulebook) -> None:
    verdict = evaluate(copper, rulebook, date(2026, 11, 21))
    assert not compare(verdict, verdict).changed
    assert compare(verdict, verdict).rules == ()


def test_a_document_that_arrives_removes_its_blocker(copper: Facts, rulebook: Rulebook) -> None:
    today = date(2026, 11, 21)
    before = evaluate(replace(copper, evidence=frozenset(list(copper.evidence)[1:])), rulebook, today)
    change = compare(before, evaluate(copper, rulebook, today))
    assert change.after is LegalStatus.END_OF_WASTE
    assert change.blockers_removed
    assert not change.blockers_added
