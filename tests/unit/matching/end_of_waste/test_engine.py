"""What a verdict holds, and the order in which the law is asked."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence, Outcome
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.fields import FactError
from matching.end_of_waste.parsing import facts_from_mapping
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.words import Truth
from tests.unit.matching.end_of_waste.conftest import COPPER

TODAY = date(2026, 11, 21)


def test_copper_in_order_has_ceased_to_be_waste(copper: Facts, rulebook: Rulebook) -> None:
    verdict = evaluate(copper, rulebook, TODAY)
    assert verdict.status is LegalStatus.END_OF_WASTE
    assert verdict.blockers == ()
    assert verdict.confidence is Confidence.READ
    assert "keep_statement_of_conformity_one_year" in verdict.duties


def test_a_criterion_shows_value_operator_limit_and_article(copper: Facts, rulebook: Rulebook) -> None:
    found = next(one for one in evaluate(copper, rulebook, TODAY).criteria if one.rule_id == "CU-1")
    assert (found.value, found.operator, found.limit, found.unit) == ("1.9 % w/w", "<", "2", "% w/w")
    assert found.article == "Reg. (EU) 715/2013, Annex I 1.2"
    assert found.outcome is Outcome.MET


def test_the_same_scrap_was_waste_before_the_regulation_applied(copper: Facts, rulebook: Rulebook) -> None:
    assert evaluate(copper, rulebook, date(2013, 12, 31)).status is not LegalStatus.END_OF_WASTE
    assert evaluate(copper, rulebook, date(2014, 1, 1)).status is LegalStatus.END_OF_WASTE


def test_a_missing_paper_is_named_as_missing(copper: Facts, rulebook: Rulebook) -> None:
    without = replace(copper, evidence=copper.evidence - {EvidenceKind.QMS_CERTIFICATE})
    verdict = evaluate(without, rulebook, TODAY)
    assert verdict.status is LegalStatus.WASTE
    assert verdict.blockers == ("missing:qms_certificate",)
    assert "qms_certificate" in verdict.missing


def test_an_unknown_measurement_is_named_as_missing(copper: Facts, rulebook: Rulebook) -> None:
    verdict = evaluate(replace(copper, properties={}), rulebook, TODAY)
    assert verdict.status is LegalStatus.WASTE
    assert "property:foreign_materials" in verdict.missing


def test_nothing_known_is_never_a_product(rulebook: Rulebook) -> None:
    for claim in (None, *LegalStatus):
        verdict = evaluate(Facts(claimed_status=claim), rulebook, TODAY)
        assert verdict.status not in {LegalStatus.END_OF_WASTE, LegalStatus.BY_PRODUCT, LegalStatus.PRODUCT}


@pytest.mark.parametrize("unit", ["% w/w", "ppm", "g/kg", "mg/kg"])
def test_the_unit_of_a_measurement_does_not_matter(unit: str, rulebook: Rulebook) -> None:
    same = {"% w/w": "1.9", "ppm": "19000", "g/kg": "19", "mg/kg": "19000"}[unit]
    raw = COPPER | {"properties": {"foreign_materials": {"value": same, "unit": unit}}}
    facts = facts_from_mapping(raw, rulebook.properties)
    assert evaluate(facts, rulebook, TODAY).status is LegalStatus.END_OF_WASTE


def test_pop_waste_is_stronger_than_any_claim(copper: Facts, rulebook: Rulebook) -> None:
    polluted = replace(copper, properties={**copper.properties, "pbde_sum": Measurement(Decimal(350), "mg/kg")})
    verdict = evaluate(polluted, rulebook, TODAY)
    assert verdict.status is LegalStatus.POP_WASTE
    assert "prohibited:recovery_of_pop_waste" in verdict.blockers


def test_without_a_claim_the_best_proved_status_is_proposed(copper: Facts, rulebook: Rulebook) -> None:
    assert evaluate(replace(copper, claimed_status=None), rulebook, TODAY).status is LegalStatus.END_OF_WASTE
    nothing = replace(copper, claimed_status=None, evidence=frozenset())
    assert evaluate(nothing, rulebook, TODAY).status is LegalStatus.WASTE


def test_no_transfer_no_change_of_status(copper: Facts, rulebook: Rulebook) -> None:
    stays = replace(copper, trade=replace(copper.trade, transfer_to_other_holder=Truth.NO))
    assert evaluate(stays, rulebook, TODAY).blockers == ("criterion:transfer_to_another_holder",)


def test_a_property_of_the_wrong_kind_is_an_error(copper: Facts, rulebook: Rulebook) -> None:
    with pytest.raises(FactError, match="foreign_materials"):
        evaluate(replace(copper, properties={"foreign_materials": True}), rulebook, TODAY)
