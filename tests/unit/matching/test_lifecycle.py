"""The table of transitions is whole: every state can be reached, and every end is an end."""

from contracts.vocabulary.terms import Side, TradeStatus
from matching.commands import ByASide, BySystem
from matching.lifecycle import EVENTS, OTHER_SIDE, TRANSITIONS, Move, Who

TAKES = {TradeStatus.ACCEPTED: Move.GIVE_BACK_HELD, TradeStatus.AGREED: Move.GIVE_BACK_PROMISED}
ENDS = {TradeStatus.COMPLETED, TradeStatus.DECLINED, TradeStatus.LAPSED, TradeStatus.WITHDRAWN}


def test_every_state_can_be_reached_and_only_ends_lead_nowhere() -> None:
    assert {step.to for step in TRANSITIONS.values()} == set(TradeStatus) - {TradeStatus.PROPOSED}
    assert {status for status, _ in TRANSITIONS} == set(TradeStatus) - ENDS


def test_every_transition_has_an_event() -> None:
    assert all(step.to in EVENTS for step in TRANSITIONS.values())


def test_whoever_fails_gives_back_what_the_state_took() -> None:
    for (status, _), step in TRANSITIONS.items():
        if step.to in ENDS - {TradeStatus.COMPLETED}:
            assert step.move is TAKES.get(status, Move.NOTHING)


def test_sides_and_the_marketplace_give_commands_of_their_own() -> None:
    for (_, command), step in TRANSITIONS.items():
        assert issubclass(command, BySystem) is (step.who is Who.SYSTEM)
        assert issubclass(command, ByASide) is (step.who is not Who.SYSTEM)


def test_each_side_has_another() -> None:
    assert {OTHER_SIDE[side] for side in Side} == set(Side)
    assert all(OTHER_SIDE[side] is not side for side in Side)
