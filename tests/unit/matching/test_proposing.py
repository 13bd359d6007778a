"""Pairs that fit, what stays open about them, and the proposal that follows. (The oracle tests cover all rules.)"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import LegalStatus, Operator, Visibility
from matching.proposing import Fit, fits, trade_id_of
from tests.unit.matching.makers import HOLDER, TODAY, limit, offer, place, stated, uid, want

DAY = timedelta(days=1)


def about(fit: Fit | None) -> list[str]:
    """What the questions of a pair are about."""
    assert fit is not None
    return [question.about for question in fit.questions]


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        ({"taken": 100}, {}),
        ({}, {"taken": 100}),
        ({}, {"organisation_id": HOLDER}),
        ({"visibility": Visibility.PARTNERS}, {}),
        ({}, {"visibility": Visibility.PARTNERS, "partners": (uid("another"),)}),
        ({"concept": "wood"}, {"concepts": ("wood_mdf",)}),
        ({}, {"minimum": Decimal("100.001")}),
        ({"taken": 51}, {"minimum": Decimal(50)}),
        ({"available_until": TODAY}, {"available_from": TODAY + DAY}),
        ({"place": place(53.22, 6.57)}, {"max_distance_km": 140.0}),
        ({}, {"max_landed_eur_per_tonne": Decimal("12.49")}),
        ({"claimed_status": LegalStatus.WASTE}, {"accepted_statuses": (LegalStatus.PRODUCT,)}),
    ],
)
def test_a_broken_constraint_is_a_refusal(offered: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert fits(offer(), want()) is not None
    assert fits(offer(**offered), want(**wanted)) is None


def test_limits_are_inclusive() -> None:
    wanted = want(
        minimum=Decimal(100), max_distance_km=0.0, max_landed_eur_per_tonne=Decimal("12.50"), available_from=TODAY
    )
    assert about(fits(offer(available_until=TODAY), wanted)) == []


@pytest.mark.parametrize(
    ("offered", "wanted", "question"),
    [
        ({"unit": Unit.CUBIC_METRE}, {"minimum": Decimal(1)}, "quantity"),
        ({"price_eur_per_tonne": None}, {"max_landed_eur_per_tonne": Decimal(1)}, "price_eur_per_tonne"),
        (
            {"unit": Unit.PIECE},
            {"unit": Unit.PIECE, "max_landed_eur_per_tonne": Decimal(1)},
            "weight",
        ),
        ({}, {"accepted_statuses": (LegalStatus.PRODUCT,)}, "claimed_status"),
        (
            {"claimed_status": LegalStatus.UNDETERMINED},
            {"accepted_statuses": (LegalStatus.PRODUCT,)},
            "claimed_status",
        ),
        ({}, {"limits": (limit("lead", Operator.AT_MOST, Decimal(9), "mg/kg"),)}, "property:lead"),
    ],
)
def test_what_is_unknown_is_a_question_and_not_a_refusal(
    offered: dict[str, Any], wanted: dict[str, Any], question: str
) -> None:
    assert about(fits(offer(**offered), want(**wanted))) == [question]


def test_an_open_price_is_no_question_to_a_seeker_without_a_limit() -> None:
    assert about(fits(offer(price_eur_per_tonne=None), want())) == []


def test_a_known_property_that_breaks_a_limit_is_a_refusal() -> None:
    wanted = want(limits=(limit("lead", Operator.AT_MOST, Decimal(9), "mg/kg"),))
    assert fits(offer(properties=(stated("lead", Decimal(10), "mg/kg"),)), wanted) is None


def test_the_quantity_is_what_both_can_do_as_the_offer_counts() -> None:
    kilos = fits(offer(quantity=Decimal(3)), want(unit=Unit.KG, quantity=Decimal(2500)))
    assert kilos is not None
    assert kilos.quantity == Decimal("2.5")
    weekly = fits(
        offer(recurrence=Recurrence.PER_WEEK, quantity=Decimal(10)),
        want(recurrence=Recurrence.PER_MONTH, quantity=Decimal(13)),
    )
    assert weekly is not None
    assert weekly.quantity == Decimal(3)


def test_a_trade_id_follows_from_the_pair_and_its_revisions() -> None:
    first = trade_id_of(uid("offer"), 1, uid("want"), 1)
    assert first == trade_id_of(uid("offer"), 1, uid("want"), 1)
    assert len({first, trade_id_of(uid("offer"), 2, uid("want"), 1), trade_id_of(uid("offer"), 1, uid("want"), 2)}) == 3
