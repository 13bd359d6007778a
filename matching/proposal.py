"""The proposal of a pair that fits, as events carry it: score, questions, worth, CO2, ladder, and the legal check."""

from datetime import date

from contracts.events.trades import ProposalState, ScoresState
from contracts.vocabulary.terms import Weighting
from matching.carbon import carbon_of
from matching.errors import PairDoesNotFit
from matching.landed_value import value_of
from matching.model import OfferEntry, WantEntry, meet_in
from matching.proposing import Check, Fit, fits
from matching.scoring import DECIMALS, legal_mark, scored
from matching.verdict_changes import Tell, plain_changes
from matching.verdicts import verdict_state


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
        landed=value_of(fit),
        carbon=carbon_of(fit),
        r_step=_step(fit.measured.r_step),
        usual_r_step=_step(fit.measured.usual_r_step),
        verdict=verdict_state(verdict),
        supersedes=former.trade_id if former else None,
        verdict_before=before.status if before else None,
        verdict_changes=tell(before, verdict) if before else (),
    )


def _step(step: float) -> int | None:
    return None if step != step else int(step)
