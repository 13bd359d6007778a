"""The life of a joint trade: each party holds its own quantity, the last yes promises all, no tonne is held twice."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.joint_trades import (
    JointLandedState,
    JointLegState,
    JointPartyState,
    JointReplacementFailed,
    JointReplacementProposed,
    JointTradeState,
)
from contracts.events.listings import RemainingChanged
from contracts.vocabulary.joint_terms import JointKind, JointLapseReason, JointStatus, PartyAnswer, PartyRole
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import DeclineReason, ListingStatus
from matching.balances import Balance, balance_of
from matching.chains.balances import capacity_of
from matching.errors import ListingNotOpen, QuantityTaken, TradeNotFound, WrongState
from matching.joint.commands import (
    AcceptJoint,
    CollectLeg,
    CompleteJoint,
    DeclineJoint,
    JointCommand,
    JointHoldEnded,
    JointProposalLapsed,
    NoReplacement,
    PartyGone,
    Replace,
    WithdrawJoint,
)
from matching.joint.life import HOLD, JointOutcome, decide, possible
from matching.verdicts import verdict_state
from tests.unit.matching.joint.scenes import PROCESSOR, capability_state
from tests.unit.matching.makers import NOW, OUTSIDER, SEEKER, offer_state, uid, verdict, want_state

ANNA, BEN, CARL = uid("anna"), uid("ben"), uid("carl")
LATE = NOW + HOLD


def party(role: PartyRole, owner: UUID, listing: str, tonnes: int) -> JointPartyState:
    return JointPartyState(
        role=role,
        organisation_id=owner,
        listing_id=uid(listing),
        listing_revision=1,
        quantity=Decimal(tonnes),
        unit=Unit.TONNE,
    )


def leg(number: int, sender: str, receiver: str) -> JointLegState:
    return JointLegState(
        number=number,
        sender_id=uid(sender),
        receiver_id=uid(receiver),
        concept="wood",
        quantity=Decimal(20),
        unit=Unit.TONNE,
        distance_km=1.0,
        transport_eur_per_tonne=Decimal(3),
        verdict=verdict_state(verdict()),
    )


def pool() -> JointOutcome:
    """Two holders with 20 t each, and a seeker of at least 40 t."""
    trade = JointTradeState(
        joint_id=uid("pool"),
        kind=JointKind.POOLED,
        family="wood",
        concept="wood",
        want_id=uid("want"),
        quantity=Decimal(40),
        minimum=Decimal(40),
        unit=Unit.TONNE,
        parties=(
            party(PartyRole.HOLDER, ANNA, "offer a", 20),
            party(PartyRole.HOLDER, BEN, "offer b", 20),
            party(PartyRole.SEEKER, SEEKER, "want", 40),
        ),
        legs=(leg(1, "offer a", "want"), leg(2, "offer b", "want")),
        landed=JointLandedState(),
    )
    balances = {uid(name): balance_of(offer_state(name, quantity=Decimal(20))) for name in ("offer a", "offer b")}
    return JointOutcome(trade, {**balances, uid("want"): balance_of(want_state("want", quantity=Decimal(50)))})


def chain(recurrence: Recurrence = Recurrence.PER_MONTH) -> JointOutcome:
    """A holder, a processor of 500 t and a seeker."""
    trade = pool().trade.model_copy(
        update={
            "kind": JointKind.CHAINED,
            "parties": (
                party(PartyRole.HOLDER, ANNA, "offer a", 20),
                party(PartyRole.PROCESSOR, PROCESSOR, "capability", 20),
                party(PartyRole.SEEKER, SEEKER, "want", 18),
            ),
            "legs": (leg(1, "offer a", "capability"), leg(2, "capability", "want")),
        }
    )
    capacity = capacity_of(capability_state(recurrence=recurrence))
    return JointOutcome(trade, {**pool().balances, uid("capability"): capacity})


def after(outcome: JointOutcome, *commands: JointCommand) -> JointOutcome:
    for command in commands:
        outcome = decide(outcome.trade, outcome.balances, command, NOW)
    return outcome


def taken(outcome: JointOutcome) -> dict[str, Any]:
    """Held and promised of each listing of which something is taken, by the name of the listing."""
    names = {uid(name): name for name in ("offer a", "offer b", "offer c", "want", "capability")}
    return {
        names[key]: (one.held, one.promised) for key, one in sorted(outcome.balances.items()) if one.held + one.promised
    }


def replacement(*parties: JointPartyState, instead_of: tuple[str, ...] = ("offer b",)) -> Replace:
    found = JointReplacementProposed(
        joint_id=uid("pool"),
        instead_of=tuple(uid(name) for name in instead_of),
        parties=parties,
        legs=(leg(1, "offer a", "want"), leg(2, "offer c", "want")),
        landed=JointLandedState(),
        quantity=Decimal(40),
    )
    return Replace(found)


def with_carl(outcome: JointOutcome) -> JointOutcome:
    balance = balance_of(offer_state("offer c", quantity=Decimal(25)))
    return JointOutcome(outcome.trade, {**outcome.balances, uid("offer c"): balance})


ALL_YES = (AcceptJoint(ANNA), AcceptJoint(SEEKER), AcceptJoint(BEN))


def test_each_party_that_accepts_holds_its_own_quantity_and_no_other() -> None:
    outcome = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER))

    assert outcome.trade.status is JointStatus.ACCEPTED
    assert outcome.trade.held_until == NOW + HOLD
    assert taken(outcome) == {"offer a": (20, 0), "want": (40, 0)}


def test_the_last_yes_promises_everything_at_once() -> None:
    outcome = after(pool(), *ALL_YES)

    assert outcome.trade.status is JointStatus.AGREED
    assert outcome.trade.held_until is None
    assert taken(outcome) == {"offer a": (0, 20), "offer b": (0, 20), "want": (0, 40)}


def test_what_changed_is_told_with_the_full_state_and_each_balance_once() -> None:
    events = after(pool(), *ALL_YES).events

    assert [event.data.name for event in events] == ["joint.trade.agreed", *["listing.remaining.changed"] * 3]
    told = {event.data.listing_id: event.data.remaining for event in events if isinstance(event.data, RemainingChanged)}
    assert told == {uid("offer a"): 0, uid("offer b"): 0, uid("want"): 10}


def test_a_holder_that_drops_out_while_others_hold_something_is_looked_for_and_the_others_keep_their_hold() -> None:
    outcome = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), DeclineJoint(BEN, DeclineReason.WRONG_TIME))

    assert outcome.trade.status is JointStatus.SEEKING
    assert [event.data.name for event in outcome.events] == ["joint.trade.vacated"]
    assert taken(outcome) == {"offer a": (20, 0), "want": (40, 0)}
    assert outcome.trade.parties[1].answer is PartyAnswer.DECLINED
    assert outcome.trade.parties[1].decline_reason is DeclineReason.WRONG_TIME


def test_another_takes_the_place_and_has_to_accept_too() -> None:
    seeking = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), DeclineJoint(BEN, DeclineReason.OTHER))
    replaced = after(with_carl(seeking), replacement(party(PartyRole.HOLDER, CARL, "offer c", 20)))

    assert replaced.trade.status is JointStatus.ACCEPTED
    assert replaced.trade.dropped == (uid("offer b"),)
    assert [event.data.name for event in replaced.events] == ["joint.trade.replaced"]

    agreed = after(replaced, AcceptJoint(CARL))

    assert agreed.trade.status is JointStatus.AGREED
    assert taken(agreed) == {"offer a": (0, 20), "offer c": (0, 20), "want": (0, 40)}


def test_when_the_others_suffice_the_trade_is_agreed_without_anybody_new() -> None:
    seeking = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), DeclineJoint(BEN, DeclineReason.OTHER))
    outcome = after(seeking, replacement())

    assert outcome.trade.status is JointStatus.AGREED
    assert outcome.events[0].data.name == "joint.trade.agreed"


def test_an_answer_to_an_older_question_changes_nothing() -> None:
    seeking = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), DeclineJoint(BEN, DeclineReason.OTHER))
    late = replacement(party(PartyRole.HOLDER, CARL, "offer c", 20), instead_of=("offer a",))

    assert after(seeking, late) == JointOutcome(seeking.trade, seeking.balances)


def test_without_a_replacement_it_lapses_and_everything_is_free_again() -> None:
    seeking = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), DeclineJoint(BEN, DeclineReason.OTHER))
    none = JointReplacementFailed(joint_id=uid("pool"), instead_of=(uid("offer b"),))
    outcome = after(seeking, NoReplacement(none))

    assert outcome.trade.lapse_reason is JointLapseReason.NO_REPLACEMENT
    assert taken(outcome) == {}


@pytest.mark.parametrize("start", [pool, chain])
def test_a_no_from_who_cannot_be_replaced_ends_it_for_all(start: object) -> None:
    begun = pool() if start is pool else chain()
    outcome = after(begun, AcceptJoint(ANNA), DeclineJoint(SEEKER, DeclineReason.TOO_DEAR, "te duur"))

    assert outcome.trade.status is JointStatus.DECLINED
    assert (outcome.trade.ended_by, outcome.trade.decline_reason) == (SEEKER, DeclineReason.TOO_DEAR)
    assert taken(outcome) == {}


def test_a_hold_ends_by_itself_but_not_before_its_time() -> None:
    begun = after(pool(), AcceptJoint(ANNA))

    assert decide(begun.trade, begun.balances, JointHoldEnded(), LATE - timedelta(seconds=1)).events == ()
    ended = decide(begun.trade, begun.balances, JointHoldEnded(), LATE)
    assert ended.trade.lapse_reason is JointLapseReason.HOLD_ENDED
    assert taken(ended) == {}


def test_an_acceptance_can_be_taken_back() -> None:
    alone = after(pool(), AcceptJoint(ANNA), WithdrawJoint(ANNA, "toch niet"))
    assert (alone.trade.status, taken(alone)) == (JointStatus.WITHDRAWN, {})

    among_others = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), WithdrawJoint(ANNA))
    assert among_others.trade.status is JointStatus.SEEKING
    assert taken(among_others) == {"want": (40, 0)}

    agreed = after(pool(), *ALL_YES, WithdrawJoint(BEN))
    assert (agreed.trade.status, taken(agreed)) == (JointStatus.WITHDRAWN, {})


def test_after_the_first_collection_nobody_steps_back() -> None:
    collecting = after(pool(), *ALL_YES, CollectLeg(ANNA, 1))

    with pytest.raises(WrongState, match="withdraw"):
        after(collecting, WithdrawJoint(BEN))


def test_a_listing_that_ended_drops_out_of_a_pool_and_ends_a_chain() -> None:
    gone = PartyGone(uid("offer a"), JointLapseReason.EXPIRED)
    pooled = after(pool(), AcceptJoint(ANNA), AcceptJoint(SEEKER), gone)
    chained = after(chain(), AcceptJoint(ANNA), AcceptJoint(SEEKER), gone)

    assert pooled.trade.status is JointStatus.SEEKING
    assert taken(pooled) == {"want": (40, 0)}
    assert chained.trade.lapse_reason is JointLapseReason.EXPIRED
    assert taken(chained) == {}


def test_a_proposal_the_matcher_takes_back_lapses_only_while_nobody_accepted() -> None:
    surpassed = JointProposalLapsed(JointLapseReason.SURPASSED)

    assert after(pool(), surpassed).trade.status is JointStatus.LAPSED
    assert after(pool(), AcceptJoint(ANNA), surpassed).trade.status is JointStatus.ACCEPTED


def test_legs_are_collected_one_by_one_by_their_sender_or_receiver() -> None:
    agreed = after(pool(), *ALL_YES)

    with pytest.raises(TradeNotFound):
        after(agreed, CollectLeg(BEN, 1))
    with pytest.raises(WrongState):
        after(agreed, CollectLeg(ANNA, 3))
    first = after(agreed, CollectLeg(ANNA, 1))
    assert first.trade.status is JointStatus.AGREED
    with pytest.raises(WrongState):
        after(first, CollectLeg(SEEKER, 1))
    with pytest.raises(WrongState):
        after(first, CompleteJoint(SEEKER))
    done = after(first, CollectLeg(SEEKER, 2), CompleteJoint(BEN))
    assert done.trade.status is JointStatus.COMPLETED


@pytest.mark.parametrize(("recurrence", "kept"), [(Recurrence.PER_MONTH, 0), (Recurrence.ONE_OFF, 20)])
def test_capacity_that_comes_anew_each_period_is_free_after_the_trade(recurrence: Recurrence, kept: int) -> None:
    yes = (AcceptJoint(ANNA), AcceptJoint(PROCESSOR), AcceptJoint(SEEKER))
    agreed = after(chain(recurrence), *yes)
    assert taken(agreed)["capability"] == (0, 20)
    done = after(agreed, CollectLeg(ANNA, 1), CollectLeg(SEEKER, 2), CompleteJoint(SEEKER))

    assert done.balances[uid("capability")].promised == kept


def changed(outcome: JointOutcome, name: str, **fields: object) -> JointOutcome:
    balance = outcome.balances[uid(name)]
    fields_of: dict[str, object] = {field: getattr(balance, field) for field in Balance.__slots__}
    other = Balance(**{**fields_of, **fields})  # type: ignore[arg-type]
    return JointOutcome(outcome.trade, {**outcome.balances, uid(name): other})


def test_nobody_accepts_what_is_not_there_any_more() -> None:
    with pytest.raises(QuantityTaken, match="5 t remains"):
        after(changed(pool(), "offer a", held=Decimal(15)), AcceptJoint(ANNA))
    with pytest.raises(ListingNotOpen, match="revision 2"):
        after(changed(pool(), "offer a", revision=2), AcceptJoint(ANNA))
    with pytest.raises(ListingNotOpen, match="expired"):
        after(changed(pool(), "offer a", status=ListingStatus.EXPIRED), AcceptJoint(ANNA))


def test_an_outsider_does_not_learn_that_it_exists_and_nobody_answers_twice() -> None:
    with pytest.raises(TradeNotFound):
        after(pool(), AcceptJoint(OUTSIDER))
    with pytest.raises(WrongState, match="expected one of: withdraw"):
        after(pool(), AcceptJoint(ANNA), AcceptJoint(ANNA))


def test_what_is_possible_is_said_in_the_words_of_the_api() -> None:
    begun = after(pool(), AcceptJoint(ANNA))

    assert possible(begun.trade, ANNA) == ("withdraw",)
    assert possible(begun.trade, BEN) == ("accept", "decline")
    assert possible(after(pool(), *ALL_YES).trade, BEN) == ("withdraw", "collect")


COMMANDS: tuple[JointCommand, ...] = (
    *ALL_YES,
    *(DeclineJoint(who, DeclineReason.OTHER) for who in (ANNA, BEN, SEEKER)),
    *(WithdrawJoint(who) for who in (ANNA, BEN, SEEKER)),
    PartyGone(uid("offer a"), JointLapseReason.EXPIRED),
    PartyGone(uid("want"), JointLapseReason.WITHDRAWN),
    JointHoldEnded(),
    JointProposalLapsed(JointLapseReason.SURPASSED),
    replacement(),
    NoReplacement(JointReplacementFailed(joint_id=uid("pool"), instead_of=(uid("offer b"),))),
    CollectLeg(SEEKER, 1),
    CollectLeg(SEEKER, 2),
    CompleteJoint(SEEKER),
)
REFUSALS = (WrongState, QuantityTaken, ListingNotOpen, TradeNotFound)
HOLDING = (JointStatus.ACCEPTED, JointStatus.SEEKING)
PROMISING = (JointStatus.AGREED, JointStatus.COLLECTED, JointStatus.COMPLETED)


def expected(trade: JointTradeState) -> Mapping[UUID, Any]:
    """What must be held and promised of each listing, from the state alone."""
    yes = {one.listing_id: one.quantity for one in trade.parties if one.answer is PartyAnswer.ACCEPTED}
    if trade.status in HOLDING:
        return {key: (amount, Decimal(0)) for key, amount in yes.items()}
    return {key: (Decimal(0), amount) for key, amount in yes.items()} if trade.status in PROMISING else {}


@given(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_whatever_happens_exactly_what_was_accepted_is_taken(commands: list[JointCommand]) -> None:
    outcome = pool()
    for command in commands:
        try:
            outcome = decide(outcome.trade, outcome.balances, command, LATE)
        except REFUSALS:
            continue
        for key, balance in outcome.balances.items():
            assert (balance.held, balance.promised) == expected(outcome.trade).get(key, (0, 0))
            assert balance.taken <= balance.total
