"""The proposal of a pair, as events carry it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import IntendedUse, LegalStatus, Weighting
from matching.errors import PairDoesNotFit
from matching.legal import undetermined_check
from matching.proposal import propose
from matching.proposing import fits, trade_id_of
from tests.unit.matching.makers import HOLDER, NOW, TODAY, offer, place, uid, want

DAY = timedelta(days=1)


def test_a_quantity_that_cannot_be_compared_is_unknown() -> None:
    proposal = propose(offer(unit=Unit.PIECE), want(), undetermined_check, TODAY)
    assert (proposal.quantity, proposal.unit) == (None, None)


def test_a_proposal_says_whose_it_is_how_well_it_fits_and_what_the_law_says() -> None:
    former = fits(offer(), want())
    proposal = propose(offer(place=place(52.37, 4.9), revision=2), want(), undetermined_check, TODAY, former)
    assert proposal.trade_id == trade_id_of(uid("offer"), 2, uid("want"), 1)
    assert (proposal.offer_organisation_id, proposal.want_organisation_id) == (uid("holder"), uid("seeker"))
    assert (proposal.family, proposal.concept) == ("wood", "wood")
    assert (proposal.quantity, proposal.unit) == (Decimal(100), Unit.TONNE)
    assert proposal.distance_km == pytest.approx(34.5, abs=1)
    assert proposal.landed.landed_eur_per_tonne == Decimal("16.99")
    assert proposal.verdict.status is LegalStatus.UNDETERMINED
    assert proposal.supersedes == trade_id_of(uid("offer"), 1, uid("want"), 1)
    assert (proposal.verdict_before, proposal.verdict_changes) == (LegalStatus.UNDETERMINED, ())


def test_a_pair_that_does_not_fit_is_not_proposed() -> None:
    with pytest.raises(PairDoesNotFit, match="hard constraint"):
        propose(offer(), want(organisation_id=HOLDER), undetermined_check, TODAY)


@pytest.mark.parametrize(
    ("offered", "wanted", "part", "value"),
    [
        ({"concept": "wood_mdf"}, {"concepts": ("wood", "wood_grade_b")}, "material", 0.8),
        ({"quantity": Decimal(25)}, {}, "quantity", 0.25),
        ({"available_until": TODAY + 2 * DAY}, {"available_from": TODAY}, "time", 0.1),
        ({"available_until": TODAY + 2 * DAY, "published_at": NOW}, {"available_from": TODAY - DAY}, "time", 0.1),
        ({"available_until": TODAY}, {}, "time", 1.0),
        ({}, {"r_step": 6}, "r_step", 0.75),
        ({}, {"intended_use": IntendedUse.PARTS}, "r_step", 0.75),
    ],
)
def test_parts_measure_the_pair(offered: dict[str, Any], wanted: dict[str, Any], part: str, value: float) -> None:
    proposal = propose(offer(**offered), want(**wanted), undetermined_check, TODAY)
    assert {one.name: one.value for one in proposal.parts}[part] == value


def test_the_want_chooses_the_order_and_both_scores_are_shown() -> None:
    far = place(53.22, 6.57)
    near_first = propose(offer(place=far), want(r_step=3), undetermined_check, TODAY)
    value_first = propose(offer(place=far), want(r_step=3, weighting=Weighting.CHAIN_FIRST), undetermined_check, TODAY)
    assert near_first.scores == value_first.scores
    assert near_first.scores is not None
    assert near_first.score == round(near_first.scores.area_first, 4)
    assert value_first.score == round(near_first.scores.chain_first, 4)
    assert value_first.score > near_first.score


def test_a_proposal_says_what_it_is_worth_what_it_avoids_and_where_it_stands_on_the_ladder() -> None:
    proposal = propose(
        offer(concept="pet", price_eur_per_tonne=Decimal(-30)),
        want(concepts=("plastics",), intended_use=IntendedUse.MATERIAL_RECYCLING),
        undetermined_check,
        TODAY,
    )
    assert (proposal.r_step, proposal.usual_r_step) == (8, 8)
    assert proposal.carbon is not None
    assert proposal.carbon.factor == "Plastics: PET (incl. forming)"
    assert proposal.landed.vehicle == "articulated"
    assert proposal.landed.landed_eur_per_tonne == Decimal("-27.50")


def test_what_is_unknown_of_the_use_stays_unknown() -> None:
    proposal = propose(offer(), want(), undetermined_check, TODAY)
    assert (proposal.r_step, proposal.carbon, proposal.landed.treatment_eur_per_tonne) == (None, None, None)
