"""Events about joint trades: pooled, chained and bridged ones, of three or more parties.

They are on the topic of trades, in the family of the want. Every event of one that somebody acted upon carries its
full state.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.events.base import EventData, Part
from contracts.events.trades import TRADES, QuestionState, VerdictState
from contracts.vocabulary.joint_terms import JointKind, JointLapseReason, JointStatus, PartyAnswer, PartyRole
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason


class JointPartyState(Part):
    """One listing (offer, want or capability) in a joint trade; `quantity` is what is asked of it, in its own unit."""

    role: PartyRole
    organisation_id: UUID
    listing_id: UUID
    listing_revision: int
    quantity: Decimal
    unit: Unit
    answer: PartyAnswer = PartyAnswer.WAITING
    decline_reason: DeclineReason | None = None
    note: str | None = None


class JointLegState(Part):
    """One movement of material from one party's listing to another's.

    `quantity` is in `unit`; `distance_km` as the crow flies; money in EUR per tonne that moves. `fee` is what the
    receiver asks for treatment or storage, None when it asks nothing or has not said. `verdict` is on the material
    of this leg in the use of its receiver. `from_day` and `until_day` bound the days on which it can be moved.
    """

    number: int
    sender_id: UUID
    receiver_id: UUID
    concept: str
    quantity: Decimal
    unit: Unit
    distance_km: float
    transport_eur_per_tonne: Decimal
    fee_eur_per_tonne: Decimal | None = None
    from_day: date | None = None
    until_day: date | None = None
    verdict: VerdictState
    collected: bool = False


class JointLandedState(Part):
    """What a tonne costs the seeker at the door, in EUR per delivered tonne; None where a part is unknown.

    `price` is paid to holders, `treatment` to processors, `storage` to depots; loss of weight on the way is in each.
    """

    price_eur_per_tonne: Decimal | None = None
    transport_eur_per_tonne: Decimal | None = None
    treatment_eur_per_tonne: Decimal | None = None
    storage_eur_per_tonne: Decimal | None = None
    landed_eur_per_tonne: Decimal | None = None


class JointTradeState(Part):
    """A joint trade: full state. `quantity` is what reaches the want, in `unit`, which is the want's own.

    `dropped` names listings that took part and dropped out. `minimum` is the least that is of use to the seeker.
    """

    joint_id: UUID
    revision: int = 0
    status: JointStatus = JointStatus.PROPOSED
    kind: JointKind
    family: str
    concept: str
    want_id: UUID
    quantity: Decimal
    minimum: Decimal | None = None
    unit: Unit
    parties: tuple[JointPartyState, ...]
    legs: tuple[JointLegState, ...]
    landed: JointLandedState
    questions: tuple[QuestionState, ...] = ()
    supersedes: UUID | None = None
    held_until: AwareDatetime | None = None
    dropped: tuple[UUID, ...] = ()
    ended_by: UUID | None = None
    decline_reason: DeclineReason | None = None
    lapse_reason: JointLapseReason | None = None
    note: str | None = None


class JointTradesProposed(EventData):
    """New joint trades that follow from one changed listing or capability."""

    name: ClassVar[str] = "joint.trades.proposed"
    topic: ClassVar[str] = TRADES
    because_of: UUID
    proposals: tuple[JointTradeState, ...]


class JointLapsedState(Part):
    """A proposed joint trade that no longer stands."""

    joint_id: UUID
    reason: JointLapseReason


class JointTradesLapsed(EventData):
    """Proposed joint trades that no longer stand; those that somebody accepted live on."""

    name: ClassVar[str] = "joint.trades.lapsed"
    topic: ClassVar[str] = TRADES
    because_of: UUID
    lapsed: tuple[JointLapsedState, ...]


class JointReplacementProposed(EventData):
    """Who may take the place of those who dropped out (`instead_of`) of a joint trade, and how it goes on then.

    `parties` are the new ones only, none when the others suffice; legs, price and quantity are those of all.
    """

    name: ClassVar[str] = "joint.replacement.proposed"
    topic: ClassVar[str] = TRADES
    joint_id: UUID
    instead_of: tuple[UUID, ...]
    parties: tuple[JointPartyState, ...]
    legs: tuple[JointLegState, ...]
    landed: JointLandedState
    quantity: Decimal


class JointReplacementFailed(EventData):
    """Nobody can take the place of those who dropped out of a joint trade."""

    name: ClassVar[str] = "joint.replacement.failed"
    topic: ClassVar[str] = TRADES
    joint_id: UUID
    instead_of: tuple[UUID, ...]


class JointTradeEvent(EventData):
    """An event that carries the full state of a joint trade."""

    topic: ClassVar[str] = TRADES
    trade: JointTradeState


class JointTradeAccepted(JointTradeEvent):
    """One more party accepted; its quantity is held until all have answered or the hold ends."""

    name: ClassVar[str] = "joint.trade.accepted"


class JointTradeVacated(JointTradeEvent):
    """A party dropped out; what the others accepted stays held while another is looked for."""

    name: ClassVar[str] = "joint.trade.vacated"


class JointTradeReplaced(JointTradeEvent):
    """Others were found for the place of who dropped out; they have to accept."""

    name: ClassVar[str] = "joint.trade.replaced"


class JointTradeAgreed(JointTradeEvent):
    """All parties accepted; everything is promised and names are disclosed to each other."""

    name: ClassVar[str] = "joint.trade.agreed"


class JointTradeCollected(JointTradeEvent):
    """The material of a leg was handed over; status `collected` once that is so for all legs."""

    name: ClassVar[str] = "joint.trade.collected"


class JointTradeCompleted(JointTradeEvent):
    """The joint trade is done."""

    name: ClassVar[str] = "joint.trade.completed"


class JointTradeDeclined(JointTradeEvent):
    """A party said no, and the trade cannot go on without it."""

    name: ClassVar[str] = "joint.trade.declined"


class JointTradeWithdrawn(JointTradeEvent):
    """A party stepped back from what all had agreed."""

    name: ClassVar[str] = "joint.trade.withdrawn"


class JointTradeLapsed(JointTradeEvent):
    """A joint trade that somebody had accepted ended without everybody's answer, or its want went away."""

    name: ClassVar[str] = "joint.trade.lapsed"
