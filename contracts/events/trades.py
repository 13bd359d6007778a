"""Events about proposed trades and what becomes of them."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.events.base import EventData, Part
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import (
    DeclineReason,
    LapseReason,
    LegalStatus,
    ListingKind,
    Side,
    TradeStatus,
)
from contracts.vocabulary.verdict import Outcome

# One topic for proposals and what becomes of them: a pair that lapses because it was accepted must be heard after
# the acceptance, and only events of one topic and key keep their order.
TRADES = "kringmarkt.trades"


class ScorePartState(Part):
    """One visible part of a score: 0 to 1, with a sentence why in Dutch and English."""

    name: str
    value: float
    nl: str
    en: str


class QuestionState(Part):
    """Something unknown that decides: what it is about, and the question in Dutch and English."""

    about: str
    nl: str
    en: str


class CriterionState(Part):
    """One criterion of a verdict."""

    rule_id: str
    article: str
    outcome: Outcome
    value: str | None = None
    operator: str | None = None
    limit: str | None = None
    unit: str | None = None


class VerdictState(Part):
    """A proposed legal status of this material in this use; advice, not a decision."""

    status: LegalStatus
    on: date
    advice_nl: str
    advice_en: str
    reason_nl: str
    reason_en: str
    criteria: tuple[CriterionState, ...] = ()
    blockers: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confidence: str | None = None
    receipt: dict[str, str] = Field(default_factory=dict)


class VerdictChangeState(Part):
    """One difference between two verdicts on the same pair, with a sentence in Dutch and English.

    `about` is `status`, `blocker`, `duty` or `rule`; `name` says which one. `before` and `after` are what it was
    and is; None: it was not there, or is not there any more.
    """

    about: str
    name: str
    before: str | None = None
    after: str | None = None
    nl: str
    en: str


class LandedState(Part):
    """What a tonne costs the seeker at the door, in EUR per tonne; None where a part is unknown."""

    price_eur_per_tonne: Decimal | None = None
    transport_eur_per_tonne: Decimal | None = None
    landed_eur_per_tonne: Decimal | None = None


class ProposalState(Part):
    """A pair of listings that may trade: whose they are, how well they fit, and what the law says of it.

    `distance_km` is the great-circle distance between postcode-4 centres. `quantity` is what both can do, in
    `unit`; it is None when the two quantities cannot be compared with what is known. When it supersedes another,
    `verdict_before` is the status that the superseded pair has by the law of the same day, and `verdict_changes`
    what is different since.
    """

    trade_id: UUID
    offer_id: UUID
    offer_revision: int
    offer_organisation_id: UUID
    want_id: UUID
    want_revision: int
    want_organisation_id: UUID
    family: str
    concept: str
    quantity: Decimal | None
    unit: Unit | None
    distance_km: float
    score: float
    parts: tuple[ScorePartState, ...]
    questions: tuple[QuestionState, ...] = ()
    landed: LandedState
    verdict: VerdictState
    supersedes: UUID | None = None
    verdict_before: LegalStatus | None = None
    verdict_changes: tuple[VerdictChangeState, ...] = ()


class TradesProposed(EventData):
    """New proposals that follow from one changed listing; a long list comes in several events."""

    name: ClassVar[str] = "trades.proposed"
    topic: ClassVar[str] = TRADES
    listing_id: UUID
    listing_kind: ListingKind
    listing_revision: int
    proposals: tuple[ProposalState, ...]


class LapsedState(Part):
    """A proposal that no longer stands."""

    trade_id: UUID
    offer_id: UUID
    offer_organisation_id: UUID
    want_id: UUID
    want_organisation_id: UUID
    reason: LapseReason


class TradesLapsed(EventData):
    """Proposals that no longer stand because one listing changed."""

    name: ClassVar[str] = "trades.lapsed"
    topic: ClassVar[str] = TRADES
    listing_id: UUID
    listing_kind: ListingKind
    lapsed: tuple[LapsedState, ...]


class SearchHitState(Part):
    """A saved search that fits a listing."""

    search_id: UUID
    search_name: str
    organisation_id: UUID
    score: float
    parts: tuple[ScorePartState, ...]


class SearchesMatched(EventData):
    """Saved searches that fit one new or changed listing, or the listings that fit one new search."""

    name: ClassVar[str] = "searches.matched"
    topic: ClassVar[str] = TRADES
    listing_id: UUID
    listing_kind: ListingKind
    listing_revision: int
    concept: str
    hits: tuple[SearchHitState, ...]


class TradeState(Part):
    """A trade somebody acted upon: full state. Quantity is in `unit`."""

    trade_id: UUID
    revision: int
    status: TradeStatus
    offer_id: UUID
    offer_organisation_id: UUID
    want_id: UUID
    want_organisation_id: UUID
    family: str
    concept: str
    quantity: Decimal | None
    unit: Unit | None
    accepted_by: Side | None = None
    held_until: AwareDatetime | None = None
    ended_by: Side | None = None
    decline_reason: DeclineReason | None = None
    lapse_reason: LapseReason | None = None
    note: str | None = None


class TradeEvent(EventData):
    """An event that carries the full state of a trade."""

    topic: ClassVar[str] = TRADES
    trade: TradeState


class TradeAccepted(TradeEvent):
    """One side accepted; its own quantity is held until the other side answers or the hold ends."""

    name: ClassVar[str] = "trade.accepted"


class TradeAgreed(TradeEvent):
    """Both sides accepted; the quantity is promised and names are disclosed to each other."""

    name: ClassVar[str] = "trade.agreed"


class TradeCollected(TradeEvent):
    """The material was handed over."""

    name: ClassVar[str] = "trade.collected"


class TradeCompleted(TradeEvent):
    """The trade is done."""

    name: ClassVar[str] = "trade.completed"


class TradeDeclined(TradeEvent):
    """A side said no, with a reason."""

    name: ClassVar[str] = "trade.declined"


class TradeWithdrawn(TradeEvent):
    """A side took its acceptance or agreement back before collection."""

    name: ClassVar[str] = "trade.withdrawn"


class TradeLapsed(TradeEvent):
    """A trade that somebody had accepted ended without an answer, or its listing went away."""

    name: ClassVar[str] = "trade.lapsed"
