"""What is free of a listing: nothing can be taken that is not there."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.listings import RemainingChanged
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, ListingStatus
from matching.balances import (
    Balance,
    Overdrawn,
    balance_of,
    follow_revision,
    give_back_held,
    give_back_promised,
    hold,
    promise,
    promise_held,
    rebase,
    remaining_changed,
)
from tests.unit.matching.makers import offer_state, uid, want_state

MOVES = (hold, promise, promise_held, give_back_held, give_back_promised)
FRESH = balance_of(offer_state())


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.decimals(0, 120, places=1)), max_size=30))
def test_no_sequence_of_moves_takes_more_than_there_is(moves: list[Any]) -> None:
    balance = FRESH
    for move, amount in moves:
        try:
            after: Balance = move(balance, amount)
        except Overdrawn:
            continue
        assert after.sequence == balance.sequence + 1
        balance = after
        assert balance.held >= 0
        assert balance.promised >= 0
        assert balance.taken <= balance.total
        assert balance.remaining + balance.taken == balance.total


def test_a_smaller_total_leaves_nothing_free_but_takes_nothing_back() -> None:
    balance = rebase(promise(FRESH, Decimal(80)), Decimal(50))
    assert (balance.remaining, balance.promised, balance.sequence) == (Decimal(0), Decimal(80), 2)
    with pytest.raises(Overdrawn):
        hold(balance, Decimal(1))


def test_the_same_total_changes_nothing() -> None:
    assert rebase(FRESH, FRESH.total) is FRESH


def test_an_older_revision_changes_nothing() -> None:
    newer = follow_revision(FRESH, offer_state(revision=2))
    assert follow_revision(newer, offer_state(quantity=Decimal(1))) is newer


def test_a_listing_that_ends_keeps_its_revision_and_is_followed() -> None:
    assert follow_revision(FRESH, offer_state(status=ListingStatus.EXPIRED)).status is ListingStatus.EXPIRED


def test_a_revision_is_followed() -> None:
    taken = hold(FRESH, Decimal(30))
    revised = follow_revision(taken, offer_state(revision=2, quantity=Decimal(90), status=ListingStatus.RESERVED))
    assert (revised.remaining, revised.held, revised.sequence) == (Decimal(60), Decimal(30), 2)
    assert (revised.revision, revised.status) == (2, ListingStatus.RESERVED)


def test_a_revision_of_something_else_is_not_told() -> None:
    taken = hold(FRESH, Decimal(30))
    assert follow_revision(taken, offer_state(revision=2, title="better")).sequence == taken.sequence


def test_a_family_that_receives_the_listing_is_told_what_is_taken() -> None:
    revised = follow_revision(hold(FRESH, Decimal(30)), offer_state(revision=2, concept="glass"))
    assert (revised.families, revised.sequence) == (("glass",), 2)
    assert remaining_changed(revised, uid("cause")).partition_keys == ("glass",)


def test_a_balance_of_which_something_is_taken_keeps_its_unit() -> None:
    taken = hold(FRESH, Decimal(30))
    kilos = follow_revision(taken, offer_state(revision=2, unit=Unit.KG, quantity=Decimal(50_000)))
    assert (kilos.unit, kilos.total, kilos.remaining) == (Unit.TONNE, Decimal(50), Decimal(20))
    assert kilos.kg_per_unit == Decimal(1000)
    pieces = follow_revision(taken, offer_state(revision=2, unit=Unit.PIECE))
    assert (pieces.unit, pieces.remaining) == (Unit.TONNE, Decimal(0))


def test_a_balance_of_which_nothing_is_taken_takes_the_new_unit() -> None:
    given_back = give_back_held(hold(FRESH, Decimal(30)), Decimal(30))
    revised = follow_revision(given_back, offer_state(revision=2, unit=Unit.KG))
    assert (revised.unit, revised.remaining, revised.sequence) == (Unit.KG, Decimal(100), 3)


def test_a_want_carries_its_minimum() -> None:
    balance = balance_of(want_state(minimum=Decimal(5)))
    assert (balance.minimum, balance.kind) == (Decimal(5), ListingKind.WANT)
    revised = follow_revision(
        hold(balance, Decimal(9)), want_state(revision=2, unit=Unit.KG, quantity=Decimal(90_000), minimum=Decimal(2000))
    )
    assert revised.minimum == Decimal(2)


def test_the_event_tells_everything_and_its_id_is_the_same_again() -> None:
    balance = replace(hold(FRESH, Decimal(30)), families=("glass", "wood"))
    event = remaining_changed(balance, uid("cause"))
    assert event == remaining_changed(balance, uid("cause"))
    assert event.id != remaining_changed(hold(balance, Decimal(1)), uid("cause")).id
    assert (event.subject, event.partition_keys) == (f"remaining:{uid('offer')}", ("glass", "wood"))
    data = event.data
    assert isinstance(data, RemainingChanged)
    assert (data.total, data.held, data.promised, data.remaining) == tuple(map(Decimal, (100, 30, 0, 70)))
    assert (data.unit, data.sequence, data.kind) == (Unit.TONNE, 1, ListingKind.OFFER)
