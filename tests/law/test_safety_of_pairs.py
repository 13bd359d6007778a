"""The worst defect on a marketplace: telling two companies that something is no waste when that is not proven."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.listings import EvidenceState, PropertyState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.terms import IntendedUse, LegalStatus
from contracts.vocabulary.verdict import Confidence, Outcome, Verdict
from listings.announcements import offer_state
from listings.drafting import new_offer
from matching.end_of_waste.receipt import reproduce
from matching.end_of_waste.words import Origin, Processing
from matching.facts_of_pair import facts_of, said_by
from matching.model import OfferEntry, WantEntry, entry_of_offer
from matching.streams import STREAMS
from services.demo.region import load_region
from tests.unit.matching.makers import TODAY, TREE, offer, stated, want
from tests.unit.matching.pairs import (
    BY_PRODUCT_PAPERS,
    NOT_WASTE,
    REUSE_PAPERS,
    RULEBOOK,
    judged,
    laptops,
    papers,
    sawdust,
)

BETTER = RULEBOOK.settings.better
LEADS_TO = {question.id: question.leads_to for question in RULEBOOK.questions}
ASKED_BY = {rule.id: rule.law.questions for rule in RULEBOOK.rules}
MEASURES = {rule.id: rule.measures for rule in RULEBOOK.rules}
DAY = timedelta(days=1)


def assert_proven(verdict: Verdict) -> None:
    """A status other than waste: every rule of one question that leads to it is met, and none is from memory."""
    if verdict.status not in NOT_WASTE:
        return
    outcomes: dict[str, set[Outcome]] = {}
    for found in verdict.criteria:
        for question in ASKED_BY[found.rule_id]:
            outcomes.setdefault(question, set()).add(found.outcome)
    carrying = [
        question
        for question, seen in outcomes.items()
        if LEADS_TO[question] is verdict.status and seen == {Outcome.MET}
    ]
    assert carrying, verdict
    assert verdict.confidence not in (None, Confidence.MEMORY)
    assert verdict.blockers == ()
    assert reproduce(verdict.receipt, [RULEBOOK]) == verdict


def region_offers() -> list[OfferEntry]:
    """The offers of the demo region as the matcher sees them."""
    now = datetime.combine(TODAY, time(9), UTC)
    found = []
    for one in load_region(TODAY).organisations:
        for number, draft in enumerate(one.offers):
            key = uuid5(NAMESPACE_OID, f"{one.slug}:{number}")
            found.append(entry_of_offer(offer_state(new_offer(draft, key, one.organisation_id, now)), TREE))
    return found


def with_papers(entry: OfferEntry, evidence: tuple[EvidenceState, ...]) -> OfferEntry:
    """The same offer with these documents only."""
    return replace(entry, state=entry.state.model_copy(update={"evidence": evidence}))


def at_its_best(entry: OfferEntry) -> OfferEntry:
    """The same offer with every document, called a residue of production that needs no further processing."""
    best = {"evidence": ALL, "origin_process": "production_residue", "processing_done": ("normal_industrial_practice",)}
    return replace(entry, state=entry.state.model_copy(update=best))


def each_use(entry: OfferEntry) -> Iterator[tuple[OfferEntry, WantEntry]]:
    """The offer beside a want for every use there is, and one without a use."""
    for use in (*IntendedUse, None):
        yield entry, want(concepts=(entry.concept.id,), intended_use=use)


ALL = papers(*EvidenceKind)


def test_in_the_demo_region_nothing_is_called_a_product_that_is_not_proven() -> None:
    favourable = 0
    for entry in region_offers():
        for bare, wanted in each_use(entry):
            for tried in (bare, with_papers(bare, ALL), at_its_best(bare)):
                verdict = judged(tried, wanted)
                assert_proven(verdict)
                favourable += verdict.status in NOT_WASTE
    assert favourable, "at their best some must be favourable, or this test tries nothing"


@pytest.mark.parametrize(
    "given",
    [{"sha256": None}, {"valid_until": TODAY - DAY}, {"issued_on": TODAY + DAY}],
    ids=lambda one: next(iter(one)),
)
def test_a_document_without_bytes_or_out_of_its_days_is_as_good_as_none(given: dict[str, Any]) -> None:
    useless = papers(*EvidenceKind, **given)
    for entry in region_offers():
        for bare, wanted in each_use(with_papers(entry, ())):
            assert judged(with_papers(bare, useless), wanted) == judged(bare, wanted)


WORDS = st.lists(st.sampled_from(Origin), max_size=2, unique=True).map(", ".join)
WELL_KNOWN = st.sampled_from(("production_residue", "second_hand", "surplus_unopened", "Zagen", "household, business"))
CODES = st.none() | st.sampled_from(("170401", "170204", "160213", "200136", "030105", "191209", "999999"))
CLAIMS = st.none() | st.sampled_from(LegalStatus)
CONCEPTS = st.sampled_from([*STREAMS, *material_tree().families()])
KINDS = st.sets(st.sampled_from(EvidenceKind)) | st.sampled_from(
    [set(EvidenceKind), set(BY_PRODUCT_PAPERS), set(REUSE_PAPERS)]
)


@st.composite
def properties(draw: st.DrawFn) -> tuple[PropertyState, ...]:
    """Some properties of the rulebook, some of them in a unit that cannot be compared or stated twice."""
    stated_here = []
    for name in draw(st.lists(st.sampled_from(sorted(RULEBOOK.properties)), max_size=4)):
        unit = draw(st.sampled_from((RULEBOOK.properties[name].unit,) * 4 + ("mg/kg", "bool")))
        value = draw(
            st.booleans() if unit == "bool" else st.sampled_from((Decimal(0), Decimal(1), Decimal(500), "2026"))
        )
        stated_here.append(stated(name, value, unit))
    return tuple(stated_here)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[OfferEntry, WantEntry]:
    """Any pair; two in three start from one that is favourable and change one thing or nothing."""
    nearly = draw(
        st.sampled_from(((sawdust, IntendedUse.RAW_MATERIAL), (laptops, IntendedUse.REUSE_SAME_PURPOSE), None))
    )
    changes: dict[str, Any] = {
        "evidence": papers(*sorted(draw(KINDS))),
        "properties": draw(properties()),
        "eural_code": draw(CODES),
    }
    if nearly is not None:
        make, use = nearly
        entry = make(**dict(draw(st.lists(st.sampled_from(list(changes.items())), max_size=1))))
        return entry, want(concepts=(entry.concept.id,), intended_use=use)
    steps = draw(st.lists(st.sampled_from([*Processing, "iets anders"]), max_size=2, unique=True))
    entry = offer(
        concept=draw(CONCEPTS),
        origin_process=draw(WORDS | WELL_KNOWN),
        processing_done=tuple(map(str, steps)),
        claimed_status=draw(CLAIMS),
        **changes,
    )
    return entry, want(concepts=(entry.concept.id,), intended_use=draw(st.none() | st.sampled_from(IntendedUse)))


@settings(max_examples=600, deadline=None)
@given(pair=pairs(), days=st.integers(-30, 400))
def test_no_pair_is_ever_favourable_without_proof(pair: tuple[OfferEntry, WantEntry], days: int) -> None:
    assert_proven(judged(*pair, on=TODAY + days * DAY))


@settings(max_examples=400, deadline=None)
@given(pair=pairs(), data=st.data())
def test_removing_documents_never_improves_the_status(pair: tuple[OfferEntry, WantEntry], data: st.DataObject) -> None:
    entry, wanted = pair
    kept = data.draw(st.sets(st.sampled_from(entry.state.evidence or (None,)), max_size=len(entry.state.evidence)))
    fewer = tuple(one for one in entry.state.evidence if one in kept)
    assert worse_or_equal(judged(with_papers(entry, fewer), wanted), judged(entry, wanted))


@settings(max_examples=400, deadline=None)
@given(pair=pairs(), data=st.data())
def test_removing_a_property_that_was_met_never_improves_the_status(
    pair: tuple[OfferEntry, WantEntry], data: st.DataObject
) -> None:
    """A value that speaks against the material must not be left out; that one is the holder's lie, not our rule's."""
    entry, wanted = pair
    before = judged(entry, wanted)
    speaking = {
        outcome: {name for one in before.criteria if one.outcome is outcome for name in MEASURES[one.rule_id]}
        for outcome in Outcome
    }
    unclear = facts_of(said_by(entry, wanted, RULEBOOK, TODAY), RULEBOOK).unclear
    candidates = sorted(speaking[Outcome.MET] - speaking[Outcome.FAILED] - unclear)
    if candidates and not unclear:
        gone = data.draw(st.sampled_from(candidates))
        kept = tuple(one for one in entry.state.properties if one.name != gone)
        fewer = replace(entry, state=entry.state.model_copy(update={"properties": kept}))
        assert worse_or_equal(judged(fewer, wanted), before)


def worse_or_equal(verdict: Verdict, than: Verdict) -> bool:
    """Whether the first status is no better than the second."""
    return BETTER.index(verdict.status) >= BETTER.index(than.status)


def test_a_day_that_comes_takes_back_what_an_expired_paper_carried() -> None:
    ending: date = TODAY + DAY
    contract = papers(*REUSE_PAPERS, valid_until=ending)
    wanted = want(concepts=("weee_it",), intended_use=IntendedUse.REUSE_SAME_PURPOSE)
    assert judged(laptops(evidence=contract), wanted, ending).status is LegalStatus.PRODUCT
    assert judged(laptops(evidence=contract), wanted, ending + DAY).status is LegalStatus.WASTE
