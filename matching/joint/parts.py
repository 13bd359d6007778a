"""What the matcher remembers beside listings, as it is kept in its table."""

from decimal import Decimal
from uuid import UUID, uuid5

from contracts.events.base import Part
from contracts.events.capabilities import CapabilityState
from matching.proposing import TRADES


class KeptCapability(Part):
    """A capability with the tonnes of input that are free, as of change number `sequence`."""

    capability: CapabilityState
    free: Decimal
    sequence: int


class KeptRefusal(Part):
    """An offer that is not brought to this want again."""

    want_id: UUID
    offer_id: UUID


def refusal_id(want_id: UUID, offer_id: UUID) -> UUID:
    """The key under which a refusal is kept."""
    return uuid5(TRADES, f"refusal:{want_id}:{offer_id}")


def preference_id(want_id: UUID) -> UUID:
    """The key under which what was learnt of a want is kept."""
    return uuid5(TRADES, f"preference:{want_id}")
