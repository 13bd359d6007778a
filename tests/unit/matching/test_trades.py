"""The life of a trade: every state with every command, and what it does to quantities."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.listings import RemainingChanged
from contracts.events.trades import TradeEvent
from contracts.problems import Refusal
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason, LapseReason, ListingStatus, Side, TradeStatus
from matching.balances import Balance, balance_of, follow_revision
from matching.commands import (
    Accept,
    Agree,
    ByASide,
    Collect,
    Command,
    Complete,
    Decline,
    LapseHold,
    ListingGone,
    ProposalLapsed,
    Withdraw,
)
from matching.errors import ListingNotOpen, NotYourTurn, QuantityTaken, TradeNotFound, WrongState
from matching.legal import undetermined_check
from matching.lifecycle import EVENTS, Pair, Trade
from matching.model import entry_of_offer, entry_of_want
from matching.proposal import propose
from matching.trades import HOLD, decide, possible, start
from tests.unit.matching.makers import HOLDER, NOW, OUTSIDER, SEEKER, TODAY, TREE, offer, offer_state, want, want_state
from tests.unit.matching.trading import COMMANDS, after, proposed, trade_in

S = TradeStatus
ALLOWED: dict[tuple[TradeStatus, Command], TradeStatus] = {
    (S.PROPOSED, Accept(HOLDER)): S.ACCEPTED,
    (S.PROPOSED, Accept(SEEKER)): S.ACCEPTED,
    (S.PROPOSED, Decline(HOLDER, DeclineReason.OTHER)): S.DECLINED,
    (S.PROPOSED, Decline(SEEKER, DeclineReason.OTHER)): S.DECLINED,
    (S.PROPOSED, ListingGone(LapseReason.EXPIRED)): S.LAPSED,
    (S.PROPOSED, ProposalLapsed(LapseReason.REVISED)): S.LAPSED,
    (S.ACCEPTED, Agree(HOLDER)): S.AGREED,
    (S.ACCEPTED, Decline(HOLDER, DeclineReason.OTHER)): S.DECLINED,
    (S.ACCEPTED, Withdraw(SEEKER)): S.WITHDRAWN,
    (S.ACCEPTED, LapseHold()): S.LAPSED,
    (S.ACCEPTED, ListingGone(LapseReason.EXPIRED)): S.LAPSED,
    (S.ACCEPTED, ProposalLapsed(LapseReason.REVISED)): S.LAPSED,
    (S.AGREED, Withdraw(HOLDER)): S.WITHDRAWN,
    (S.AGREED, Withdraw(SEEKER)): S.WITHDRAWN,
    (S.AGREED, Collect(HOLDER)): S.COLLECTED,
    (S.AGREED, Collect(SEEKER)): S.COLLECTED,
    (S.COLLECTED, Complete(HOLDER)): S.COMPLETED,
    (S.COLLECTED, Complete(SEEKER)): S.COMPLETED,
}
NOT_THEIR_TURN = [(S.ACCEPTED, Agree(SEEKER)), (S.ACCEPTED, Decline(SEEKER, DeclineReason.OTHER))]
NOT_THEIR_TURN += [(S.ACCEPTED, Withdraw(HOLDER))]
EVERYTHING = [(status, command) for status in TradeStatus for command in COMMANDS]
LATER = NOW + timedelta(days=30)
PROPOSAL = propose(offer(), want(quantity=Decimal(60)), undetermined_check, TODAY)


def free(pair: Pair) -> tuple[Decimal, Decimal]:
    """What remains of the offer and of the want."""
    return pair.offer.remaining, pair.want.remaining


@pytest.mark.parametrize(("status", "command"), EVERYTHING, ids=lambda part: str(getattr(part, "value", part))[:30])
def test_every_command_in_every_state_does_what_the_table_says(status: TradeStatus, command: Command) -> None:
    before = trade_in(status)
    wanted = ALLOWED.get((status, command))
    if wanted is not None:
        outcome = decide(before.trade, before.balances, command, LATER)
        assert outcome.trade.state.status is wanted
        assert outcome.trade.state.revision == before.trade.state.revision + 1
    elif isinstance(command, ByASide):
        expected = NotYourTurn if (status, command) in NOT_THEIR_TURN else WrongState
        with pytest.raises(expected) as refused:
            decide(before.trade, before.balances, command, LATER)
        assert refused.value.status == (403 if expected is NotYourTurn else 409)
    else:
        outcome = decide(before.trade, before.balances, command, LATER)
        assert (outcome.trade, outcome.balances, outcome.events) == (before.trade, before.balances, ())


@pytest.mark.parametrize("status", TradeStatus)
def test_a_wrong_state_is_named_with_what_is_possible(status: TradeStatus) -> None:
    before = trade_in(status)
    command = Accept(SEEKER) if status is not S.PROPOSED else Collect(SEEKER)
    with pytest.raises(WrongState) as refused:
        decide(before.trade, before.balances, command, NOW)
    assert status.value in refused.value.detail
    assert refused.value.more["possible"] == possible(status)
    assert all(option in refused.value.detail for option in possible(status))


@pytest.mark.parametrize("status", TradeStatus)
@pytest.mark.parametrize("command", [command for command in COMMANDS if isinstance(command, ByASide)])
def test_an_outsider_does_not_even_learn_that_a_trade_exists(status: TradeStatus, command: ByASide) -> None:
    before = trade_in(status)
    with pytest.raises(TradeNotFound) as refused:
        decide(before.trade, before.balances, replace(command, organisation_id=OUTSIDER), NOW)
    assert refused.value.status == 404


def test_accepting_holds_the_quantity_on_ones_own_listing_only() -> None:
    outcome = after(proposed(), Accept(SEEKER))
    assert free(outcome.balances) == (Decimal(100), Decimal(0))
    assert (outcome.balances.want.held, outcome.balances.want.promised) == (Decimal(60), Decimal(0))
    assert outcome.trade.state.accepted_by is Side.SEEKER
    assert outcome.trade.state.held_until == NOW + HOLD
    accepted, changed = (event.data for event in outcome.events)
    assert isinstance(accepted, TradeEvent)
    assert isinstance(changed, RemainingChanged)
    assert accepted.trade == outcome.trade.state
    assert (changed.listing_id, changed.remaining, changed.sequence) == (outcome.trade.state.want_id, Decimal(0), 1)


def test_agreeing_promises_the_quantity_on_both_listings() -> None:
    outcome = after(proposed(), Accept(HOLDER), Agree(SEEKER))
    assert free(outcome.balances) == (Decimal(40), Decimal(0))
    for balance in (outcome.balances.offer, outcome.balances.want):
        assert (balance.held, balance.promised) == (Decimal(0), Decimal(60))
    assert [type(event.data) for event in outcome.events[1:]] == [RemainingChanged, RemainingChanged]
    assert outcome.trade.state.held_until is None


@pytest.mark.parametrize(
    "road",
    [
        (Accept(SEEKER), Decline(HOLDER, DeclineReason.TOO_DEAR)),
        (Accept(SEEKER), Withdraw(SEEKER)),
        (Accept(HOLDER), ListingGone(LapseReason.WITHDRAWN)),
        (Accept(SEEKER), Agree(HOLDER), Withdraw(HOLDER)),
    ],
)
def test_every_end_before_collection_gives_everything_back(road: tuple[Command, ...]) -> None:
    outcome = after(proposed(), *road)
    assert free(outcome.balances) == (Decimal(100), Decimal(60))


def test_a_completed_trade_stays_promised() -> None:
    assert free(trade_in(S.COMPLETED).balances) == (Decimal(40), Decimal(0))


def test_who_said_no_and_why_is_written_down() -> None:
    state = after(proposed(), Accept(SEEKER), Decline(HOLDER, DeclineReason.TOO_DIRTY, "wet")).trade.state
    assert (state.ended_by, state.decline_reason, state.note) == (Side.HOLDER, DeclineReason.TOO_DIRTY, "wet")
    state = after(proposed(), Accept(SEEKER), Withdraw(SEEKER, "sorry")).trade.state
    assert (state.ended_by, state.note) == (Side.SEEKER, "sorry")


def test_a_hold_ends_at_its_time_and_not_before() -> None:
    held = after(proposed(), Accept(SEEKER))
    early = decide(held.trade, held.balances, LapseHold(), NOW + HOLD - timedelta(seconds=1))
    assert early.events == ()
    late = decide(held.trade, held.balances, LapseHold(), NOW + HOLD)
    assert late.trade.state.lapse_reason is LapseReason.HOLD_ENDED
    assert free(late.balances) == (Decimal(100), Decimal(60))


def test_an_accepted_trade_does_not_lapse_because_it_took_the_quantity_itself() -> None:
    held = after(proposed(), Accept(SEEKER))
    assert after(held, ProposalLapsed(LapseReason.TAKEN)).trade == held.trade


def test_a_mere_proposal_lapses_without_an_event_because_the_matcher_told_already() -> None:
    outcome = after(proposed(), ProposalLapsed(LapseReason.TAKEN))
    assert outcome.trade.state.status is S.LAPSED
    assert outcome.events == ()


@pytest.mark.parametrize("command", [Accept(HOLDER), Agree(HOLDER)])
@pytest.mark.parametrize("side", ["offer", "want"])
def test_nobody_can_accept_or_agree_when_a_listing_has_ended(command: Command, side: str) -> None:
    before = proposed() if isinstance(command, Accept) else after(proposed(), Accept(SEEKER))
    ended = replace(getattr(before.balances, side), status=ListingStatus.EXPIRED)
    with pytest.raises(ListingNotOpen, match="expired"):
        decide(before.trade, replace(before.balances, **{side: ended}), command, NOW)


def test_a_reserved_listing_can_still_be_agreed_to() -> None:
    before = after(proposed(), Accept(SEEKER))
    reserved = replace(before.balances, want=replace(before.balances.want, status=ListingStatus.RESERVED))
    assert decide(before.trade, reserved, Agree(HOLDER), NOW).trade.state.status is S.AGREED


def test_what_was_held_is_given_back_whatever_was_revised_in_the_meantime() -> None:
    kilos = {"unit": Unit.KG, "quantity": Decimal(60_000)}
    held = after(proposed(wanted=kilos), Accept(SEEKER))
    assert held.balances.want.held == Decimal(60_000)
    revised = follow_revision(held.balances.want, want_state(revision=2, quantity=Decimal(80)))
    freed = decide(held.trade, replace(held.balances, want=revised), Withdraw(SEEKER), NOW)
    assert freed.balances.want.held == 0
    assert freed.balances.want.remaining == Decimal(80_000)


def test_a_lapsed_trade_may_start_over_when_its_proposal_stands_again() -> None:
    lapsed = trade_in(S.LAPSED)
    fresh = proposed()
    again = start(PROPOSAL, lapsed.trade)
    assert again.state.status is S.PROPOSED
    assert again.state.revision == lapsed.trade.state.revision
    assert again.state.lapse_reason is None
    outcome = decide(again, fresh.balances, Accept(HOLDER), NOW)
    assert outcome.events[0].id not in {event.id for event in lapsed.events}


@pytest.mark.parametrize("status", [status for status in TradeStatus if status is not S.LAPSED])
def test_a_trade_in_any_other_state_does_not_start_over(status: TradeStatus) -> None:
    former = trade_in(status).trade
    assert start(PROPOSAL, former) is former


def test_the_same_command_on_the_same_trade_gives_the_same_events() -> None:
    before = proposed()
    assert after(before, Accept(SEEKER)).events == after(before, Accept(SEEKER)).events


def test_every_state_after_the_first_has_its_event() -> None:
    assert set(EVENTS) == set(TradeStatus) - {S.PROPOSED}


def test_a_trade_saved_without_its_amounts_is_a_loud_mistake() -> None:
    held = after(proposed(), Accept(SEEKER))
    with pytest.raises(ValueError, match="save the whole Trade"):
        decide(Trade(held.trade.state), held.balances, Withdraw(SEEKER), NOW)


def _check_conservation(balances: dict[str, Balance], trades: dict[tuple[str, str], Trade]) -> None:
    for name, balance in balances.items():
        own = [trade for pair, trade in trades.items() if name in pair]
        side = Side.HOLDER if name.startswith("offer") else Side.SEEKER
        taken: dict[bool, Decimal] = {True: Decimal(0), False: Decimal(0)}
        for trade in own:
            held = trade.state.status is S.ACCEPTED and trade.state.accepted_by is side
            promised = trade.state.status in (S.AGREED, S.COLLECTED, S.COMPLETED)
            amount = trade.amount_of(side)
            if (held or promised) and amount is not None:
                taken[held] += amount
        assert (balance.held, balance.promised) == (taken[True], taken[False])
        assert balance.taken <= balance.total


ORGANISATIONS = st.sampled_from((HOLDER, SEEKER))
QUANTITIES = st.none() | st.sampled_from([Decimal(text) for text in ("0.001", "1", "7.3", "33", "60", "100")])
ANY_COMMAND: st.SearchStrategy[Command] = st.one_of(
    st.builds(Accept, ORGANISATIONS, QUANTITIES),
    st.builds(Accept, ORGANISATIONS, QUANTITIES, st.sampled_from(Unit)),
    st.builds(Agree, ORGANISATIONS),
    st.builds(Agree, ORGANISATIONS, QUANTITIES),
    st.builds(Decline, ORGANISATIONS, st.just(DeclineReason.OTHER)),
    st.builds(Withdraw, ORGANISATIONS),
    st.builds(Collect, ORGANISATIONS),
    st.builds(Complete, ORGANISATIONS),
    st.just(LapseHold()),
    st.just(ListingGone(LapseReason.WITHDRAWN)),
)
OFFERS = {
    "offer-a": offer_state("offer-a"),
    "offer-b": offer_state("offer-b", unit=Unit.CUBIC_METRE, kg_per_unit=Decimal(333), quantity=Decimal(200)),
    "offer-c": offer_state("offer-c", unit=Unit.PIECE, quantity=Decimal(50)),
}
WANTS = {
    "want-a": want_state("want-a", quantity=Decimal(60), minimum=Decimal(5)),
    "want-b": want_state("want-b", unit=Unit.KG, quantity=Decimal(40_000)),
}
PAIRS = [(offer, want) for offer in OFFERS for want in WANTS]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PAIRS), ANY_COMMAND, st.integers(0, 20)), max_size=40))
def test_nothing_is_ever_promised_twice_and_nothing_is_lost(steps: list[Any]) -> None:
    balances = {name: balance_of(state) for name, state in OFFERS.items()}
    balances |= {name: balance_of(state) for name, state in WANTS.items()}
    trades: dict[tuple[str, str], Trade] = {}
    for pair, command, days in steps:
        offer, want = pair
        trade = trades.get(pair) or _fresh(offer, want)
        both = Pair(balances[offer], balances[want])
        try:
            outcome = decide(trade, both, command, NOW + timedelta(days=days))
        except Refusal:
            continue
        trades[pair] = outcome.trade
        balances[offer], balances[want] = outcome.balances.offer, outcome.balances.want
        told = {event.data.listing_id for event in outcome.events if isinstance(event.data, RemainingChanged)}
        assert told == {new.listing_id for new, old in _moved(outcome.balances, both)}
        _check_conservation(balances, trades)


def _moved(new: Pair, old: Pair) -> list[tuple[Balance, Balance]]:
    return [(one, other) for one, other in ((new.offer, old.offer), (new.want, old.want)) if one != other]


def _fresh(offer: str, want: str) -> Trade:
    offered, wanted = entry_of_offer(OFFERS[offer], TREE), entry_of_want(WANTS[want], TREE)
    return start(propose(offered, wanted, undetermined_check, TODAY))


def test_two_buyers_cannot_both_get_the_last_lot() -> None:
    first, second = proposed(), proposed(wanted={"listing_id": OUTSIDER})
    sold = after(first, Accept(SEEKER), Agree(HOLDER))
    with pytest.raises(QuantityTaken) as refused:
        decide(second.trade, replace(second.balances, offer=sold.balances.offer), Accept(SEEKER), NOW)
    assert "40 t remains" in refused.value.detail
    assert refused.value.more["remaining"] == "40"
