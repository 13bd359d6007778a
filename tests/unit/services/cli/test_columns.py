"""Columns: what they are called, and which field they fill in an offer and in a want."""

import pytest

from contracts.vocabulary.terms import ListingKind
from listings.commands import OfferDraft, WantDraft
from services.cli.cells import Style
from services.cli.columns import (
    COLUMNS,
    CONDITIONS_OF_A_MEASUREMENT,
    Column,
    all_names,
    any_column,
    column_of_field,
    dutch_column,
    plain_name,
)

OFFER, WANT = ListingKind.OFFER, ListingKind.WANT
FIELDS = {OFFER: set(OfferDraft.model_fields), WANT: set(WantDraft.model_fields)}
BESIDE_THE_DRAFT = {"kind", "lat", "lon"}
"""What a row tells that is no field of a draft itself: which draft it is, and the two halves of `point`."""


@pytest.mark.parametrize("kind", ListingKind)
def test_every_column_fills_a_field_that_the_draft_has(kind: ListingKind) -> None:
    filled = {target.field for column in COLUMNS if (target := column.target(kind))}
    assert filled - FIELDS[kind] == BESIDE_THE_DRAFT


@pytest.mark.parametrize("kind", ListingKind)
def test_no_field_is_filled_by_two_columns(kind: ListingKind) -> None:
    fields = [target.field for column in COLUMNS if (target := column.target(kind))]
    assert sorted(fields) == sorted(set(fields))


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("Gewicht_KG *", "gewicht kg"),
        ("gewicht kg", "gewicht kg"),
        ("  Prijs (€/t) ", "prijs € t"),
        ("hoeveelheid&nbsp;(m³)", "hoeveelheid m³"),
        ("t/m", "t m"),
        ("***", ""),
    ],
)
def test_a_header_in_one_form_is_letters_digits_and_single_blanks(header: str, plain: str) -> None:
    assert plain_name(header) == plain


def named(name: str) -> Column:
    found = any_column(name)
    assert found is not None
    return found


def test_both_languages_name_the_same_column() -> None:
    assert named("materiaal") is named("material")
    assert named("materiaal").name == "materiaal"


def test_only_dutch_names_make_a_header_dutch() -> None:
    assert dutch_column("hoeveelheid") is named("quantity")
    assert dutch_column("quantity") is None
    assert any_column("kleur") is None


def test_one_column_may_fill_another_field_in_a_want() -> None:
    assert [target.field for kind in ListingKind if (target := named("status").target(kind))] == [
        "claimed_status",
        "accepted_statuses",
    ]


def test_a_column_may_have_no_place_in_one_of_the_two() -> None:
    assert named("prijs").target(WANT) is None
    assert named("maximale afstand").target(OFFER) is None


def test_a_field_is_found_back_by_the_column_that_fills_it() -> None:
    assert column_of_field("concept", OFFER) is column_of_field("concepts", WANT) is named("materiaal")
    assert column_of_field("concepts", OFFER) is None


def test_every_name_is_listed_and_leads_to_a_column() -> None:
    assert {"titel", "quantity", "t/m"} <= set(all_names())
    assert [name for name in all_names() if any_column(plain_name(name)) is None] == []


def test_what_is_told_of_a_measurement_has_two_names() -> None:
    fields = [target.field for target in CONDITIONS_OF_A_MEASUREMENT.values()]
    assert {name: fields.count(name) for name in fields} == dict.fromkeys(fields, 2)


@pytest.mark.parametrize("cell", ["R8", "r 8", "8", 8, 8.0])
def test_a_step_of_the_r_ladder_is_written_with_or_without_its_letter(cell: str | float) -> None:
    target = named("r trede").target(WANT)
    assert target is not None
    assert target.read(cell, Style()) == "8"
