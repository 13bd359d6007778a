"""A verdict of the legal check as events carry it."""

from functools import lru_cache

from contracts.events.trades import CriterionState, VerdictState
from contracts.vocabulary.verdict import ADVICE_EN, ADVICE_NL, CriterionOutcome, Verdict

KEPT_STATES = 5_000


class _Same:
    """A verdict by identity. The check gives pairs that say the same the same object; comparing it would cost more."""

    __slots__ = ("verdict",)

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __hash__(self) -> int:
        return id(self.verdict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.verdict is other.verdict


def verdict_state(verdict: Verdict) -> VerdictState:
    """The event form, with the advice that it is a proposal and not a decision."""
    return _state(_Same(verdict))


@lru_cache(maxsize=KEPT_STATES)
def _state(same: _Same) -> VerdictState:
    verdict = same.verdict
    return VerdictState(
        status=verdict.status,
        on=verdict.on,
        advice_nl=ADVICE_NL,
        advice_en=ADVICE_EN,
        reason_nl=verdict.reason_nl,
        reason_en=verdict.reason_en,
        criteria=tuple(_criterion(criterion) for criterion in verdict.criteria),
        blockers=verdict.blockers,
        duties=verdict.duties,
        missing=verdict.missing,
        confidence=verdict.confidence.value if verdict.confidence else None,
        receipt=verdict.receipt,
    )


def _criterion(criterion: CriterionOutcome) -> CriterionState:
    return CriterionState(
        rule_id=criterion.rule_id,
        article=criterion.article,
        outcome=criterion.outcome,
        value=criterion.value,
        operator=criterion.operator,
        limit=criterion.limit,
        unit=criterion.unit,
    )
