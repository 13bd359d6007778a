"""Events for the tests of notifications: a holder in Nijmegen, a seeker in Arnhem, bricks between them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.events.listings import OfferPublished, OfferState, PlaceState, WantPublished, WantState
from contracts.events.organisations import OrganisationRegistered, OrganisationState
from contracts.events.trades import (
    CriterionState,
    LandedState,
    LapsedState,
    ProposalState,
    QuestionState,
    ReassessmentCauseState,
    ScorePartState,
    SearchesMatched,
    SearchHitState,
    TradeEvent,
    TradeReassessed,
    TradesLapsed,
    TradesProposed,
    TradeState,
    VerdictState,
)
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import LapseReason, LegalStatus, ListingKind, ListingStatus, TradeStatus, Visibility
from contracts.vocabulary.verdict import Outcome
from notifications.model import Channel

HOLDER, SEEKER = UUID(int=0xA1), UUID(int=0xB2)
OFFER, WANT = UUID(int=0x0A), UUID(int=0x0B)
TRADE, SEARCH = UUID(int=0x70), UUID(int=0x5E)
HOLDER_CHANNEL, SEEKER_CHANNEL = Channel.of_organisation(HOLDER), Channel.of_organisation(SEEKER)
SEARCH_CHANNEL = Channel.of_search(SEARCH)

NIJMEGEN = PlaceState(
    postcode4="6511", municipality_code="0268", municipality="Nijmegen", province="Gelderland", lat=51.84, lon=5.86
)
ARNHEM = PlaceState(
    postcode4="6811", municipality_code="0202", municipality="Arnhem", province="Gelderland", lat=51.98, lon=5.91
)


def registered(organisation_id: UUID, name: str, kvk_number: str) -> OrganisationRegistered:
    state = OrganisationState(organisation_id=organisation_id, revision=1, name=name, kvk_number=kvk_number)
    return OrganisationRegistered(organisation=state)


def offer(
    visibility: Visibility = Visibility.PUBLIC, revision: int = 1, partners: tuple[UUID, ...] = ()
) -> OfferPublished:
    state = OfferState(
        listing_id=OFFER,
        revision=revision,
        organisation_id=HOLDER,
        status=ListingStatus.OPEN,
        title="Gave bakstenen",
        families=("mineral",),
        quantity=Decimal(40),
        unit=Unit.TONNE,
        place=NIJMEGEN,
        visibility=visibility,
        partners=partners,
        concept="brick",
    )
    return OfferPublished(offer=state)


def want(visibility: Visibility = Visibility.PUBLIC, revision: int = 1) -> WantPublished:
    state = WantState(
        listing_id=WANT,
        revision=revision,
        organisation_id=SEEKER,
        status=ListingStatus.OPEN,
        title="Stenen voor een tuinmuur",
        families=("mineral",),
        quantity=Decimal(25),
        unit=Unit.TONNE,
        place=ARNHEM,
        visibility=visibility,
        concepts=("masonry", "brick"),
    )
    return WantPublished(want=state)


PARTS = (
    ScorePartState(name="material", value=1.0, nl="precies dit materiaal", en="exactly this material"),
    ScorePartState(name="place", value=0.8437, nl="17,3 km van 40 km", en="17.3 km of 40 km"),
    ScorePartState(name="landed_value", value=0.6, nl="vervoer 3,46 EUR per ton", en="transport 3.46 EUR per tonne"),
)
VERDICT = VerdictState(
    status=LegalStatus.UNDETERMINED,
    on=date(2026, 3, 4),
    advice_nl="voorstel, geen besluit",
    advice_en="proposed, not a decision",
    reason_nl="asbestverklaring ontbreekt",
    reason_en="asbestos statement missing",
    criteria=(CriterionState(rule_id="eow-1", article="6", outcome=Outcome.UNKNOWN, value="VERGUNNING-77", limit="1"),),
    missing=("asbestos_statement",),
    receipt={"permit": "VERGUNNING-77"},
)


def proposal(**changes: Any) -> ProposalState:
    fields: dict[str, Any] = {
        "trade_id": TRADE,
        "offer_id": OFFER,
        "offer_revision": 1,
        "offer_organisation_id": HOLDER,
        "want_id": WANT,
        "want_revision": 1,
        "want_organisation_id": SEEKER,
        "family": "mineral",
        "concept": "brick",
        "quantity": Decimal(25),
        "unit": Unit.TONNE,
        "distance_km": 17.3,
        "score": 0.81234,
        "parts": PARTS,
        "questions": (QuestionState(about="asbestos", nl="Is er asbest gezocht?", en="Was asbestos looked for?"),),
        "landed": LandedState(
            price_eur_per_tonne=Decimal("-2.50"),
            transport_eur_per_tonne=Decimal("3.46"),
            landed_eur_per_tonne=Decimal("0.96"),
        ),
        "verdict": VERDICT,
    }
    return ProposalState(**{**fields, **changes})


def proposed(*proposals: ProposalState) -> TradesProposed:
    return TradesProposed(
        listing_id=OFFER, listing_kind=ListingKind.OFFER, listing_revision=1, proposals=proposals or (proposal(),)
    )


def lapsed(reason: LapseReason = LapseReason.WITHDRAWN) -> TradesLapsed:
    gone = LapsedState(
        trade_id=TRADE,
        offer_id=OFFER,
        offer_organisation_id=HOLDER,
        want_id=WANT,
        want_organisation_id=SEEKER,
        reason=reason,
    )
    return TradesLapsed(listing_id=OFFER, listing_kind=ListingKind.OFFER, lapsed=(gone,))


def traded(event: type[TradeEvent], status: TradeStatus, **changes: Any) -> TradeEvent:
    fields: dict[str, Any] = {
        "trade_id": TRADE,
        "revision": 1,
        "status": status,
        "offer_id": OFFER,
        "offer_organisation_id": HOLDER,
        "want_id": WANT,
        "want_organisation_id": SEEKER,
        "family": "mineral",
        "concept": "brick",
        "quantity": Decimal(25),
        "unit": Unit.TONNE,
    }
    return event(trade=TradeState(**{**fields, **changes}))


def matched(revision: int = 1) -> SearchesMatched:
    hit = SearchHitState(search_id=SEARCH, search_name="Bakstenen", organisation_id=SEEKER, score=0.9123, parts=PARTS)
    return SearchesMatched(
        listing_id=OFFER, listing_kind=ListingKind.OFFER, listing_revision=revision, concept="brick", hits=(hit,)
    )


def reassessed(**changes: Any) -> TradeReassessed:
    """The proposal of `proposed`, judged again because a document ran out."""
    pair = proposed().proposals[0]
    cause = ReassessmentCauseState(
        about="document", name="qms_certificate", on=date(2026, 12, 1), nl="Het document is verlopen.", en="It ran out."
    )
    names = ("trade_id", "offer_id", "offer_revision", "offer_organisation_id", "want_id", "want_revision")
    usual: dict[str, Any] = {
        **{name: getattr(pair, name) for name in (*names, "want_organisation_id", "family", "concept", "distance_km")},
        "verdict": pair.verdict,
        "verdict_before": LegalStatus.END_OF_WASTE,
        "causes": (cause,),
        "rulebook_before": "a" * 64,
        "rulebook_after": "a" * 64,
        "day_before": date(2026, 12, 1),
        "day_after": date(2026, 12, 2),
    }
    return TradeReassessed(**{**usual, **changes})
