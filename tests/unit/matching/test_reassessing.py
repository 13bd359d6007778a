"""From one law to another: which pairs are looked at, what is told of them, and that it is told once."""

from dataclasses import replace
from datetime import date

from contracts.events.trades import TradeReassessed
from contracts.topics import lane_of
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import IntendedUse, LegalStatus
from matching.editions import Edition, Law
from matching.index import FamilyIndexes
from matching.legal import end_of_waste_check
from matching.open_pairs import IndexPairs, Place
from matching.reassessing import Reassessment, places_after
from matching.verdict_changes import named_changes
from tests.unit.matching.makers import offer, uid, want
from tests.unit.matching.pairs import BY_PRODUCT_PAPERS, RULEBOOK, paper, papers, raw_material, sawdust

EVE, DAY = date(2026, 12, 8), date(2026, 12, 9)
QUIET, AFTER = date(2026, 12, 15), date(2026, 12, 16)
CHECK = end_of_waste_check(RULEBOOK)


def between(first: date, last: date) -> Reassessment:
    """From the law of one day to that of another."""
    before = Law(RULEBOOK, first, CHECK)
    return Reassessment(before.edition, before, Law(RULEBOOK, last, CHECK), named_changes(RULEBOOK))


def pairs_of(*records: object) -> IndexPairs:
    """Open pairs in the family of wood."""
    indexes = FamilyIndexes()
    for record in records:
        indexes.of("wood").put(record)  # type: ignore[arg-type]
    return IndexPairs(indexes)


def told(reassessment: Reassessment, pairs: IndexPairs) -> list[TradeReassessed]:
    """Everything that is told, in order."""
    found = []
    for place in pairs.places(lane_of("wood")):
        for fit in reassessment.pairs(place, pairs):
            event = reassessment.event(fit, "wood")
            if event is not None and isinstance(event.data, TradeReassessed):
                found.append(event.data)
    return found


def expiring() -> IndexPairs:
    """A by-product of which the contract runs out on QUIET."""
    rest = papers(*(kind for kind in BY_PRODUCT_PAPERS if kind is not EvidenceKind.CONTRACT_WITH_USER))
    contract = paper(EvidenceKind.CONTRACT_WITH_USER, valid_until=QUIET)
    return pairs_of(sawdust(evidence=(contract, *rest)), raw_material())


def test_on_a_day_on_which_the_law_changes_every_offer_is_looked_at() -> None:
    assert between(EVE, DAY).of_all
    assert between(EVE, DAY).concerns(offer())
    assert not between(EVE, DAY).concerns(want())
    assert not between(QUIET, AFTER).of_all
    assert not between(QUIET, AFTER).concerns(offer())


def test_another_rulebook_concerns_every_offer() -> None:
    law = Law(RULEBOOK, DAY, CHECK)
    was = Edition("another", DAY)
    assert Reassessment(was, None, law, named_changes(RULEBOOK)).of_all


def test_a_document_that_ran_out_changes_the_status_and_says_so() -> None:
    (event,) = told(between(QUIET, AFTER), expiring())
    assert (event.verdict_before, event.verdict.status) == (LegalStatus.BY_PRODUCT, LegalStatus.WASTE)
    assert "missing:contract_with_user" in event.verdict.blockers
    assert [(cause.about, cause.name) for cause in event.causes] == [("document", "contract_with_user")]


def test_a_pair_of_which_both_sides_are_concerned_is_told_once() -> None:
    seeker = raw_material(evidence=(paper(EvidenceKind.USE_PLAN, valid_until=QUIET),))
    pairs = expiring()
    (offered,) = [pairs.listing(place) for place in pairs.places(lane_of("wood")) if place.key == sawdust().key]
    assert len(told(between(QUIET, AFTER), pairs_of(offered, seeker))) == 1


def test_a_pair_of_which_only_the_want_is_concerned_is_looked_at_for_the_want() -> None:
    seeker = raw_material(evidence=(paper(EvidenceKind.USE_PLAN, valid_until=QUIET),))
    pairs = pairs_of(sawdust(), seeker)
    reassessment = between(QUIET, AFTER)
    looked = [fit for place in pairs.places(lane_of("wood")) for fit in reassessment.pairs(place, pairs)]
    assert len(looked) == 1


def test_what_stays_as_it_was_is_not_told() -> None:
    assert told(between(EVE, DAY), pairs_of(sawdust(), raw_material())) == []


def test_the_same_two_laws_give_the_same_event_id() -> None:
    (fit,) = expiring().pairs("wood", sawdust(), Law(RULEBOOK, QUIET, CHECK))
    one, other = between(QUIET, AFTER), between(QUIET, AFTER)
    assert one.event_id(fit.trade_id, "wood") == other.event_id(fit.trade_id, "wood")
    assert one.event_id(fit.trade_id, "wood") != between(EVE, DAY).event_id(fit.trade_id, "wood")


def test_a_law_that_cannot_be_read_any_more_leaves_the_former_verdict_open() -> None:
    gone = replace(between(QUIET, AFTER), was=Edition("gone", QUIET), before=None)
    (event,) = told(gone, pairs_of(sawdust(), raw_material(intended_use=IntendedUse.RAW_MATERIAL)))
    assert (event.verdict_before, event.verdict_changes) == (None, ())
    assert event.rulebook_before == "gone"


def test_places_behind_the_cursor_are_left() -> None:
    places = [Place("wood", uid(str(number))) for number in range(5)]
    places.sort()
    assert list(places_after(places, None)) == places
    assert list(places_after(places, places[2])) == places[3:]
