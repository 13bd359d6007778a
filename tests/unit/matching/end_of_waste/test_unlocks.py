"""One document away: the smallest sets that help, and what a document does for an offer with many trades."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.casefiles import law_cases
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.loader import rulebook_folder
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.unlocks import ProposedTrade, Search, unlock_totals, unlocks

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
    assert [(total.documents, total.trades, total.tonnes) for total in totals] == [
        ((EvidenceKind.QMS_CERTIFICATE,), ("a", "b"), Decimal(15)),
        ((EvidenceKind.RADIOACTIVITY_CERTIFICATE,), ("c",), Decimal(7)),
    ]
    assert all(total.statuses == (LegalStatus.END_OF_WASTE,) for total in totals)


def test_a_trade_of_unknown_weight_counts_as_a_trade(copper: Facts, rulebook: Rulebook) -> None:
    no_qms = replace(copper, evidence=copper.evidence - {EvidenceKind.QMS_CERTIFICATE})
    (total,) = unlock_totals([ProposedTrade("a", no_qms, None)], rulebook, TODAY)
    assert (total.trades, total.tonnes) == (("a",), Decimal(0))


@pytest.mark.parametrize("count", [2, 4, 7])
def test_the_smallest_sets_are_those_of_trying_every_set(copper: Facts, rulebook: Rulebook, count: int) -> None:
    """The search against every combination, where that is still possible."""
    lost = sorted(copper.evidence)[:count]
    poor = replace(copper, evidence=copper.evidence - set(lost))
    now = evaluate(poor, rulebook, TODAY)
    order = rulebook.settings.better.index
    better: list[set[EvidenceKind]] = []
    for size in range(1, count + 1):
        for chosen in combinations(lost, size):
            then = evaluate(replace(poor, evidence=poor.evidence.union(chosen)), rulebook, TODAY)
            if order(then.status) < order(now.status) and not any(small <= set(chosen) for small in better):
                better.append(set(chosen))
    found = [set(one.documents) for one in unlocks(poor, rulebook, TODAY) if order(one.status) < order(now.status)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, better))


def test_every_smallest_set_is_enough_and_nothing_in_it_can_be_left_out(rulebook: Rulebook) -> None:
    order = rulebook.settings.better.index
    for case in list(law_cases(rulebook_folder(), rulebook))[::97]:
        bare = replace(case.facts, evidence=frozenset())
        search = Search(bare, rulebook, case.on)
        now = search.verdict(frozenset())
        for unlock in search.best():
            things = frozenset([*unlock.documents, *(f"property:{name}" for name in unlock.measurements)])
            if order(unlock.status) >= order(now.status):
                continue
            assert search.verdict(things).status is unlock.status
            assert all(order(search.verdict(things - {one}).status) > order(unlock.status) for one in things)


def test_a_search_ends_however_much_is_missing(rulebook: Rulebook) -> None:
    search = Search(Facts(claimed_status=LegalStatus.END_OF_WASTE), rulebook, TODAY)
    assert search.best()
    assert search.tries < 2 * rulebook.settings.most_tries
