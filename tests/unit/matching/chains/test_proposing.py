"""The joint trade of a chain: a verdict on what goes in and on what comes out."""

from datetime import date
from typing import Any

from contracts.vocabulary.joint_terms import PartyRole
from contracts.vocabulary.terms import IntendedUse, LegalStatus
from contracts.vocabulary.verdict import Verdict
from matching.chains.chaining import chain_between
from matching.chains.deriving import derive
from matching.chains.proposing import chained_trade
from tests.unit.matching.chains.test_chaining import asked, chips
from tests.unit.matching.chains.test_deriving import depot, wood
from tests.unit.matching.makers import TODAY, TREE, uid, verdict, want


def by_use(_offer: Any, receiver: Any, _today: date) -> Verdict:
    """Waste on its way to the processor, end-of-waste behind it."""
    waste = receiver.state.intended_use is IntendedUse.MATERIAL_RECYCLING
    return verdict(LegalStatus.WASTE if waste else LegalStatus.END_OF_WASTE)


def test_parties_and_legs_come_in_the_order_of_the_material() -> None:
    chain = chain_between(chips(), asked())
    assert chain is not None
    trade = chained_trade(chain, by_use, TODAY)

    assert [party.role for party in trade.parties] == [PartyRole.HOLDER, PartyRole.PROCESSOR, PartyRole.SEEKER]
    assert [(leg.sender_id, leg.receiver_id) for leg in trade.legs] == [
        (uid("offer"), uid("capability")),
        (uid("capability"), uid("want")),
    ]
    assert [leg.fee_eur_per_tonne for leg in trade.legs] == [20, None]
    assert trade.concept == "wood_clean_chips"


def test_each_leg_has_the_verdict_on_its_own_material_in_the_use_of_its_receiver() -> None:
    chain = chain_between(chips(), asked())
    assert chain is not None
    trade = chained_trade(chain, by_use, TODAY)

    assert [leg.verdict.status for leg in trade.legs] == [LegalStatus.WASTE, LegalStatus.END_OF_WASTE]


def test_the_days_of_a_leg_are_those_on_which_both_ends_can() -> None:
    stored = derive(wood(available_until=date(2027, 1, 31)), (depot(),), TREE)
    chain = chain_between(stored, want("late", concepts=("wood",), available_from=date(2027, 3, 1)))
    assert chain is not None
    trade = chained_trade(chain, by_use, TODAY)

    assert trade.parties[1].role is PartyRole.DEPOT
    assert [(leg.from_day, leg.until_day) for leg in trade.legs] == [
        (None, date(2027, 1, 31)),
        (date(2027, 3, 1), date(2027, 8, 1)),
    ]


def test_a_question_that_two_steps_raise_is_asked_once() -> None:
    statuses = (LegalStatus.END_OF_WASTE,)
    chain = chain_between(chips(), asked(accepted_statuses=statuses))
    assert chain is not None

    assert [question.about for question in chained_trade(chain, by_use, TODAY).questions] == ["claimed_status"]
