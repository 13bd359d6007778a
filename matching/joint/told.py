"""What is told of balances that joint trades changed: listings and capabilities each in their own event."""

from collections.abc import Iterator
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.capabilities import CapacityChanged
from contracts.vocabulary.joint_terms import CapabilityKind
from matching.balances import Balance, remaining_changed
from matching.joint.moves import Balances


def balances_changed(before: Balances, after: Balances, cause: UUID) -> Iterator[NewEvent]:
    """One event for each balance with a newer sequence."""
    for listing_id, balance in after.items():
        if balance.sequence != before[listing_id].sequence:
            yield balance_changed(balance, cause)


def balance_changed(balance: Balance, cause: UUID) -> NewEvent:
    """The event that tells what is free now."""
    if isinstance(balance.kind, CapabilityKind):
        return _capacity_changed(balance, cause)
    return remaining_changed(balance, cause)


def _capacity_changed(balance: Balance, cause: UUID) -> NewEvent:
    data = CapacityChanged(
        capability_id=balance.listing_id,
        families=balance.families,
        total=balance.total,
        held=balance.held,
        promised=balance.promised,
        remaining=balance.remaining,
        sequence=balance.sequence,
    )
    # Not the capability's own subject: a compacted topic would keep only this event, and lose what it can do.
    subject = f"capacity:{balance.listing_id}"
    return NewEvent(data, subject, balance.families, uuid5(cause, f"{subject}:{balance.sequence}"))
