"""The life of a listing is a complete table, and refuses every step that it does not name."""

from itertools import product

import pytest

from contracts.vocabulary.terms import ListingStatus
from listings.errors import WrongState
from listings.states import TRANSITIONS, Step, after

ALLOWED = {
    ("draft", "publish", "open"),
    ("draft", "revise", "draft"),
    ("draft", "withdraw", "closed"),
    ("open", "revise", "open"),
    ("open", "withdraw", "closed"),
    ("open", "expire", "expired"),
    ("open", "reserve", "reserved"),
    ("open", "close", "closed"),
    ("reserved", "revise", "reserved"),
    ("reserved", "withdraw", "closed"),
    ("reserved", "expire", "expired"),
    ("reserved", "reopen", "open"),
    ("reserved", "close", "closed"),
    ("closed", "reserve", "reserved"),
    ("closed", "reopen", "open"),
    ("expired", "revise", "open"),
    ("expired", "withdraw", "closed"),
}


def test_every_step_is_decided_for_every_state() -> None:
    assert set(TRANSITIONS) == set(product(ListingStatus, Step))


def test_exactly_the_known_steps_are_possible() -> None:
    found = {(before.value, step.value, to.value) for (before, step), to in TRANSITIONS.items() if to is not None}
    assert found == ALLOWED


@pytest.mark.parametrize(("before", "step"), [pair for pair, to in TRANSITIONS.items() if to is None])
def test_any_other_step_is_refused_with_what_can_be_done_instead(before: ListingStatus, step: Step) -> None:
    with pytest.raises(WrongState) as refusal:
        after(before, step)
    assert refusal.value.document()["status"] == 409
    assert refusal.value.more == {"listing_status": before.value, "step": step.value}


def test_a_listing_never_becomes_a_draft_again() -> None:
    back = {before for (before, _), to in TRANSITIONS.items() if to is ListingStatus.DRAFT}
    assert back == {ListingStatus.DRAFT}
