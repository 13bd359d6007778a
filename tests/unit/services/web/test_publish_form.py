"""From text fields to a draft, or to a sentence for each wrong field."""

from decimal import Decimal

import pytest

from contracts.vocabulary.terms import ListingKind
from listings.commands import OfferDraft, WantDraft
from services.web.catalogue import knows
from services.web.publish_form import ORDER, fields_of, one, photo_ids, read_listing

OFFER = {
    "title": ["Sloophout"],
    "concept": ["wood_grade_b"],
    "quantity": ["12,5"],
    "unit": ["t"],
    "postcode": ["5038AA"],
}


def offer_of(**changes: str) -> OfferDraft:
    read = read_listing(
        ListingKind.OFFER, {**OFFER, **{name: [text] for name, text in changes.items()}}, as_draft=False
    )
    assert isinstance(read.draft, OfferDraft), read.errors
    return read.draft


@pytest.mark.parametrize(
    ("kind", "price", "expected"),
    [
        ("asks", "25", Decimal(25)),
        ("asks", "-25", Decimal(25)),
        ("pays", "35,50", Decimal("-35.5")),
        ("free", "99", Decimal(0)),
        ("open", "99", None),
    ],
)
def test_a_price_is_what_the_holder_means(kind: str, price: str, expected: Decimal | None) -> None:
    assert offer_of(price_kind=kind, price=price).price_eur_per_tonne == expected


def test_a_price_that_is_asked_but_not_named_is_asked_for() -> None:
    read = read_listing(ListingKind.OFFER, {**OFFER, "price_kind": ["asks"]}, as_draft=False)
    assert read.errors == {"price": "publish.wrong_price"}


def test_days_are_read_as_people_write_them() -> None:
    assert str(offer_of(available_until="31-12-2099").available_until) == "2099-12-31"


def test_a_last_day_before_the_first_is_told_at_the_last_day() -> None:
    fields = {**OFFER, "available_from": ["02-01-2099"], "available_until": ["01-01-2099"]}
    assert list(read_listing(ListingKind.OFFER, fields, as_draft=False).errors) == ["available_until"]


def test_properties_have_their_units_and_truths_are_yes_or_no() -> None:
    fields = {**OFFER, "property": ["moisture", "visible_oil", ""], "property_value": ["18", "nee", "7"]}
    draft = read_listing(ListingKind.OFFER, fields, as_draft=False).draft
    assert isinstance(draft, OfferDraft)
    assert [(item.name, item.value) for item in draft.properties] == [("moisture", Decimal(18)), ("visible_oil", False)]


@pytest.mark.parametrize("value", ["misschien", "12,5,5"])
def test_a_property_that_cannot_be_read_is_told(value: str) -> None:
    fields = {**OFFER, "property": ["visible_oil"], "property_value": [value]}
    assert "property_value" in read_listing(ListingKind.OFFER, fields, as_draft=False).errors


def test_a_draft_needs_no_material_and_no_place() -> None:
    fields = {"title": ["Iets"], "quantity": ["1"], "unit": ["t"]}
    assert read_listing(ListingKind.OFFER, fields, as_draft=True).draft is not None
    assert set(read_listing(ListingKind.OFFER, fields, as_draft=False).errors) == {"concept", "postcode"}


def test_a_want_reads_its_own_fields() -> None:
    fields = {**OFFER, "minimum": ["5"], "max_landed": ["-20"], "accepted_statuses": ["waste", "product"]}
    draft = read_listing(ListingKind.WANT, fields, as_draft=False).draft
    assert isinstance(draft, WantDraft)
    assert (draft.minimum, draft.max_landed_eur_per_tonne) == (Decimal(5), Decimal(-20))
    assert [status.value for status in draft.accepted_statuses] == ["waste", "product"]


def test_errors_stand_in_the_order_of_the_page() -> None:
    read = read_listing(ListingKind.OFFER, {"postcode": ["0000"], "quantity": ["x"], "unit": ["t"]}, as_draft=False)
    assert list(read.errors) == ["title", "concept", "quantity", "postcode"]


def test_every_field_has_a_sentence_for_what_can_be_wrong_with_it() -> None:
    assert not [name for name in ORDER if not knows(f"publish.wrong_{name}")]


def test_ids_of_photos_that_are_none_are_passed_over() -> None:
    good = "0198c9a2-6f3e-7cc1-9d51-3f2f5a1f0b11"
    assert [str(found) for found in photo_ids({"photo_id": [good, "../../etc/passwd"]})] == [good]
    assert one({}, "title") == ""
    assert callable(fields_of)
