"""Capacity is counted like a listing: in tonnes of input, with what is taken kept when the capability is revised."""

from decimal import Decimal

from contracts.vocabulary.joint_terms import CapabilityKind
from contracts.vocabulary.terms import ListingStatus
from matching.balances import hold
from matching.chains.balances import capacity_of, follow_capability
from tests.unit.matching.joint.scenes import capability_state


def test_nothing_is_taken_of_a_new_capability() -> None:
    balance = capacity_of(capability_state(minimum=Decimal(5)))

    assert [balance.kind, balance.total, balance.remaining] == [CapabilityKind.PROCESSING, 500, 500]
    assert [balance.minimum, balance.is_tradable] == [5, True]


def test_what_is_held_stands_when_the_capacity_changes() -> None:
    held = hold(capacity_of(capability_state()), Decimal(100))
    revised = follow_capability(held, capability_state(revision=2, capacity=Decimal(120)))

    assert [revised.held, revised.total, revised.remaining, revised.sequence] == [100, 120, 20, 2]


def test_a_revision_that_changes_no_capacity_is_followed_without_telling_anybody() -> None:
    held = hold(capacity_of(capability_state()), Decimal(100))

    assert follow_capability(held, capability_state(revision=2)).sequence == held.sequence
    assert follow_capability(held, capability_state()) is held


def test_a_withdrawn_capability_takes_part_in_nothing() -> None:
    gone = follow_capability(capacity_of(capability_state()), capability_state(revision=2, active=False))

    assert gone.status is ListingStatus.CLOSED
