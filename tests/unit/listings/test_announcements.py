"""Every happening has its event, and every event carries the full state that others may know."""

from itertools import product
from uuid import UUID

import pytest

from contracts.envelope import Context, Event
from contracts.upcasts import read
from listings.announcements import (
    OFFER_EVENTS,
    WANT_EVENTS,
    Happening,
    about_listing,
    about_organisation,
    offer_state,
    want_state,
)
from listings.drafting import new_offer, new_want
from listings.model import AnyListing, Offer, Want
from listings.publishing import opened
from tests.unit.listings.scenes import HOLDER_ID, NOW, offer_draft, organisation, state_in, want_draft

EVENT_ID = UUID(int=9)
PROPERTIES = [
    {"name": "moisture", "value": "18.5", "unit": "%", "method": "NEN", "grade": "documented"},
    {"name": "painted", "value": False, "unit": "bool"},
]
LIMITS = [{"property": "moisture", "operator": "<=", "value": "25", "unit": "%"}]


def listings() -> tuple[AnyListing, AnyListing]:
    offer = new_offer(offer_draft(properties=PROPERTIES), UUID(int=1), HOLDER_ID, NOW)
    want = new_want(want_draft(limits=LIMITS, max_distance_km=80, r_step=8), UUID(int=2), HOLDER_ID, NOW)
    return opened(offer, NOW, EVENT_ID).listing, opened(want, NOW, EVENT_ID).listing


def test_every_happening_has_an_event_for_offers_and_wants() -> None:
    assert set(OFFER_EVENTS) == set(WANT_EVENTS) == set(Happening)
    for happening in Happening:
        assert OFFER_EVENTS[happening].name == f"offer.{happening}"
        assert WANT_EVENTS[happening].name == f"want.{happening}"


@pytest.mark.parametrize(("happening", "place"), list(product(Happening, (0, 1))))
def test_an_event_survives_the_journey_as_bytes(happening: Happening, place: int) -> None:
    event = about_listing(listings()[place], happening, EVENT_ID)
    (encoded,) = event.encode(Context(NOW, "/listings"))
    assert read(Event.decode(encoded.raw)).model_dump(mode="json") == event.data.model_dump(mode="json")


def test_a_measured_number_is_still_a_number_when_it_is_read() -> None:
    event = about_listing(listings()[0], Happening.PUBLISHED, EVENT_ID)
    (encoded,) = event.encode(Context(NOW, "/listings"))
    assert read(Event.decode(encoded.raw)) == event.data


def test_a_state_carries_every_field_that_the_listing_has() -> None:
    offer, want = listings()
    assert isinstance(offer, Offer)
    assert isinstance(want, Want)
    told, needed = offer_state(offer), want_state(want)
    assert [(item.name, item.value, item.grade) for item in told.properties] == [
        ("moisture", offer.terms.properties[0].value, "documented"),
        ("painted", False, "declared"),
    ]
    assert (needed.limits[0].operator, needed.max_distance_km, needed.r_step) == ("<=", 80, 8)
    assert (told.title, told.external_id, told.quantity) == ("Schone zaagresten", "ERP-1", offer.terms.quantity)


def test_a_listing_that_moved_is_told_where_it_was_too() -> None:
    offer, want = listings()
    event = about_listing(want.model_copy(update={"families": ("paper",)}), Happening.REVISED, EVENT_ID, offer)
    assert event.partition_keys == ("paper", "wood")
    assert state_in(event).families == ("paper",)


def test_an_organisation_is_registered_first_and_revised_afterwards() -> None:
    first = organisation()
    second = first.model_copy(update={"revision": 2})
    found = [about_organisation(item, EVENT_ID).data.name for item in (first, second)]
    assert found == ["organisation.registered", "organisation.revised"]
