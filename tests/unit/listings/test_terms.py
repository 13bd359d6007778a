"""What a listing says: limits of its fields, values that fit their unit, comparisons that make sense."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import Grade, Language, LegalStatus, ListingKind, Operator, Visibility
from listings.terms import ExactPoint, Limit, ListingTerms, Measured, OfferTerms, Property, SearchTerms, WantTerms

LEAST: dict[str, Any] = {"title": "Beech offcuts", "quantity": "12.5", "unit": "t"}
WANT: dict[str, Any] = LEAST | {"concepts": ["wood"]}
SEARCH: dict[str, Any] = {"name": "Timber", "looks_for": "offer", "concepts": ["wood"]}


def refused(kind: type[Any], fields: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refusal:
        kind.model_validate(fields)
    return ".".join(map(str, refusal.value.errors()[0]["loc"]))


def test_a_title_a_quantity_and_a_unit_are_enough_for_an_offer() -> None:
    offer = OfferTerms.model_validate(LEAST)
    assert (offer.quantity, offer.unit, offer.recurrence) == (Decimal("12.5"), Unit.TONNE, Recurrence.ONE_OFF)
    assert (offer.language, offer.visibility) == (Language.DUTCH, Visibility.PUBLIC)


@pytest.mark.parametrize(("kind", "fields"), [(OfferTerms, LEAST), (WantTerms, WANT), (SearchTerms, SEARCH)])
def test_what_is_not_said_is_none_or_empty_and_never_zero(kind: type[Any], fields: dict[str, Any]) -> None:
    left_out = kind.model_validate(fields).model_dump()
    silent = {name: value for name, value in left_out.items() if name not in fields}
    decided = {"language", "recurrence", "visibility", "active", "weighting"}
    assert {name for name, value in silent.items() if value not in (None, (), "")} <= decided


@pytest.mark.parametrize(
    ("kind", "fields"), [(ListingTerms, LEAST), (OfferTerms, LEAST), (WantTerms, WANT), (SearchTerms, SEARCH)]
)
@pytest.mark.parametrize("unknown", ["titel", "price", "id"])
def test_a_field_that_is_not_there_is_refused(kind: type[Any], fields: dict[str, Any], unknown: str) -> None:
    assert refused(kind, fields | {unknown: "x"}) == unknown


def test_what_was_said_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        OfferTerms.model_validate(LEAST).title = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "ab"),
        ("title", "x" * 121),
        ("title", "Beech\u202eoffcuts"),
        ("quantity", "0"),
        ("quantity", "-1"),
        ("quantity", "NaN"),
        ("unit", "barrel"),
        ("price_eur_per_tonne", "100001"),
        ("density_kg_per_m3", "25001"),
        ("unit_weight_kg", "0"),
        ("properties", [{"name": "moisture", "unit": "% w/w", "value": 1}] * 61),
        ("available_from", "1-9-2026"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_field(field: str, value: Any) -> None:
    assert refused(OfferTerms, LEAST | {field: value}).startswith(field)


def test_an_owner_may_pay_to_get_rid_of_material() -> None:
    assert OfferTerms.model_validate(LEAST | {"price_eur_per_tonne": "-35.00"}).price_eur_per_tonne == Decimal(-35)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("concepts", []),
        ("concepts", ["wood"] * 21),
        ("max_distance_km", 0),
        ("max_distance_km", float("inf")),
        ("r_step", 2),
        ("r_step", 10),
        ("accepted_statuses", ["gold"]),
    ],
)
def test_a_want_that_cannot_be_is_refused_by_field(field: str, value: Any) -> None:
    assert refused(WantTerms, WANT | {field: value}).startswith(field)


def test_the_same_thing_said_twice_counts_once() -> None:
    statuses = ["waste", "product", "waste"]
    want = WantTerms.model_validate(WANT | {"concepts": ["wood", "glass", "wood"], "accepted_statuses": statuses})
    assert want.concepts == ("wood", "glass")
    assert want.accepted_statuses == (LegalStatus.WASTE, LegalStatus.PRODUCT)


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1), (float("nan"), 0)])
def test_a_point_is_on_earth(lat: float, lon: float) -> None:
    with pytest.raises(ValidationError):
        ExactPoint(lat=lat, lon=lon)


@pytest.mark.parametrize(
    ("unit", "value", "kept"),
    [
        ("% w/w", "18.50", Decimal("18.50")),
        ("bool", True, True),
        ("date", "2026-05-31", "2026-05-31"),
        ("class", " B ", "B"),
    ],
)
def test_a_value_is_read_as_its_unit_asks(unit: str, value: Any, kept: Any) -> None:
    found = Measured.model_validate({"unit": unit, "value": value})
    assert (found.value, type(found.value)) == (kept, type(kept))


@pytest.mark.parametrize(("unit", "value", "field"), [("mm", True, "value"), ("bool", 1, "value"), ("ell", 1, "unit")])
def test_a_wrong_value_or_unit_is_one_error(unit: str, value: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Measured.model_validate({"unit": unit, "value": value})
    assert [error["loc"] for error in refusal.value.errors()] == [(field,)]


def test_a_property_is_declared_until_somebody_says_more() -> None:
    stated = Property.model_validate({"name": "moisture", "unit": "% w/w", "value": 18})
    assert (stated.grade, stated.method, stated.laboratory, stated.measured_on) == (Grade.DECLARED, None, None, None)


@pytest.mark.parametrize("name", ["Moisture", "vocht gehalte", "1st", "", "x" * 61])
def test_a_property_is_named_in_snake_case(name: str) -> None:
    assert refused(Property, {"name": name, "unit": "mm", "value": 1}) == "name"


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize(("unit", "value"), [("mm", 5), ("date", "2026-05-31")])
def test_what_has_an_order_may_be_compared_in_any_way(operator: Operator, unit: str, value: Any) -> None:
    limit = Limit.model_validate({"property": "size", "operator": operator, "unit": unit, "value": value})
    assert limit.operator is operator


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize(("unit", "value"), [("bool", True), ("class", "B")])
def test_yes_no_and_text_can_only_be_equal(operator: Operator, unit: str, value: Any) -> None:
    fields = {"property": "grade", "operator": operator, "unit": unit, "value": value}
    if operator is Operator.EQUAL:
        assert Limit.model_validate(fields).operator is operator
    else:
        assert refused(Limit, fields) == "operator"


def test_a_search_looks_for_offers_or_for_wants_and_tells_until_it_is_stopped() -> None:
    search = SearchTerms.model_validate(SEARCH)
    assert (search.looks_for, search.active) == (ListingKind.OFFER, True)
