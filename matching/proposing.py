"""Which offer and want may trade: all hard constraints, what stays open, and the proposal that follows.

`fits` is the law of matching. Everything faster (the index) may only leave out what this refuses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.events.listings import WantState
from contracts.events.trades import ProposalState, QuestionState, ScoresState
from contracts.vocabulary.terms import LegalStatus, Weighting
from contracts.vocabulary.verdict import Verdict
from matching.comparing import Scale, scale_between
from matching.errors import PairDoesNotFit
from matching.landed import Landed, landed_of
from matching.limits import broken_or_doubtful
from matching.measuring import Measured, measured, numbers_of_offer, numbers_of_want
from matching.model import OfferEntry, WantEntry, meet_in
from matching.questions import Doubt, DoubtKind, question_of
from matching.scoring import DECIMALS, exact_score, legal_mark, scored
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
    measured: Measured
    quantity: Decimal | None
    doubts: tuple[Doubt, ...]

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """Offer id and want id."""
        return self.offer.key, self.want.key

    @property
    def landed(self) -> Landed:
        """What a tonne costs at the seeker's door."""
        return landed_of(self.offer.state.price_eur_per_tonne, self.measured)

    def score(self, legal: float, weighting: Weighting | None = None) -> float:
        """The exact score, given the mark of legal feasibility; in the order that the want chose unless said."""
        return exact_score(self.measured, legal, weighting or self.want.state.weighting)

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

    numbers = measured(numbers_of_offer(offer), numbers_of_want(want), _levels_below(offer, want))
    scale = scale_between(offer.measure, want.measure)
    limits = broken_or_doubtful(want.state.limits, offer.state.properties)
    if limits is None or not (_in_reach(numbers, want) and _affordable(numbers) and _enough(offer, want, scale)):
        return None

    return Fit(
        offer=offer,
        want=want,
        measured=numbers,
        quantity=scale.smallest(offer.remaining, want.remaining) if scale else None,
        doubts=(*_doubts(offer, want, scale, numbers), *limits),
    )


def _levels_below(offer: OfferEntry, want: WantEntry) -> float:
    wanted = (one.depth for one in want.concepts if one.first <= offer.concept.first <= one.last)
    return float(offer.concept.depth - max(wanted))


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


def _in_reach(numbers: Measured, want: WantEntry) -> bool:
    return want.state.max_distance_km is None or numbers.distance_km <= want.state.max_distance_km


def _affordable(numbers: Measured) -> bool:
    """In whole cents. Written as a denial: a comparison with what is unknown (NaN) fails, and must pass here."""
    return not numbers.landed_cents > numbers.limit_cents


def _enough(offer: OfferEntry, want: WantEntry, scale: Scale | None) -> bool:
    minimum = want.state.minimum
    return minimum is None or scale is None or scale.covers(offer.remaining, minimum)


def _doubts(offer: OfferEntry, want: WantEntry, scale: Scale | None, numbers: Measured) -> Iterable[Doubt]:
    if scale is None:
        yield Doubt(
            DoubtKind.AMOUNT,
            "quantity",
            {"offer_unit": offer.state.unit.value, "want_unit": want.state.unit.value},
        )
    limit = want.state.max_landed_eur_per_tonne
    if limit is not None and offer.state.price_eur_per_tonne is None:
        yield Doubt(DoubtKind.PRICE, "price_eur_per_tonne", {"limit": str(limit)})
    elif limit is not None and scale is not None and numbers.load_kg != numbers.load_kg:
        yield Doubt(DoubtKind.WEIGHT, "weight", {"unit": offer.state.unit.value})
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
    mark = legal_mark(verdict)
    scores = {way: fit.score(mark, way) for way in Weighting}
    weighting = want.state.weighting
    before = check(former.offer, former.want, today) if former else None
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
        distance_km=fit.measured.distance_km,
        score=round(scores[weighting], DECIMALS),
        weighting=weighting,
        scores=ScoresState(area_first=scores[Weighting.AREA_FIRST], chain_first=scores[Weighting.CHAIN_FIRST]),
        parts=scored(fit.measured, verdict),
        questions=fit.questions,
        landed=fit.landed.state(),
        r_step=_step(fit.measured.r_step),
        usual_r_step=_step(fit.measured.usual_r_step),
        verdict=verdict_state(verdict),
        supersedes=former.trade_id if former else None,
        verdict_before=before.status if before else None,
        verdict_changes=tell(before, verdict) if before else (),
    )


def _step(step: float) -> int | None:
    return None if step != step else int(step)
