"""What may change because a day comes: papers that begin or run out, and dates that grow old."""

from datetime import date

from contracts.events.listings import EvidenceState, OfferState, WantState
from contracts.vocabulary.measures import MEASURE_UNITS, Dimension
from matching.facts_of_pair import counts


def counts_differently(paper: EvidenceState, before: date, after: date) -> bool:
    """Whether a document proves something on one of the two days only."""
    return counts(paper, before) is not counts(paper, after)


def may_change(state: OfferState | WantState, before: date, after: date) -> bool:
    """Whether what a listing states can lead to another verdict on `after` although the law is the same.

    A date among its properties always may: a verification or a sample grows too old some day.
    """
    if any(counts_differently(paper, before, after) for paper in state.evidence):
        return True
    return isinstance(state, OfferState) and any(_is_date(item.unit) for item in state.properties)


def _is_date(unit: str) -> bool:
    known = MEASURE_UNITS.get(unit)
    return known is not None and known.dimension is Dimension.DATE
