"""The check on pairs: undetermined where no rule answers, and never better than what is proven."""

from datetime import timedelta
from decimal import Decimal

import pytest

from contracts.events.listings import PropertyState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Grade, IntendedUse, LegalStatus
from matching.end_of_waste.receipt import reproduce
from matching.legal import USES, undetermined_check
from matching.model import OfferEntry
from tests.unit.matching.makers import TODAY, offer, stated, want
from tests.unit.matching.pairs import (
    NOT_WASTE,
    RULEBOOK,
    judged,
    laptops,
    papers,
    raw_material,
    reuse,
    sawdust,
)


def test_without_a_use_the_seeker_is_asked_to_state_it() -> None:
    verdict = undetermined_check(offer(), want(), TODAY)
    assert verdict.status is LegalStatus.UNDETERMINED
    assert verdict.blockers == ("missing:use_plan",)
    assert "onbekend" in verdict.reason_nl
    assert "must state" in verdict.reason_en


@pytest.mark.parametrize("use", IntendedUse)
def test_material_and_use_are_named(use: IntendedUse) -> None:
    verdict = undetermined_check(offer(concept="wood_mdf"), want(intended_use=use), TODAY)
    material = offer(concept="wood_mdf").concept
    nl, en = USES[use]
    assert verdict.reason_nl.startswith("Er is nog geen regel")
    assert nl in verdict.reason_nl
    assert material.label_nl in verdict.reason_nl
    assert en in verdict.reason_en
    assert material.label_en in verdict.reason_en
    assert verdict.blockers == ()
    assert verdict.on == TODAY


@pytest.mark.parametrize("offered", [offer(), offer(concept="wood_grade_c"), offer(concept="oil_engine")])
def test_where_no_rule_answers_the_plain_reason_stays(offered: OfferEntry) -> None:
    wanted = want(intended_use=IntendedUse.MATERIAL_RECYCLING)
    assert judged(offered, wanted) == undetermined_check(offered, wanted, TODAY)


def test_copper_for_the_furnace_is_waste_until_its_papers_are_there() -> None:
    verdict = judged(offer(concept="nf_copper_granulate"), want(intended_use=IntendedUse.FURNACE_MELTING))
    assert verdict.status is LegalStatus.WASTE
    assert {"statement_of_conformity", "qms_certificate"} <= set(verdict.missing)
    assert reproduce(verdict.receipt, [RULEBOOK]) == verdict


def test_without_a_use_the_seeker_is_asked_whatever_the_material_is() -> None:
    offered = offer(concept="nf_copper_granulate")
    assert judged(offered, want()) == undetermined_check(offered, want(), TODAY)
    assert judged(laptops(), want()).blockers == ("missing:use_plan",)


def test_a_hazardous_code_tells_also_without_a_use_or_a_stream() -> None:
    assert judged(offer(concept="wood_grade_c", eural_code="170204"), want()).status is LegalStatus.HAZARDOUS_WASTE


def test_with_all_papers_a_by_product_and_a_product_are_proposed() -> None:
    for verdict, status in (
        (judged(sawdust(), raw_material()), LegalStatus.BY_PRODUCT),
        (judged(laptops(), reuse()), LegalStatus.PRODUCT),
    ):
        assert (verdict.status, verdict.blockers) == (status, ())
        assert reproduce(verdict.receipt, [RULEBOOK]) == verdict


@pytest.mark.parametrize("claimed", [LegalStatus.WASTE, LegalStatus.HAZARDOUS_WASTE, LegalStatus.POP_WASTE])
def test_a_verdict_is_never_milder_than_what_the_holder_says(claimed: LegalStatus) -> None:
    for offered in (offer(claimed_status=claimed), sawdust(claimed_status=claimed), laptops(claimed_status=claimed)):
        assert judged(offered, reuse()).status is claimed


@pytest.mark.parametrize("use", [IntendedUse.OTHER_PURPOSE, IntendedUse.PARTS, IntendedUse.REPAIR_OR_REFURBISH])
def test_a_use_that_leaves_open_what_becomes_of_it_is_asked_again(use: IntendedUse) -> None:
    for offered in (laptops(), sawdust()):
        verdict = judged(offered, reuse(intended_use=use))
        assert verdict.status not in NOT_WASTE
    assert judged(sawdust(), reuse(intended_use=use)).blockers == ("missing:use_plan",)


def test_a_material_without_a_stream_is_never_called_a_product() -> None:
    for concept in ("asbestos_cement", "weee_cooling", "mattresses", "weee_crt", "packaging_contaminated"):
        verdict = judged(laptops(concept=concept), reuse())
        assert verdict.status not in NOT_WASTE, concept


def test_the_code_of_hazardous_waste_holds_a_product_back_until_proof_is_there() -> None:
    held = judged(laptops(eural_code="160213"), reuse())
    assert (held.status, held.receipt) == (LegalStatus.UNDETERMINED, {})
    assert held.blockers == ("missing:proof_hazardous_properties_removed",)


@pytest.mark.parametrize(
    "measured",
    [
        (stated("lead", Decimal(1), "mg/kg ds"), stated("lead", Decimal(900), "mg/kg ds")),
        (stated("asbestos_serpentine", Decimal(900), "mg/kg"),),
    ],
)
def test_a_value_that_may_hide_a_bad_one_holds_a_by_product_back(measured: tuple[PropertyState, ...]) -> None:
    held = judged(sawdust(properties=measured), raw_material())
    assert (held.status, held.blockers) == (LegalStatus.UNDETERMINED, ("missing:composition_report",))


def test_a_favourable_status_does_not_rest_on_a_value_without_proof_but_a_bad_value_counts_at_once() -> None:
    lawful, unlawful = (stated("use_is_lawful", value, "bool") for value in (True, False))
    unchecked = papers(EvidenceKind.CONTRACT_WITH_USER, EvidenceKind.FUNCTION_TEST, EvidenceKind.COMPOSITION_REPORT)
    for grade, status in (
        (Grade.DECLARED, LegalStatus.WASTE),
        (Grade.DOCUMENTED, LegalStatus.WASTE),
        (Grade.VERIFIED, LegalStatus.PRODUCT),
    ):
        graded = lawful.model_copy(update={"grade": grade})
        assert judged(laptops(evidence=unchecked, properties=(graded,)), reuse()).status is status
    bad = judged(sawdust(properties=(unlawful,)), raw_material())
    assert (bad.status, bad.blockers) == (LegalStatus.WASTE, ("criterion:lawful_use",))


def test_the_second_pair_that_says_the_same_gets_the_same_verdict() -> None:
    assert judged(sawdust(), raw_material()) is judged(sawdust(name="other"), raw_material(name="another"))
    assert judged(sawdust(), raw_material()) is not judged(sawdust(), raw_material(), TODAY + timedelta(days=1))
