"""Balances are told each in their own event."""

from decimal import Decimal

from contracts.events.capabilities import CapacityChanged
from contracts.events.listings import RemainingChanged
from matching.balances import balance_of, hold
from matching.chains.balances import capacity_of
from matching.joint.told import balance_changed, balances_changed
from tests.unit.matching.joint.scenes import capability_state
from tests.unit.matching.makers import offer_state, uid

CAUSE = uid("cause")


def test_a_listing_and_a_capability_are_told_apart() -> None:
    listing = balance_changed(hold(balance_of(offer_state()), Decimal(10)), CAUSE)
    capacity = balance_changed(hold(capacity_of(capability_state()), Decimal(10)), CAUSE)

    assert isinstance(listing.data, RemainingChanged)
    assert isinstance(capacity.data, CapacityChanged)
    assert [capacity.data.remaining, capacity.data.sequence, capacity.partition_keys] == [490, 1, ("wood",)]
    assert capacity.subject != str(uid("capability"))


def test_only_what_changed_is_told() -> None:
    one, other = balance_of(offer_state("one")), balance_of(offer_state("other"))
    before = {uid("one"): one, uid("other"): other}
    after = {**before, uid("one"): hold(one, Decimal(5))}

    (event,) = balances_changed(before, after, CAUSE)
    assert isinstance(event.data, RemainingChanged)
    assert event.data.listing_id == uid("one")
