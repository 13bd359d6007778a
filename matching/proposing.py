"""Which offer and want may trade: all hard constraints, and what stays open.

`fits` is the law of matching. Everything faster (the index) may only leave out what this refuses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.events.listings import WantState
from contracts.events.trades import QuestionState
from contracts.vocabulary.terms import LegalStatus, Weighting
from contracts.vocabulary.verdict import Verdict
from matching.comparing import Scale, scale_between
from matching.landed import Landed, landed_of
from matching.limits import broken_or_doubtful
from matching.measuring import Measured, measured, numbers_of_offer, numbers_of_want
from matching.model import OfferEntry, WantEntry
from matching.questions import Doubt, DoubtKind, question_of
from matching.scoring import exact_score

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
