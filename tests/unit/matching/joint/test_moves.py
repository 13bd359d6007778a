"""Joint trades move each party's own quantity."""

from decimal import Decimal

import pytest

from contracts.vocabulary.joint_terms import PartyAnswer
from matching.balances import Overdrawn
from matching.errors import QuantityTaken, TradeNotFound
from matching.joint.moves import (
    accepted,
    balance_of_party,
    free_capacity,
    free_held,
    free_promised,
    hold_for,
    promise_all,
    with_answers,
)
from tests.unit.matching.joint.test_life import ANNA, chain, pool
from tests.unit.matching.makers import uid


def test_holding_and_freeing_is_undone_to_the_last_gramme() -> None:
    outcome = pool()
    yes = with_answers(outcome.trade, {party.listing_id: PartyAnswer.ACCEPTED for party in outcome.trade.parties})
    held = hold_for(outcome.balances, yes.parties)
    promised = promise_all(held, yes)

    assert [held[uid(name)].held for name in ("offer a", "offer b", "want")] == [20, 20, 40]
    assert [promised[uid(name)].promised for name in ("offer a", "offer b", "want")] == [20, 20, 40]
    assert [one.taken for one in free_held(held, yes).values()] == [0, 0, 0]
    assert [one.taken for one in free_promised(promised, yes).values()] == [0, 0, 0]


def test_what_is_not_held_cannot_be_freed() -> None:
    outcome = pool()
    yes = with_answers(outcome.trade, {uid("offer a"): PartyAnswer.ACCEPTED})

    with pytest.raises(Overdrawn):
        free_held(outcome.balances, yes)


def test_two_shares_of_one_listing_are_held_one_after_the_other() -> None:
    outcome = pool()
    (first, *_) = outcome.trade.parties
    twice = (first, first.model_copy(update={"quantity": Decimal(5)}))

    with pytest.raises(QuantityTaken):
        hold_for(outcome.balances, twice)


def test_a_listing_of_which_nothing_was_heard_is_asked_for_later() -> None:
    with pytest.raises(TradeNotFound, match="try again"):
        balance_of_party({}, pool().trade.parties[0])


def test_an_answer_changes_its_own_party_only() -> None:
    trade = with_answers(pool().trade, {uid("offer a"): PartyAnswer.ACCEPTED}, note="ja")

    assert [party.organisation_id for party in accepted(trade)] == [ANNA]
    assert [party.note for party in trade.parties] == ["ja", None, None]


def test_only_capacity_that_comes_anew_is_given_back_at_the_end() -> None:
    outcome = chain()
    yes = with_answers(outcome.trade, {party.listing_id: PartyAnswer.ACCEPTED for party in outcome.trade.parties})
    promised = promise_all(hold_for(outcome.balances, yes.parties), yes)
    done = free_capacity(promised, yes)

    assert [done[uid("capability")].promised, done[uid("offer a")].promised] == [0, 20]
