"""The joint trade of a pool: parties, legs with a verdict each, and questions once."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.vocabulary.joint_terms import JointKind, PartyRole
from contracts.vocabulary.terms import LegalStatus
from matching.legal import undetermined_check
from matching.pooling.pools import pool_with
from matching.pooling.proposing import holder_party, legs_of, pooled_trade
from tests.unit.matching.makers import TODAY, place, uid
from tests.unit.matching.pooling.scenes import buyer, lot


def lots(**given: Any) -> Any:
    asked = buyer(**given)
    far = lot("far", 30, 5, asked, place=place(52.3), available_from=date(2027, 1, 5))
    near = lot("near", 30, 9, asked, place=place(52.2), available_until=date(2027, 2, 1))
    return pool_with(asked, [near, far])


def test_holders_come_in_the_order_of_the_tour_and_the_seeker_last() -> None:
    trade = pooled_trade(lots(), undetermined_check, TODAY)

    assert trade.kind is JointKind.POOLED
    assert [party.role for party in trade.parties] == [PartyRole.HOLDER, PartyRole.HOLDER, PartyRole.SEEKER]
    assert [party.listing_id for party in trade.parties] == [uid("far"), uid("near"), uid("want")]
    assert [trade.quantity, trade.minimum] == [60, 50]
    assert sum(party.quantity for party in trade.parties[:2]) == trade.parties[2].quantity


def test_each_lot_has_a_leg_with_its_own_verdict_on_the_days_all_are_there() -> None:
    legs = legs_of(lots(), undetermined_check, TODAY)

    assert [(leg.number, leg.sender_id, leg.receiver_id) for leg in legs] == [
        (1, uid("far"), uid("want")),
        (2, uid("near"), uid("want")),
    ]
    assert {leg.verdict.status for leg in legs} == {LegalStatus.UNDETERMINED}
    assert {(leg.from_day, leg.until_day) for leg in legs} == {(date(2027, 1, 5), date(2027, 2, 1))}
    assert legs[0].distance_km > legs[1].distance_km


def test_a_question_that_several_lots_raise_is_asked_once() -> None:
    trade = pooled_trade(lots(accepted_statuses=(LegalStatus.WASTE,)), undetermined_check, TODAY)

    assert [question.about for question in trade.questions] == ["claimed_status"]


def test_a_holder_is_asked_for_his_share_as_his_offer_counts() -> None:
    party = holder_party(lots().shares[0])

    assert (party.listing_id, party.quantity, party.unit.value) == (uid("far"), Decimal(30), "t")
