"""Near-misses are told of a listing without a match, and once more when that is over."""

from contracts.events.near_misses import NearMissesCounted
from contracts.vocabulary.terms import LapseReason
from matching.deciding import Cause, Change
from matching.index import ListingIndex
from matching.legal import undetermined_check
from matching.model import WantEntry
from matching.nearness.telling import near_misses_told
from tests.unit.matching.makers import TODAY, offer, place, uid, want

CAUSE = Cause(uid("cause"), "wood", TODAY, undetermined_check)
FAR = offer("far", place=place(52.9))


def told(before: WantEntry | None, after: WantEntry | None, *offers: object) -> list[int]:
    """How many near-misses each event tells of."""
    index = ListingIndex()
    for one in offers:
        index.put(one)  # type: ignore[arg-type]
    events = near_misses_told(index, Change(before, after, LapseReason.REVISED), CAUSE)
    return [len(event.data.misses) for event in events if isinstance(event.data, NearMissesCounted)]


def test_a_new_listing_without_a_match_is_told_of() -> None:
    assert told(None, want(max_distance_km=20.0), FAR) == [1]
    assert told(None, want(max_distance_km=20.0)) == []
    assert told(None, want(), FAR) == []


def test_a_listing_that_has_a_match_now_or_is_gone_is_told_of_once_more() -> None:
    alone = want(max_distance_km=20.0)

    assert told(alone, want(revision=2), FAR) == [0]
    assert told(alone, None, FAR) == [0]
    assert told(want(), want(revision=2), FAR) == []
