"""A verdict travels whole, with the advice that it is no decision."""

from dataclasses import replace

from contracts.vocabulary.verdict import Confidence, CriterionOutcome, Outcome
from matching.verdicts import verdict_state
from tests.unit.matching.makers import verdict


def test_everything_that_led_to_a_verdict_is_carried() -> None:
    criterion = CriterionOutcome("rule", "art. 6", Outcome.FAILED, "61", "<=", "50", "mg/kg")
    whole = replace(
        verdict(blockers=("missing:ce_marking",)),
        criteria=(criterion,),
        duties=("register",),
        missing=("ce_marking",),
        confidence=Confidence.READ,
        receipt={"rulebook": "1"},
    )
    state = verdict_state(whole)
    assert state.advice_nl == "voorstel, geen besluit"
    assert state.advice_en == "proposed, not a decision"
    (carried,) = state.criteria
    assert carried.model_dump() == {
        "rule_id": "rule",
        "article": "art. 6",
        "outcome": Outcome.FAILED,
        "value": "61",
        "operator": "<=",
        "limit": "50",
        "unit": "mg/kg",
    }
    assert (state.blockers, state.duties, state.missing) == (whole.blockers, whole.duties, whole.missing)
    assert (state.confidence, state.receipt) == ("read", {"rulebook": "1"})
    assert (state.status, state.on, state.reason_nl) == (whole.status, whole.on, "omdat")


def test_an_unknown_confidence_stays_unknown() -> None:
    assert verdict_state(verdict()).confidence is None
