"""What can be asked of a trade, by one of its sides or by the marketplace itself."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason, LapseReason


@dataclass(frozen=True, slots=True)
class Accept:
    """A side wants this trade; it may name another quantity than was proposed (see `amounts.amounts_of`)."""

    organisation_id: UUID
    quantity: Decimal | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Agree:
    """The other side wants it too. A quantity is needed only when the units cannot be converted."""

    organisation_id: UUID
    quantity: Decimal | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """A side says no, and why."""

    organisation_id: UUID
    reason: DeclineReason
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A side takes its acceptance or agreement back."""

    organisation_id: UUID
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Collect:
    """A side tells that the material was handed over."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class Complete:
    """A side tells that everything is settled."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class LapseHold:
    """The clock: a hold may have ended."""


@dataclass(frozen=True, slots=True)
class ListingGone:
    """One of the two listings was withdrawn, expired or closed."""

    reason: LapseReason


@dataclass(frozen=True, slots=True)
class ProposalLapsed:
    """The matcher tells that the pair no longer fits."""

    reason: LapseReason


ByASide = Accept | Agree | Decline | Withdraw | Collect | Complete
BySystem = LapseHold | ListingGone | ProposalLapsed
Command = ByASide | BySystem
