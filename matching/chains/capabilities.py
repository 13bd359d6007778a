"""A capability as matching sees it: what comes in is asked for like a want, what comes out is offered like an offer."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.events.capabilities import CapabilityState
from contracts.events.listings import WantState
from contracts.vocabulary.materials import MaterialTree
from contracts.vocabulary.quantities import KG_PER_TONNE, Unit
from contracts.vocabulary.terms import ListingStatus, Visibility
from matching.model import Taken, WantEntry, entry_of_want


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability, and the want for its input; `asked.remaining` is the tonnes of input that are free."""

    state: CapabilityState
    asked: WantEntry

    @property
    def key(self) -> UUID:
        """The capability id."""
        return self.state.capability_id

    @property
    def free(self) -> Decimal:
        """Tonnes of input that are free."""
        return self.asked.remaining


def capability_of(state: CapabilityState, remaining: Decimal, tree: MaterialTree) -> Capability:
    """The view of a capability of which `remaining` tonnes of input are free; raises UnknownConcept."""
    wanted = WantState(
        listing_id=state.capability_id,
        revision=state.revision,
        organisation_id=state.organisation_id,
        status=ListingStatus.OPEN if state.active else ListingStatus.CLOSED,
        title=state.title,
        families=state.families,
        quantity=state.capacity,
        unit=Unit.TONNE,
        kg_per_unit=KG_PER_TONNE,
        recurrence=state.recurrence,
        available_from=state.available_from,
        available_until=state.available_until,
        place=state.place,
        evidence=state.evidence,
        visibility=Visibility.PUBLIC,
        concepts=state.inputs,
        minimum=state.minimum,
        max_distance_km=state.max_distance_km,
        limits=state.limits,
        accepted_statuses=state.accepted_statuses,
        intended_use=state.intended_use,
    )
    taken = max(Decimal(0), state.capacity - remaining)
    return Capability(state, entry_of_want(wanted, tree, Taken(taken)))
