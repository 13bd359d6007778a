"""Which offer and want may trade: all hard constraints, what stays open, and the proposal that follows.

`fits` is the law of matching. Everything faster (the index) may only leave out what this refuses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.events.listings import WantState
from contracts.events.trades import ProposalState, QuestionState
from contracts.vocabulary.places import distance_km
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Verdict
from matching.comparing import Scale, scale_between
from matching.errors import PairDoesNotFit
from matching.landed import Landed, landed
from matching.limits import broken_or_doubtful
from matching.model import OfferEntry, WantEntry, meet_in
from matching.questions import Doubt, DoubtKind, question_of
from matching.scoring import Subject, score_of, scored
from matching.verdict_changes import Tell, plain_changes
from matching.verdicts import verdict_state

TRADES = uuid5(NAMESPACE_URL, "urn:kringmarkt:trades")
"""The namespace of trade ids."""

Check = Callable[[OfferEntry, WantEntry, date], Verdict]
"""The legal check of this material in this use on this day."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A pair that satisfies all hard constraints; `quantity` is in the offer's unit, None when not comparable."""

    offer: OfferEntry
    want: WantEntry
    distance_km: float
    landed: Landed
    quantity: Decimal | None
    scale: Scale | None
    doubts: tuple[Doubt, ...]

    @property
    def questions(self) -> tuple[QuestionState, ...]:
        """What is unknown and decides."""
        return tuple(question_of(doubt) for doubt in self.doubts)

    @property
    def trade_id(self) -> UUID:
        """The same for the same two revisions, so that replay creates nothing twice."""
        return trade_id_of(self.offer.key, self.offer.revision, self.want.key, self.want.revision)


def trade_id_of(offer_id: UUID, offer_revision: int, want_id: UUID, want_revision: int) -> UUID:
    """The id of the trade between these two revisions."""
    return uuid5(TRADES, f"{offer_id}:{offer_revision}:{want_id}:{want_revision}")


def fits(offer: OfferEntry, want: WantEntry) -> Fit | None:
    """The pair with what is known of it; None when it breaks a hard constraint."""
    if not all(allows(offer, want) for allows in PLAIN_CONSTRAINTS):
        return None

    distance = distance_km(offer.point, want.point)
    cost = landed(offer.state.price_eur_per_tonne, distance)
    scale = scale_between(offer.measure, want.measure)
    limits = broken_or_doubtful(want.state.limits, offer.state.properties)
    if limits is None or not (_in_reach(distance, want) and _affordable(cost, want) and _enough(offer, want, scale)):
        return None

    return Fit(
        offer=offer,
        want=want,
        distance_km=distance,
        landed=cost,
        quantity=scale.smallest(offer.remaining, want.remaining) if scale else None,
        scale=scale,
        doubts=(*_doubts(offer, want, scale), *limits),
    )


def _both_open(offer: OfferEntry, want: WantEntry) -> bool:
    return offer.is_open and want.is_open


def _two_parties_that_may_meet(offer: OfferEntry, want: WantEntry) -> bool:
    return (
        offer.organisation_id != want.organisation_id
        and offer.is_visible_to(want.organisation_id)
        and want.is_visible_to(offer.organisation_id)
    )


def _material(offer: OfferEntry, want: WantEntry) -> bool:
    return any(wanted.first <= offer.concept.first <= wanted.last for wanted in want.concepts)


def _accepted_status(offer: OfferEntry, want: WantEntry) -> bool:
    return accepts(want.state.accepted_statuses, offer.state.claimed_status)


def accepts(accepted: tuple[LegalStatus, ...], claimed: LegalStatus | None) -> bool:
    """Whether a claimed status is welcome; a holder who does not know it yet is asked, not refused."""
    return not accepted or _status_is_unknown(claimed) or claimed in accepted


def _status_is_unknown(claimed: LegalStatus | None) -> bool:
    return claimed is None or claimed is LegalStatus.UNDETERMINED


def _window(offer: OfferEntry, want: WantEntry) -> bool:
    """Both windows share a day; None is unbounded on that side."""
    first = max(offer.state.available_from or date.min, want.state.available_from or date.min)
    last = min(offer.state.available_until or date.max, want.state.available_until or date.max)
    return first <= last


PLAIN_CONSTRAINTS: tuple[Callable[[OfferEntry, WantEntry], bool], ...] = (
    _both_open,
    _two_parties_that_may_meet,
    _material,
    _window,
    _accepted_status,
)


