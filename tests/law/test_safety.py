"""The worst defect: calling something no waste while a needed rule is not met, unknown or not read."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence, Outcome, Verdict
from matching.end_of_waste.casefiles import LawCase, law_cases
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.loader import packaged_rulebook, rulebook_folder
from matching.end_of_waste.rules import Rulebook

RULEBOOK = packaged_rulebook()
CASES = tuple(law_cases(rulebook_folder(), RULEBOOK))
NOT_WASTE = {LegalStatus.END_OF_WASTE, LegalStatus.BY_PRODUCT, LegalStatus.PRODUCT}
QUESTION_OF = {rule.id: rule.law.questions for rule in RULEBOOK.rules}
LEADS_TO = {question.id: question.leads_to for question in RULEBOOK.questions}
MEASURED_BY = {name: {one for rule in versions for one in rule.measures} for name, versions in RULEBOOK.by_id.items()}


def test_no_positive_verdict_has_a_rule_of_its_question_failed_or_unknown(rulebook: Rulebook) -> None:
    positive = 0
    for case in CASES:
        verdict = evaluate(case.facts, rulebook, case.on)
        if verdict.status not in NOT_WASTE:
            continue
        positive += 1
        met_questions = [
            question
            for question in LEADS_TO
            if LEADS_TO[question] is verdict.status
            and any(question in QUESTION_OF[found.rule_id] for found in verdict.criteria)
            and all(
                found.outcome is Outcome.MET for found in verdict.criteria if question in QUESTION_OF[found.rule_id]
            )
        ]
        assert met_questions, (case.where, case.name, verdict.status)
        assert verdict.confidence is not Confidence.MEMORY, (case.where, case.name)
    assert positive > 100


def test_a_rule_from_memory_never_carries_a_positive_verdict(rulebook: Rulebook) -> None:
    old = next(case for case in CASES if case.rule == "TRACE-PBDE" and case.on.isoformat() == "2025-12-29")
    verdict = evaluate(old.facts, rulebook, old.on)
    assert verdict.status is LegalStatus.UNDETERMINED
    assert "missing:competent_authority_view_or_rechtsoordeel" in verdict.blockers


@settings(max_examples=300, deadline=None)
@given(case=st.sampled_from(CASES), data=st.data())
def test_leaving_out_any_fact_never_makes_waste_a_product(case: LawCase, data: st.DataObject) -> None:
    """Facts that were not given are unknown; less knowledge may not give a better status than before."""
    before = evaluate(case.facts, RULEBOOK, case.on)
    names = sorted(case.facts.properties)
    dropped = data.draw(st.sets(st.sampled_from(names))) if names else set()
    hidden = _only_met(dropped, before)
    kept = {name: value for name, value in case.facts.properties.items() if name not in hidden}
    evidence = data.draw(st.sets(st.sampled_from(sorted(case.facts.evidence)))) if case.facts.evidence else set()
    after = evaluate(replace(case.facts, properties=kept, evidence=frozenset(evidence)), RULEBOOK, case.on)
    if after.status in NOT_WASTE:
        assert before.status in NOT_WASTE


def _only_met(dropped: set[str], before: Verdict) -> set[str]:
    """Properties whose every rule with a word on it was met; a failed one may not be hidden by leaving it out."""
    outcomes: dict[str, set[Outcome]] = {name: set() for name in dropped}
    for found in before.criteria:
        for name in dropped & MEASURED_BY[found.rule_id]:
            outcomes[name].add(found.outcome)
    return {name for name in dropped if outcomes[name] == {Outcome.MET}}
