"""Closed lists of words of joint trades and of what processors and depots can do."""

from enum import StrEnum


class JointKind(StrEnum):
    """Why a trade needs more than two parties."""

    POOLED = "pooled"
    CHAINED = "chained"
    BRIDGED = "bridged"


class JointStatus(StrEnum):
    """Where a joint trade is in its life. `seeking`: a party dropped out and another is looked for."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SEEKING = "seeking"
    AGREED = "agreed"
    COLLECTED = "collected"
    COMPLETED = "completed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class PartyRole(StrEnum):
    """What a party does in a joint trade."""

    HOLDER = "holder"
    SEEKER = "seeker"
    PROCESSOR = "processor"
    DEPOT = "depot"


class PartyAnswer(StrEnum):
    """What a party said. `gone`: its listing ended or was revised."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


class JointLapseReason(StrEnum):
    """Why a joint trade ended without anybody saying no."""

    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"
    TAKEN = "taken"
    SURPASSED = "surpassed"
    HOLD_ENDED = "hold_ended"
    NO_REPLACEMENT = "no_replacement"


class CapabilityKind(StrEnum):
    """What a capability does with the material: turn it into another, or keep it for a time."""

    PROCESSING = "processing"
    STORAGE = "storage"