def _in_reach(distance: float, want: WantEntry) -> bool:
    return want.state.max_distance_km is None or distance <= want.state.max_distance_km


def _affordable(cost: Landed, want: WantEntry) -> bool:
    limit = want.state.max_landed_eur_per_tonne
    return limit is None or cost.total is None or cost.total <= limit


def _enough(offer: OfferEntry, want: WantEntry, scale: Scale | None) -> bool:
    minimum = want.state.minimum
    return minimum is None or scale is None or scale.covers(offer.remaining, minimum)


def _doubts(offer: OfferEntry, want: WantEntry, scale: Scale | None) -> Iterable[Doubt]:
    if scale is None:
        yield Doubt(
            DoubtKind.AMOUNT,
            "quantity",
            {"offer_unit": offer.state.unit.value, "want_unit": want.state.unit.value},
        )
    limit = want.state.max_landed_eur_per_tonne
    if limit is not None and offer.state.price_eur_per_tonne is None:
        yield Doubt(DoubtKind.PRICE, "price_eur_per_tonne", {"limit": str(limit)})
    if want.state.accepted_statuses and _status_is_unknown(offer.state.claimed_status):
        yield Doubt(DoubtKind.STATUS, "claimed_status", {"accepted": _listed(want.state)})


def _listed(want: WantState) -> str:
    return ", ".join(status.value.replace("_", " ") for status in want.accepted_statuses)


def propose(offer: OfferEntry, want: WantEntry, check: Check, today: date, former: Fit | None = None) -> ProposalState:
    """The proposal of a pair; raises PairDoesNotFit when it breaks a hard constraint."""
    fit = fits(offer, want)
    if fit is None:
        raise PairDoesNotFit(
            f"offer {offer.key} revision {offer.revision} and want {want.key} revision {want.revision} break a hard "
            "constraint; expected a pair that `fits` accepts"
        )
    return proposal_of(fit, check, today, former)


def proposal_of(
    fit: Fit, check: Check, today: date, former: Fit | None = None, tell: Tell = plain_changes
) -> ProposalState:
    """The proposal of a pair that fits, with its score and the legal check; `former` is the pair it supersedes."""
    offer, want = fit.offer, fit.want
    verdict = check(offer, want, today)
    before = check(former.offer, former.want, today) if former else None
    parts = scored(_subject(fit, verdict, today))
    return ProposalState(
        trade_id=fit.trade_id,
        offer_id=offer.key,
        offer_revision=offer.revision,
        offer_organisation_id=offer.organisation_id,
        want_id=want.key,
        want_revision=want.revision,
        want_organisation_id=want.organisation_id,
        family=meet_in(offer, want) or offer.concept.family,
        concept=offer.state.concept,
        quantity=fit.quantity,
        unit=None if fit.quantity is None else offer.state.unit,
        distance_km=fit.distance_km,
        score=score_of(parts),
        parts=parts,
        questions=fit.questions,
        landed=fit.landed.state(),
        verdict=verdict_state(verdict),
        supersedes=former.trade_id if former else None,
        verdict_before=before.status if before else None,
        verdict_changes=tell(before, verdict) if before else (),
    )


def best_first(proposals: Iterable[ProposalState]) -> list[ProposalState]:
    """Highest score first; equal scores by trade id, so that every run gives the same order."""
    return sorted(proposals, key=lambda proposal: (-proposal.score, str(proposal.trade_id)))


def _subject(fit: Fit, verdict: Verdict, today: date) -> Subject:
    offer, want = fit.offer, fit.want
    wanted = [concept for concept in want.concepts if concept.first <= offer.concept.first <= concept.last]
    return Subject(
        levels_below=offer.concept.depth - max(concept.depth for concept in wanted),
        share=None if fit.scale is None else _share(fit, fit.scale),
        distance_km=fit.distance_km,
        days=_days_together(fit, today),
        landed=fit.landed.total,
        max_landed=want.state.max_landed_eur_per_tonne,
        r_step=want.state.r_step,
        verdict=verdict,
    )


def _share(fit: Fit, scale: Scale) -> float:
    return float(min(Decimal(1), fit.offer.remaining * scale.offer / (fit.want.remaining * scale.want)))


def _days_together(fit: Fit, today: date) -> int | None:
    """Days from today on which both windows are open; None: without end."""
    one, other = fit.offer.state, fit.want.state
    ends = [end for end in (one.available_until, other.available_until) if end is not None]
    if not ends:
        return None
    first = max(today, one.available_from or today, other.available_from or today)
    return max(0, (min(ends) - first).days + 1)
