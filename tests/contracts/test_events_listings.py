"""Events about listings carry the full state, and no more of it than others may know."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from contracts.events.base import EventData
from contracts.events.listings import (
    LISTINGS,
    LimitState,
    ListingState,
    OfferEvent,
    OfferPublished,
    OfferState,
    PlaceState,
    PropertyState,
    WantEvent,
    WantState,
)
from contracts.events.registry import EVENT_TYPES
from contracts.vocabulary.terms import Grade, ListingKind, ListingStatus, Operator
from tests.contracts.example_events import example_bytes

OFFER: dict[str, Any] = orjson.loads(example_bytes("offer.published.v1"))["data"]["offer"]
WANT: dict[str, Any] = orjson.loads(example_bytes("want.published.v2"))["data"]["want"]


def _offer(**changes: Any) -> OfferState:
    return OfferState.model_validate_json(orjson.dumps(OFFER | changes))


@pytest.mark.parametrize("step", ["published", "revised", "withdrawn", "expired", "reserved", "reopened", "closed"])
@pytest.mark.parametrize(("kind", "parent"), [("offer", OfferEvent), ("want", WantEvent)])
def test_offers_and_wants_live_through_the_same_steps(kind: str, parent: type[EventData], step: str) -> None:
    event = EVENT_TYPES[f"nl.kringmarkt.{kind}.{step}.v{parent.version}"]

    assert issubclass(event, parent)
    assert event.topic == LISTINGS


@pytest.mark.parametrize("text", ["38", "38.50", "0.001", "1000000000000.000001", "-42.50"])
def test_decimals_keep_every_digit(text: str) -> None:
    offer = _offer(price_eur_per_tonne=text)

    assert offer.price_eur_per_tonne == Decimal(text)
    assert OfferPublished(offer=offer).model_dump(mode="json")["offer"]["price_eur_per_tonne"] == text


def test_unknown_is_none_and_not_zero() -> None:
    offer = _offer(price_eur_per_tonne=None, kg_per_unit=None)

    assert offer.price_eur_per_tonne is None
    assert offer.kg_per_unit is None
    assert _offer(price_eur_per_tonne="0").price_eur_per_tonne == 0


@pytest.mark.parametrize("value", [Decimal("17.5"), True, False, "EN 14961"])
@pytest.mark.parametrize(
    "part",
    [PropertyState(name="x", value=0, unit="%"), LimitState(property="x", operator=Operator.EQUAL, value=0, unit="%")],
)
def test_a_stated_value_is_a_number_a_yes_or_no_or_a_text(part: PropertyState | LimitState, value: object) -> None:
    stated = type(part).model_validate({**part.model_dump(), "value": value})

    read = type(part).model_validate_json(stated.model_dump_json())

    assert read.value == value
    assert type(read.value) is type(value)


def test_a_property_is_only_declared_until_more_is_known() -> None:
    assert PropertyState(name="moisture_content", value=Decimal(5), unit="% w/w").grade is Grade.DECLARED


def test_an_offer_is_no_want() -> None:
    assert OfferState.model_validate(OFFER).kind is ListingKind.OFFER
    assert WantState.model_validate(WANT).kind is ListingKind.WANT
    with pytest.raises(ValidationError, match="kind"):
        _offer(kind="want")


@pytest.mark.parametrize(("field", "value"), [("status", "gone"), ("unit", "ton"), ("condition", "fine")])
def test_a_word_outside_its_list_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError, match=field):
        _offer(**{field: value})


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 16, 12).isoformat()  # noqa: DTZ001 - the case that is tested

    with pytest.raises(ValidationError, match="timezone"):
        _offer(published_at=naive)


def test_no_event_can_hold_an_exact_address() -> None:
    assert set(PlaceState.model_fields) == {"postcode4", "municipality_code", "municipality", "province", "lat", "lon"}
    assert not {"address", "street", "postcode", "point", "contact", "email"} & set(ListingState.model_fields)


def test_every_status_of_a_listing_can_be_told() -> None:
    assert {_offer(status=status).status for status in ListingStatus} == set(ListingStatus)
