"""A verdict is frozen advice: what was found per criterion, and how sure the text of the rule is."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import ADVICE_EN, ADVICE_NL, Confidence, CriterionOutcome, Outcome, Verdict

VERDICT = Verdict(
    status=LegalStatus.UNDETERMINED,
    on=date(2026, 11, 16),
    reason_nl="De conformiteitsverklaring ontbreekt.",
    reason_en="The declaration of conformity is missing.",
    criteria=(CriterionOutcome("RG-13", "art. 6 lid 1", Outcome.UNKNOWN),),
    missing=("missing:conformity_declaration",),
)


def test_the_law_advises_and_does_not_decide() -> None:
    assert (ADVICE_NL, ADVICE_EN) == ("voorstel, geen besluit", "proposed, not a decision")


def test_a_verdict_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        VERDICT.status = LegalStatus.PRODUCT  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        VERDICT.criteria[0].outcome = Outcome.MET  # type: ignore[misc]


def test_what_is_not_said_is_unknown_and_not_met() -> None:
    assert VERDICT.confidence is None
    assert VERDICT.criteria[0].value is None
    assert set(Outcome) == {"met", "failed", "unknown"}


def test_two_verdicts_do_not_share_a_receipt() -> None:
    one, other = (Verdict(LegalStatus.WASTE, date(2026, 1, 1), "", "") for _ in range(2))

    assert one.receipt == other.receipt == {}
    assert one.receipt is not other.receipt


def test_confidence_is_listed_best_first() -> None:
    assert list(Confidence) == ["read", "read_old", "secondary", "memory"]
