"""One document away: the smallest sets that help, and what a document does for an offer with many trades."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.unlocks import ProposedTrade, unlock_totals, unlocks

TODAY = date(2026, 11, 21)


def test_one_missing_paper_is_the_whole_answer(copper: Facts, rulebook: Rulebook) -> None:
    without = replace(copper, evidence=copper.evidence - {EvidenceKind.QMS_CERTIFICATE})
    best = unlocks(without, rulebook, TODAY)[0]
    assert best.documents == (EvidenceKind.QMS_CERTIFICATE,)
    assert best.measurements == ()
    assert best.status is LegalStatus.END_OF_WASTE


def test_a_paper_and_a_measurement_are_needed_together(copper: Facts, rulebook: Rulebook) -> None:
    without = replace(copper, properties={}, evidence=copper.evidence - {EvidenceKind.QMS_CERTIFICATE})
    best = unlocks(without, rulebook, TODAY)[0]
    assert EvidenceKind.QMS_CERTIFICATE in best.documents
    assert best.measurements == ("foreign_materials",)
    assert best.status is LegalStatus.END_OF_WASTE


def test_nothing_helps_against_a_value_that_is_too_high(copper: Facts, rulebook: Rulebook) -> None:
    dirty = replace(copper, properties={"foreign_materials": Measurement(Decimal(9), "% w/w")})
    assert unlocks(dirty, rulebook, TODAY) == ()


def test_a_verdict_in_order_needs_nothing(copper: Facts, rulebook: Rulebook) -> None:
    assert unlocks(copper, rulebook, TODAY) == ()


def test_totals_count_trades_and_tonnes_per_document(copper: Facts, rulebook: Rulebook) -> None:
    no_qms = replace(copper, evidence=copper.evidence - {EvidenceKind.QMS_CERTIFICATE})
    no_radiation = replace(copper, evidence=copper.evidence - {EvidenceKind.RADIOACTIVITY_CERTIFICATE})
    trades = [
        ProposedTrade("a", no_qms, Decimal(10)),
        ProposedTrade("b", no_qms, Decimal(5)),
        ProposedTrade("c", no_radiation, Decimal(7)),
        ProposedTrade("d", copper, Decimal(99)),
    ]
    totals = unlock_totals(trades, rulebook, TODAY)
    assert [(total.what, total.trades, total.tonnes) for total in totals] == [
        ("qms_certificate", ("a", "b"), Decimal(15)),
        ("radioactivity_certificate", ("c",), Decimal(7)),
    ]
