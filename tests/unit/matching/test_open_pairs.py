"""The open listings of a lane in an order that can be resumed, and the pairs that are told in their family."""

from uuid import UUID

from contracts.topics import lane_of
from contracts.vocabulary.terms import ListingStatus
from matching.editions import Law
from matching.index import FamilyIndexes
from matching.legal import undetermined_check
from matching.model import AnyListing
from matching.open_pairs import IndexPairs, Place
from tests.unit.matching.makers import TODAY, offer, uid, want
from tests.unit.matching.pairs import RULEBOOK

WOOD = lane_of("wood")


def filled(*records: object) -> FamilyIndexes:
    """Indexes with these records in the family of wood."""
    indexes = FamilyIndexes()
    for record in records:
        indexes.of("wood").put(record)  # type: ignore[arg-type]
    return indexes


def test_places_come_in_the_order_of_family_and_key_whatever_came_first() -> None:
    listings = [offer(listing_id=uid(f"offer {number}")) for number in range(8)]
    forwards, backwards = IndexPairs(filled(*listings)), IndexPairs(filled(*reversed(listings)))
    assert (
        list(forwards.places(WOOD))
        == list(backwards.places(WOOD))
        == sorted(Place("wood", listing.key) for listing in listings)
    )


def test_other_lanes_and_listings_that_are_not_open_have_no_place() -> None:
    pairs = IndexPairs(filled(offer(), want(status=ListingStatus.RESERVED)))
    assert [place.key for place in pairs.places(WOOD)] == [offer().key]
    assert list(pairs.places((WOOD + 1) % 12)) == []


def test_a_listing_that_is_gone_is_none() -> None:
    pairs = IndexPairs(filled(offer()))
    assert pairs.listing(Place("wood", offer().key)) is not None
    assert pairs.listing(Place("wood", UUID(int=5))) is None


def test_the_pairs_of_a_listing_are_those_that_stand_under_a_law() -> None:
    pairs = IndexPairs(filled(offer(), want()))
    law = Law(RULEBOOK, TODAY, undetermined_check)
    found = pairs.pairs("wood", offer(), law)
    assert [(fit.offer.key, fit.want.key) for fit in found] == [(offer().key, want().key)]


def test_only_the_best_of_either_side_are_open() -> None:
    wants = [want(f"want {number}", listing_id=uid(f"want {number}")) for number in range(5)]
    pairs = IndexPairs(filled(offer(), offer("other", listing_id=uid("other offer")), *wants), best_k=1)
    law = Law(RULEBOOK, TODAY, undetermined_check)
    everything = [fit.pair for place in pairs.places(WOOD) for fit in pairs.pairs("wood", _at(pairs, place), law)]
    assert 0 < len(set(everything)) < 10


def _at(pairs: IndexPairs, place: Place) -> AnyListing:
    listing = pairs.listing(place)
    assert listing is not None
    return listing
