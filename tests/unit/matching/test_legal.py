"""Where no rule is at hand the answer is undetermined, with what to do next."""

import pytest

from contracts.vocabulary.terms import IntendedUse, LegalStatus
from matching.legal import USES, undetermined_check
from tests.unit.matching.makers import TODAY, offer, want


def test_without_a_use_the_seeker_is_asked_to_state_it() -> None:
    verdict = undetermined_check(offer(), want(), TODAY)
    assert verdict.status is LegalStatus.UNDETERMINED
    assert verdict.blockers == ("missing:use_plan",)
    assert "onbekend" in verdict.reason_nl
    assert "must state" in verdict.reason_en


@pytest.mark.parametrize("use", IntendedUse)
def test_material_and_use_are_named(use: IntendedUse) -> None:
    verdict = undetermined_check(offer(concept="wood_mdf"), want(intended_use=use), TODAY)
    material = offer(concept="wood_mdf").concept
    nl, en = USES[use]
    assert verdict.reason_nl.startswith("Er is nog geen regel")
    assert nl in verdict.reason_nl
    assert material.label_nl in verdict.reason_nl
    assert en in verdict.reason_en
    assert material.label_en in verdict.reason_en
    assert verdict.blockers == ()
    assert verdict.on == TODAY
