"""What a reader may be shown of somebody else's listing.

A holder who publishes anonymously must not be found by adding things up. So next to the name and municipality
everything that follows from the exact distance is made coarse or left out: the distance itself, transport
cost, the value of each part of the score, and sentences that were written with those figures in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from contracts.events.trades import (
    CarbonState,
    LandedState,
    ProposalState,
    ScorePartState,
    ScoresState,
    SearchHitState,
    VerdictState,
)
from contracts.vocabulary.terms import ListingKind
from notifications.model import ListingCard, OrganisationCard

DISTANCE_STEP_KM = 5
# A lorry costs less than 1 EUR per tonne and kilometre and a van less than 3, so a step hides at least as much as 5 km.
TRANSPORT_STEPS_EUR: Mapping[str | None, Decimal] = {"articulated": Decimal(5), "rigid": Decimal(5)}
TRANSPORT_STEP_OF_OTHERS_EUR = Decimal(15)
# Anybody can do the sum of the score again, so an exact score would give the exact value of the part for place.
SCORE_STEPS = 20
SCORE_DECIMALS = 4
SUMS_WITH_TRANSPORT = ("landed_eur_per_tonne", "seeker_eur_per_tonne", "total_eur_per_tonne")
# A van, the worst that drives, emits less than 1 kg per tonne and kilometre.
CARBON_STEP_KG = 5
CARBON_FIGURES = ("low_kg_per_tonne", "mid_kg_per_tonne", "high_kg_per_tonne")
# Parts whose sentence says nothing of distance, place or transport cost; the sentence of any other part is
# left out for an anonymous counterpart, so that a part added later does not tell too much.
PARTS_WITHOUT_PLACE = frozenset({"material", "quantity", "time", "r_step", "legal"})
VERDICT_FIELDS: dict[str, Any] = {
    "status": True,
    "on": True,
    "advice_nl": True,
    "advice_en": True,
    "reason_nl": True,
    "reason_en": True,
    # No values: they come from the other side's documents. The receipt holds all of its facts.
    "criteria": {"__all__": {"rule_id", "article", "outcome"}},
    "blockers": True,
    "duties": True,
    "missing": True,
    "confidence": True,
}


@dataclass(frozen=True, slots=True)
class Cards:
    """The part of the directory that one event needs."""

    listings: Mapping[UUID, ListingCard] = field(default_factory=dict)
    organisations: Mapping[UUID, OrganisationCard] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sight:
    """A listing as `reader` sees it.

    `card` is None when the directory does not know the listing as it was at the event's revision: an older
    revision may have been public where this one is not, so it counts as anonymous. `holder` is given when the
    event names it.
    """

    reader: UUID
    listing_id: UUID
    kind: ListingKind
    card: ListingCard | None
    holder: UUID | None = None
    names_exchanged: bool = False

    @property
    def open(self) -> bool:
        """Whether the reader may know whose listing it is, and where."""
        return self.names_exchanged or (self.card is not None and self.card.shows_its_holder_to(self.reader))


def card_of(cards: Cards, listing_id: UUID, revision: int = 0) -> ListingCard | None:
    """The card of a listing when it is at least as new as `revision`; None otherwise."""
    card = cards.listings.get(listing_id)
    return card if card is not None and card.revision >= revision else None


def listing_body(sight: Sight, cards: Cards, concept: str | None, distance_km: float | None) -> dict[str, Any]:
    """The listing in the body of an alert; `distance_km` None is unknown or of no use."""
    card = sight.card
    return {
        "listing_id": str(sight.listing_id),
        "kind": sight.kind.value,
        "title": card.title if card else None,
        "concept": concept or (card.concepts[0] if card and card.concepts else None),
        "province": card.province if card else None,
        "municipality": card.municipality if card and sight.open else None,
        "distance_km": _distance(sight, distance_km),
        "anonymous": not sight.open,
        "organisation": _organisation(sight, cards) if sight.open else None,
    }


def score_body(sight: Sight, scored: ProposalState | SearchHitState, distance_km: float | None) -> dict[str, Any]:
    """Score and parts, 0 to 1, with the names of the best and the weakest part (None without parts)."""
    ranked = sorted(scored.parts, key=lambda part: part.value)
    return {
        "score": _score(sight, scored.score),
        "parts": [_part(sight, part, distance_km) for part in scored.parts],
        "best": ranked[-1].name if ranked else None,
        "weakest": ranked[0].name if ranked else None,
    }


def scores_body(sight: Sight, scores: ScoresState | None) -> dict[str, float] | None:
    """The score in both orders; None when it was not worked out."""
    if scores is None:
        return None
    ways = {"area_first": scores.area_first, "chain_first": scores.chain_first}
    return {way: _score(sight, round(score, SCORE_DECIMALS)) for way, score in ways.items()}


def carbon_body(sight: Sight, carbon: CarbonState | None) -> dict[str, Any] | None:
    """CO2e avoided per tonne with its source; coarse, and without what transport took, when not `open`."""
    if carbon is None:
        return None
    body = carbon.model_dump(mode="json", include=set(CarbonState.model_fields))
    if sight.open:
        return body
    coarse = {name: float(CARBON_STEP_KG * round(body[name] / CARBON_STEP_KG)) for name in CARBON_FIGURES}
    return {**body, **coarse, "transport_kg_per_tonne": None, "nl": None, "en": None}


def landed_body(sight: Sight, landed: LandedState) -> dict[str, Any]:
    """What a tonne costs at the door, in EUR per tonne as text; with a coarse transport cost when not `open`."""
    shown = landed if sight.open else _coarse_landed(landed)
    return shown.model_dump(mode="json", include=set(LandedState.model_fields))


def verdict_body(verdict: VerdictState) -> dict[str, Any]:
    """The proposed legal status with why, and what is missing: without measured values and without the receipt."""
    return verdict.model_dump(mode="json", include=VERDICT_FIELDS)


def coarse_km(distance_km: float) -> float:
    """The nearest multiple of 5 km."""
    return float(DISTANCE_STEP_KM * round(distance_km / DISTANCE_STEP_KM))


def _distance(sight: Sight, distance_km: float | None) -> float | None:
    if distance_km is None:
        return None
    return round(distance_km, 1) if sight.open else coarse_km(distance_km)


def _organisation(sight: Sight, cards: Cards) -> dict[str, Any] | None:
    organisation_id = sight.holder or (sight.card.organisation_id if sight.card else None)
    if organisation_id is None:
        return None
    known = cards.organisations.get(organisation_id)
    return {
        "organisation_id": str(organisation_id),
        "name": known.name if known else None,
        "kvk_number": known.kvk_number if known else None,
    }


def _part(sight: Sight, part: ScorePartState, distance_km: float | None) -> dict[str, Any]:
    if sight.open:
        return {"name": part.name, "value": part.value, "nl": part.nl, "en": part.en}
    nl, en = _sentences(part, distance_km)
    return {"name": part.name, "value": round(part.value, 1), "nl": nl, "en": en}


def _sentences(part: ScorePartState, distance_km: float | None) -> tuple[str | None, str | None]:
    if part.name in PARTS_WITHOUT_PLACE:
        return part.nl, part.en
    if part.name == "place" and distance_km is not None:
        km = f"{coarse_km(distance_km):.0f}"
        return f"De afstand is ongeveer {km} km.", f"The distance is about {km} km."
    return None, None


def _coarse_landed(landed: LandedState) -> LandedState:
    """Transport in steps, in every sum that it is part of. Sentences are left out: they hold the exact figures."""
    price, transport = landed.price_eur_per_tonne, landed.transport_eur_per_tonne
    if transport is None:
        return landed.model_copy(update={"notes": (), **dict.fromkeys(SUMS_WITH_TRANSPORT)})
    coarse = _stepped(transport, TRANSPORT_STEPS_EUR.get(landed.vehicle, TRANSPORT_STEP_OF_OTHERS_EUR))
    return landed.model_copy(
        update={
            "transport_eur_per_tonne": coarse,
            "landed_eur_per_tonne": None if price is None else price + coarse,
            "seeker_eur_per_tonne": _shifted(landed.seeker_eur_per_tonne, coarse - transport),
            "total_eur_per_tonne": _shifted(landed.total_eur_per_tonne, transport - coarse),
            "notes": (),
        }
    )


def _shifted(amount: Decimal | None, by: Decimal) -> Decimal | None:
    return None if amount is None else amount + by


def _score(sight: Sight, score: float) -> float:
    return score if sight.open else round(score * SCORE_STEPS) / SCORE_STEPS


def _stepped(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def coarse_eur(amount: Decimal) -> Decimal:
    """The nearest multiple of the step that hides a place whatever carries the load."""
    return _stepped(amount, TRANSPORT_STEP_OF_OTHERS_EUR)
