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
    Weighting,
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


class NoteState(Part):
    """One remark in Dutch and English; `about` names it for machines."""

    about: str
    nl: str
    en: str


class LandedState(Part):
    """What a tonne costs and saves both sides, in EUR per tonne; None where a part is unknown.

    `landed` is price and transport: what it costs at the seeker's door. `seeker` adds the treatment before use.
    `holder` is what the holder is left with: the price and the avoided gate fee, less storage. `total` is what both
    gain together on the usual treatment; the price is no part of it, because one pays what the other gets.
    `break_even_km` is the distance, as the crow flies, at which transport has eaten that gain.
    """

    price_eur_per_tonne: Decimal | None = None
    transport_eur_per_tonne: Decimal | None = None
    landed_eur_per_tonne: Decimal | None = None
    vehicle: str | None = None
    treatment_eur_per_tonne: Decimal | None = None
    storage_eur_per_tonne: Decimal | None = None
    avoided_gate_fee_eur_per_tonne: Decimal | None = None
    seeker_eur_per_tonne: Decimal | None = None
    holder_eur_per_tonne: Decimal | None = None
    total_eur_per_tonne: Decimal | None = None
    break_even_km: float | None = None
    notes: tuple[NoteState, ...] = ()


class CarbonState(Part):
    """CO2e avoided in kg per tonne, low to high, transport deducted: a convention, indicative, not a measurement.

    `tonnes` is the quantity that both can do; None: unknown. `transport` is what was deducted per tonne.
    """

    low_kg_per_tonne: float
    mid_kg_per_tonne: float
    high_kg_per_tonne: float
    transport_kg_per_tonne: float
    tonnes: float | None = None
    factor: str
    convention: str
    source: str
    attribution: str
    nl: str
    en: str


class ScoresState(Part):
    """The score of a pair in both orders: near by first, and keeping value first."""

    area_first: float
    chain_first: float


class ProposalState(Part):
    """A pair of listings that may trade: whose they are, how well they fit, and what the law says of it.

    `distance_km` is the great-circle distance between postcode-4 centres. `quantity` is what both can do, in
    `unit`; it is None when the two quantities cannot be compared with what is known. `score` is the one of `scores`
    that the want chose (`weighting`). `r_step` is the planned use on the R-ladder and `usual_r_step` the usual
    treatment of the material (10: disposal). When it supersedes another, `verdict_before` is the status that the
    superseded pair has by the law of the same day, and `verdict_changes` what is different since.
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
    weighting: Weighting = Weighting.AREA_FIRST
    scores: ScoresState | None = None
    parts: tuple[ScorePartState, ...]
    questions: tuple[QuestionState, ...] = ()
    landed: LandedState
    carbon: CarbonState | None = None
    r_step: int | None = None
    usual_r_step: int | None = None
    verdict: VerdictState
    supersedes: UUID | None = None
    verdict_before: LegalStatus | None = None
    verdict_changes: tuple[VerdictChangeState, ...] = ()


class TradesProposed(EventData):
    """New proposals that follow from one changed listing; a long list comes in several events.

    A listing that goes makes room in the lists of others, so the pairs need not be its own.
    """

    name: ClassVar[str] = "trades.proposed"
    version: ClassVar[int] = 2
    topic: ClassVar[str] = TRADES
    listing_id: UUID
    listing_kind: ListingKind
    listing_revision: int
    proposals: tuple[ProposalState, ...]


class ReassessmentCauseState(Part):
    """Why a trade was judged again, in a sentence. `about` is `law_file`, `date`, `document` or `code`."""

    about: str
    name: str
    on: date | None = None
    nl: str
    en: str


class TradeReassessed(EventData):
    """A trade that is open got another verdict although nobody changed a listing: the law did, or the day came.

    `rulebook_before`, `day_before`: what it was judged by; `verdict_before` is None when that rulebook can no longer
    be read. `verdict` takes the place of the one in the proposal.
    """

    name: ClassVar[str] = "trade.reassessed"
    topic: ClassVar[str] = TRADES
    trade_id: UUID
    offer_id: UUID
    offer_revision: int
    offer_organisation_id: UUID
    want_id: UUID
    want_revision: int
    want_organisation_id: UUID
    family: str
    concept: str
    distance_km: float
    verdict: VerdictState
    verdict_before: LegalStatus | None = None
    verdict_changes: tuple[VerdictChangeState, ...] = ()
    causes: tuple[ReassessmentCauseState, ...] = ()
    rulebook_before: str
    rulebook_after: str
    day_before: date
    day_after: date


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


class DisplacedState(Part):
    """A proposal that better ones pushed out of the lists of both its sides."""

    trade_id: UUID
    offer_id: UUID
    offer_organisation_id: UUID
    want_id: UUID
    want_organisation_id: UUID


class TradesDisplaced(EventData):
    """Proposals that still fit but are among the best of neither side any more, since one listing changed.

    They lapse quietly: nobody is told, and a proposal that somebody opened or acted on stays.
    """

    name: ClassVar[str] = "trades.displaced"
    topic: ClassVar[str] = TRADES
    listing_id: UUID
    listing_kind: ListingKind
    displaced: tuple[DisplacedState, ...]


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


class TradeMessaged(EventData):
    """A side of a trade wrote to the other. The words stay where the two sides read them."""

    name: ClassVar[str] = "trade.messaged"
    topic: ClassVar[str] = TRADES
    message_id: UUID
    trade_id: UUID
    sent_by: Side
    offer_id: UUID
    offer_organisation_id: UUID
    want_id: UUID
    want_organisation_id: UUID
    family: str
