"""The filters of a search as they stand in the address."""

from decimal import Decimal

import pytest

from contracts.vocabulary.terms import ListingKind
from infra.postgres.stores.listing_search import Order
from services.web.search_form import USUAL_RADIUS_KM, fields_of_search, read_search


def test_an_empty_address_asks_for_the_newest_offers() -> None:
    form = read_search({}, None)
    assert (form.kind, form.order, form.errors) == (ListingKind.OFFER, Order.NEWEST, {})


def test_a_postcode_measures_distances_and_puts_the_nearest_first() -> None:
    form = read_search({"postcode": "5038 AA"}, None)
    assert form.place is not None
    assert (form.filters.radius_km, form.order) == (USUAL_RADIUS_KM, Order.NEAREST)


def test_tonnes_become_kilogrammes_and_commas_are_read() -> None:
    assert read_search({"min": "12,5"}, None).filters.min_kg == Decimal(12500)


@pytest.mark.parametrize(
    ("name", "value"),
    [("postcode", "0000"), ("straal", "-3"), ("min", "veel"), ("max", "0"), ("prijs", "1e9"), ("euralcode", "999999")],
)
def test_a_wrong_value_is_told_and_filters_nothing(name: str, value: str) -> None:
    form = read_search({"postcode": "5038"} | {name: value}, None)
    assert form.errors == {name: f"search.wrong_{name}"}


def test_an_order_that_is_not_possible_falls_back() -> None:
    assert read_search({"volgorde": "dichtbij"}, None).order is Order.NEWEST
    assert read_search({"volgorde": "best", "q": "hout"}, None).order is Order.RELEVANCE


def test_control_characters_do_not_reach_the_database() -> None:
    assert read_search({"q": "ho\x00ut"}, None).filters.text == "hout"


def test_what_a_saved_search_has_is_taken_along() -> None:
    fields = fields_of_search(read_search({"q": "hout", "straal": "20", "volgorde": "nieuwste"}, None))
    assert (fields["q"], fields["straal"]) == ("hout", "20")
    assert "volgorde" not in fields
