"""What is free of a capability, counted as a listing is: in tonnes of input, per period when it comes anew."""

from dataclasses import replace

from contracts.events.capabilities import CapabilityState
from contracts.vocabulary.quantities import KG_PER_TONNE, Unit
from contracts.vocabulary.terms import ListingStatus
from matching.balances import Balance, rebase


def capacity_of(state: CapabilityState) -> Balance:
    """The balance of a capability of which nothing is taken yet."""
    return Balance(
        listing_id=state.capability_id,
        kind=state.kind,
        revision=state.revision,
        status=ListingStatus.OPEN if state.active else ListingStatus.CLOSED,
        families=state.families,
        unit=Unit.TONNE,
        kg_per_unit=KG_PER_TONNE,
        recurrence=state.recurrence,
        total=state.capacity,
        minimum=state.minimum,
    )


def follow_capability(balance: Balance, state: CapabilityState) -> Balance:
    """The balance after a change of its capability; the same one when the change is not newer."""
    if state.revision <= balance.revision:
        return balance
    fresh = capacity_of(state)
    taken = {"held": balance.held, "promised": balance.promised, "sequence": balance.sequence}
    return rebase(replace(fresh, **taken, total=balance.total), fresh.total)  # type: ignore[arg-type]
