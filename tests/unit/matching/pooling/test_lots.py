"""A lot keeps every constraint of the want but its minimum and its price, which are asked of the pool as a whole."""

from datetime import date
from decimal import Decimal

from contracts.vocabulary.quantities import Unit
from matching.index import ListingIndex
from matching.pooling.lots import is_pooled, least_of, lot_between, lots_of, wants_near, without_minimum
from tests.unit.matching.makers import offer, place, uid, want
from tests.unit.matching.pooling.scenes import buyer, lot


def test_an_offer_that_is_too_small_is_a_lot_and_one_that_is_large_enough_stands_alone() -> None:
    assert [lot("small", 20).alone, lot("small", 20).amount] == [False, 20]
    assert [lot("large", 55).alone, lot("huge", 500).amount] == [True, 60]


def test_everything_but_minimum_and_price_still_counts() -> None:
    near = buyer(max_distance_km=10.0, available_from=date(2027, 1, 1), max_landed_eur_per_tonne=Decimal(5))

    assert lot_between(offer("dear", quantity=Decimal(20), price_eur_per_tonne=Decimal(500)), near) is not None
    assert lot_between(offer("far", place=place(51.0, 5.12)), near) is None
    assert lot_between(offer("early", available_until=date(2026, 12, 1)), near) is None
    assert lot_between(offer("other", concept="pe"), near) is None
    assert lot_between(None, near) is None


def test_what_cannot_be_compared_cannot_be_added_up() -> None:
    assert lot_between(offer("volume", unit=Unit.CUBIC_METRE), buyer()) is None


def test_a_lot_costs_what_the_seeker_pays_above_his_limit_and_an_open_price_is_asked() -> None:
    asked = buyer(max_landed_eur_per_tonne=Decimal(30))

    assert lot("cheap", 20, 10, asked).cost == -17.5
    assert lot("cheap", 20, 10, asked).expense == -350
    open_price = lot_between(offer("open", quantity=Decimal(20), price_eur_per_tonne=None), asked)
    assert open_price is not None
    assert open_price.cost == 0


def test_only_an_open_want_with_a_minimum_is_pooled_and_its_last_bit_may_be_small() -> None:
    assert is_pooled(buyer())
    assert not is_pooled(want("without"))
    assert not is_pooled(buyer(taken=60))
    assert least_of(buyer(taken=20)) == 40
    assert without_minimum(buyer()).state.minimum is None
    assert without_minimum(buyer()).key == uid("want")


def test_lots_and_wants_are_found_by_way_of_the_index() -> None:
    index = ListingIndex()
    small, asked = offer("small", quantity=Decimal(2)), buyer(max_landed_eur_per_tonne=Decimal(1))
    for entry in (small, asked, offer("other", concept="pe"), want("no minimum")):
        index.put(entry)

    assert list(lots_of(index, asked)) == [small.key]
    assert wants_near(index, small) == [asked]
    assert wants_near(index, offer("taken", taken=100)) == []


def test_a_lot_knows_its_days() -> None:
    assert lot("always", 5).first_day == date.min
    assert lot("until", 5, available_until=date(2027, 1, 1)).last_day == date(2027, 1, 1)
