"""What changed in a verdict is told in sentences, and nothing is told when nothing changed."""

from dataclasses import replace

from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import CriterionOutcome, Outcome
from matching.verdict_changes import named_changes, plain_changes
from tests.unit.matching.makers import verdict
from tests.unit.matching.pairs import RULEBOOK, judged, laptops, papers, reuse


def test_equal_verdicts_tell_nothing() -> None:
    assert plain_changes(verdict(), verdict()) == ()
    assert named_changes(RULEBOOK)(verdict(), verdict()) == ()


def test_status_blockers_duties_and_rules_are_told() -> None:
    rule = CriterionOutcome("R-1", "art. 1", Outcome.UNKNOWN, None, "<=", "2", "%")
    before = replace(verdict(blockers=("missing:function_test",)), criteria=(rule,), duties=("report",))
    met = replace(rule, outcome=Outcome.MET, value="1 %")
    after = replace(verdict(LegalStatus.PRODUCT, blockers=("missing:use_plan",)), criteria=(met,), duties=("keep",))
    told = plain_changes(before, after)
    assert [(one.about, one.name) for one in told] == [
        ("status", "status"),
        ("blocker", "missing:function_test"),
        ("blocker", "missing:use_plan"),
        ("duty", "report"),
        ("duty", "keep"),
        ("rule", "R-1"),
    ]
    assert told[0].nl == "De voorgestelde status was afval en is nu product."
    assert told[0].en == "The proposed status was waste and is now product."
    assert (told[1].before, told[1].after) == ("missing:function_test", None)
    assert (told[2].before, told[2].after) == (None, "missing:use_plan")
    assert told[5].nl == "art. 1: was onbekend (<= 2 %), is nu voldaan (<= 2 %)."
    assert "1 %" not in "".join(one.nl + one.en for one in told), "a measured value is the business of one side"


def test_the_words_are_those_of_the_rulebook() -> None:
    before = judged(laptops(evidence=papers()), reuse())
    told = named_changes(RULEBOOK)(before, judged(laptops(), reuse()))
    assert (told[0].before, told[0].after) == ("waste", "product")
    contract = next(one for one in told if one.name == "missing:contract_with_user")
    assert "contract met de gebruiker" in contract.nl
    assert "contract with the user" in contract.en
    assert any(one.about == "duty" and "_" not in one.nl for one in told)
