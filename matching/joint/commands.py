"""What can be asked of a joint trade, by one of its parties or by the marketplace itself."""

from dataclasses import dataclass
from uuid import UUID

from contracts.events.joint_trades import JointReplacementFailed, JointReplacementProposed
from contracts.vocabulary.joint_terms import JointLapseReason
from contracts.vocabulary.terms import DeclineReason


@dataclass(frozen=True, slots=True)
class AcceptJoint:
    """An organisation wants it, for every listing with which it takes part."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class DeclineJoint:
    """An organisation says no, and why."""

    organisation_id: UUID
    reason: DeclineReason
    note: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawJoint:
    """An organisation takes its acceptance back."""

    organisation_id: UUID
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CollectLeg:
    """The material of one leg was handed over, told by its sender or its receiver."""

    organisation_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class CompleteJoint:
    """Everything is settled."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class JointHoldEnded:
    """The clock: a hold may have ended."""


@dataclass(frozen=True, slots=True)
class PartyGone:
    """A listing of the trade ended or was revised."""

    listing_id: UUID
    reason: JointLapseReason


@dataclass(frozen=True, slots=True)
class JointProposalLapsed:
    """The matcher tells that it would propose this no more."""

    reason: JointLapseReason


@dataclass(frozen=True, slots=True)
class Replace:
    """The matcher found others for the place of who dropped out."""

    found: JointReplacementProposed


@dataclass(frozen=True, slots=True)
class NoReplacement:
    """The matcher found nobody."""

    answer: JointReplacementFailed


ByAParty = AcceptJoint | DeclineJoint | WithdrawJoint | CollectLeg | CompleteJoint
ByTheSystem = JointHoldEnded | PartyGone | JointProposalLapsed | Replace | NoReplacement
JointCommand = ByAParty | ByTheSystem
