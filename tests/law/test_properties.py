"""Properties that hold for every set of facts, tried on the cases of the law folder and on changes of them."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.measures import MEASURE_UNITS, convert
from contracts.vocabulary.verdict import Outcome, Verdict
from matching.end_of_waste.casefiles import LawCase, law_cases
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.loader import packaged_rulebook, rulebook_folder
from matching.end_of_waste.parsing import facts_from_mapping, facts_to_mapping
from matching.end_of_waste.receipt import facts_of, reproduce
from matching.end_of_waste.rules import Part

RULEBOOK = packaged_rulebook()
CASES = tuple(law_cases(rulebook_folder(), RULEBOOK))
BETTER = RULEBOOK.settings.better
ONLY_OF_WASTE = {
    rule.id
    for rule in RULEBOOK.rules
    for question in RULEBOOK.questions
    if question.id in rule.law.questions and question.part in (Part.WASTE_CLASS, Part.TRADE)
}
"""Rules that are asked of waste only: they fall away, met or not, when a document ends the waste stage."""
any_case = st.sampled_from(CASES)


def met(verdict: Verdict) -> set[str]:
    return {found.rule_id for found in verdict.criteria if found.outcome is Outcome.MET}


@settings(max_examples=200, deadline=None)
@given(case=any_case, seed=st.integers(0, 9999))
def test_the_order_in_which_facts_are_given_is_irrelevant(case: LawCase, seed: int) -> None:
    raw = facts_to_mapping(case.facts)
    rng = random.Random(seed)
    keys = list(raw)
    rng.shuffle(keys)
    shuffled = {key: raw[key] for key in keys}
    names = list(raw.get("properties", {}))
    rng.shuffle(names)
    shuffled["properties"] = {name: raw["properties"][name] for name in names}
    shuffled["evidence"] = rng.sample(raw.get("evidence", []), len(raw.get("evidence", [])))
    again = facts_from_mapping(shuffled, RULEBOOK.properties)
    assert evaluate(again, RULEBOOK, case.on) == evaluate(case.facts, RULEBOOK, case.on)


@settings(max_examples=400, deadline=None)
@given(case=any_case, document=st.sampled_from(EvidenceKind))
def test_adding_a_document_never_removes_a_met_criterion(case: LawCase, document: EvidenceKind) -> None:
    before = evaluate(case.facts, RULEBOOK, case.on)
    richer = replace(case.facts, evidence=case.facts.evidence | {document})
    after = evaluate(richer, RULEBOOK, case.on)
    asked_of_all = met(before) if after.status is before.status else met(before) - ONLY_OF_WASTE
    assert asked_of_all <= met(after)


@settings(max_examples=400, deadline=None)
@given(case=any_case, document=st.sampled_from(EvidenceKind))
def test_adding_a_document_never_makes_the_status_worse(case: LawCase, document: EvidenceKind) -> None:
    before = evaluate(case.facts, RULEBOOK, case.on)
    after = evaluate(replace(case.facts, evidence=case.facts.evidence | {document}), RULEBOOK, case.on)
    assert BETTER.index(after.status) <= BETTER.index(before.status)


@settings(max_examples=400, deadline=None)
@given(case=any_case, data=st.data())
def test_turning_a_met_criterion_to_unknown_never_improves_the_status(case: LawCase, data: st.DataObject) -> None:
    before = evaluate(case.facts, RULEBOOK, case.on)
    by_id = {rule.id: rule for rule in RULEBOOK.rules if rule.law.holds_on(case.on)}
    failed = {
        name for found in before.criteria if found.outcome is Outcome.FAILED for name in by_id[found.rule_id].measures
    }
    names = {name for rule_id in met(before) for name in by_id[rule_id].measures} - failed
    known = sorted(names & case.facts.properties.keys())
    papers = sorted(case.facts.evidence)
    choices = [*known, *papers]
    if not choices:
        return
    gone = data.draw(st.sampled_from(choices))
    fewer = replace(
        case.facts,
        properties={name: value for name, value in case.facts.properties.items() if name != gone},
        evidence=frozenset(paper for paper in case.facts.evidence if paper != gone),
    )
    after = evaluate(fewer, RULEBOOK, case.on)
    assert BETTER.index(after.status) >= BETTER.index(before.status)


@settings(max_examples=200, deadline=None)
@given(case=any_case, days=st.integers(-400, 400))
def test_the_same_receipt_gives_the_same_verdict(case: LawCase, days: int) -> None:
    verdict = evaluate(case.facts, RULEBOOK, case.on + timedelta(days=days))
    assert facts_of(verdict.receipt, RULEBOOK) == case.facts
    assert reproduce(verdict.receipt, [RULEBOOK]) == verdict


@given(
    value=st.decimals("0.001", "99999", places=3),
    units=st.sampled_from(
        [
            (one, other)
            for one in MEASURE_UNITS.values()
            for other in MEASURE_UNITS.values()
            if one.dimension is other.dimension
        ]
    ),
)
def test_units_convert_there_and_back(value: Decimal, units: tuple[object, object]) -> None:
    one, other = (getattr(unit, "symbol") for unit in units)  # noqa: B009
    there = convert(value, one, other)
    assert abs(convert(there, other, one) - value) <= value * Decimal("1e-20")
