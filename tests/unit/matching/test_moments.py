"""What a listing states may change by the coming of a day: papers that begin or end, dates that grow old."""

from datetime import date, timedelta

import pytest

from contracts.events.listings import PropertyState
from contracts.vocabulary.evidence import EvidenceKind
from matching.moments import counts_differently, may_change
from tests.unit.matching.makers import offer, want
from tests.unit.matching.pairs import paper

DAY = date(2026, 12, 1)
NEXT = DAY + timedelta(days=1)
KIND = EvidenceKind.QMS_CERTIFICATE


@pytest.mark.parametrize(
    ("given", "differs"),
    [
        ({}, False),
        ({"valid_until": DAY}, True),
        ({"valid_until": NEXT}, False),
        ({"valid_until": DAY - timedelta(days=1)}, False),
        ({"issued_on": NEXT}, True),
        ({"issued_on": DAY}, False),
        ({"valid_until": DAY, "sha256": None}, False),
    ],
)
def test_a_paper_counts_differently_only_across_its_first_or_last_day(given: dict[str, object], differs: bool) -> None:
    assert counts_differently(paper(KIND, **given), DAY, NEXT) is differs
    assert counts_differently(paper(KIND, **given), NEXT, DAY) is differs


def test_a_listing_changes_with_its_papers() -> None:
    assert may_change(offer(evidence=(paper(KIND, valid_until=DAY),)).state, DAY, NEXT)
    assert may_change(want(evidence=(paper(KIND, valid_until=DAY),)).state, DAY, NEXT)
    assert not may_change(offer(evidence=(paper(KIND),)).state, DAY, NEXT)


def test_a_date_among_the_properties_may_grow_too_old_on_any_day() -> None:
    verified = PropertyState(name="qms_verified_on", unit="date", value="2024-01-01")
    assert may_change(offer(properties=(verified,)).state, DAY, NEXT)
    content = PropertyState(name="foreign_materials", unit="% w/w", value="1")
    assert not may_change(offer(properties=(content,)).state, DAY, NEXT)
