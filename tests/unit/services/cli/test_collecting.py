"""From cells to fields: what agrees is taken, what does not is told, and nothing is guessed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import ListingKind, Operator
from services.cli.binding import bind
from services.cli.cells import Wrong
from services.cli.collecting import Collected, collect, kind_of
from services.cli.rows import Broken, Cell, Row

OFFER, WANT = ListingKind.OFFER, ListingKind.WANT


def row(cells: Mapping[str, Cell], kind: ListingKind = OFFER, more: tuple[Cell, ...] = ()) -> Collected:
    """What a row says; `more` are cells without a header."""
    return collect(Row(7, (*cells.values(), *more)), bind(list(cells)), kind, None)


def collected(kind: ListingKind = OFFER, *more: Cell, **cells: Cell) -> Collected:
    """The same for headers of one word."""
    return row(cells, kind, more)


def measured(kind: ListingKind, **cells: Cell) -> Collected:
    headers = {"value": "eigenschap:moisture[% w/w]", "method": "eigenschap:moisture:methode"}
    limits = {"limit": "limiet:moisture[% w/w]", "other": "limit: moisture [% w/w]", "checked": "limiet:pvc[bool]"}
    names = [(headers | limits | {"again": "property:moisture[% w/w]"})[name] for name in cells]
    return collect(Row(7, tuple(cells.values())), bind(names), kind, None)


def told(found: Collected) -> list[tuple[str | None, str | None]]:
    assert {fault.row for fault in found.faults} <= {7}
    return [(fault.column, fault.got) for fault in found.faults]


def test_a_field_knows_its_column_and_what_the_cell_held() -> None:
    found = collected(titel=" Puin ", prijs="€ -15,00")
    assert found.fields == {"title": "Puin", "price_eur_per_tonne": Decimal("-15.00")}
    assert (found.headers["price_eur_per_tonne"], found.got["price_eur_per_tonne"]) == ("prijs", "€ -15,00")
    assert found.faults == []


@pytest.mark.parametrize("cell", [None, "", " ", "-", "n.v.t.", "onbekend", "?"])
def test_a_cell_that_says_nothing_gives_no_field(cell: Cell) -> None:
    found = collected(prijs=cell)
    assert (found.fields, found.faults) == ({}, [])


def test_a_hyphen_in_a_text_is_a_text() -> None:
    assert collected(titel="-").fields == {"title": "-"}


def test_a_price_left_open_is_no_field_and_no_fault() -> None:
    found = collected(prijs="n.o.t.k.")
    assert (found.fields, found.faults) == ({}, [])


@pytest.mark.parametrize(
    "cells",
    [
        {"hoeveelheid": "12,5 ton per jaar"},
        {"hoeveelheid": "12,5", "eenheid": "ton/jaar"},
        {"hoeveelheid": "12,5", "eenheid": "ton", "herhaling": "jaarlijks"},
        {"hoeveelheid": "12,5 t", "eenheid": "tonnen", "herhaling": "per jaar"},
        {"gewicht in ton": "12,5", "herhaling": "jaar"},
    ],
)
def test_an_amount_may_stand_in_one_cell_or_in_three(cells: dict[str, Cell]) -> None:
    found = row(cells)
    assert found.fields == {"quantity": Decimal("12.5"), "unit": Unit.TONNE, "recurrence": Recurrence.PER_YEAR}
    assert found.faults == []


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"hoeveelheid": "12 kg", "eenheid": "ton"}, ("eenheid", "kg and t")),
        ({"hoeveelheid": "12 t per week", "herhaling": "maand"}, ("herhaling", "per_week and per_month")),
        ({"gewicht kg": "12 ton"}, ("gewicht kg", "12 ton")),
        ({"titel": "Puin", "naam": "Zand"}, ("naam", "Zand")),
    ],
)
def test_what_disagrees_is_told_and_never_chosen(cells: dict[str, Cell], fault: tuple[str, str]) -> None:
    assert told(row(cells)) == [fault]


def test_an_amount_that_cannot_be_read_is_one_fault_though_its_unit_is_missing_too() -> None:
    found = collected(hoeveelheid="veel ton")
    assert told(found) == [("hoeveelheid", "veel ton")]
    assert found.failed == {"quantity", "unit"}


def test_a_column_of_the_other_kind_is_refused_only_when_it_says_something() -> None:
    assert told(collected(WANT, prijs="12")) == [("prijs", "12")]
    assert told(collected(WANT, prijs="")) == []


def test_a_cell_that_a_workbook_could_not_give_is_a_fault() -> None:
    found = collected(hoeveelheid=Broken("=A1*2", "a value; calculate it"))
    assert [(fault.got, fault.expected) for fault in found.faults] == [("=A1*2", "expected a value; calculate it")]


def test_cells_beyond_the_headers_are_a_fault_unless_they_are_empty() -> None:
    assert told(collected(OFFER, None, " ", titel="Puin")) == []
    assert told(collected(OFFER, "rest", titel="Puin")) == [(None, "2 cells")]


def test_latitude_and_longitude_make_one_point() -> None:
    found = collected(breedtegraad="52,09", lengtegraad="5,12")
    assert found.fields == {"point": {"lat": Decimal("52.09"), "lon": Decimal("5.12")}}
    assert found.headers["point.lon"] == "lengtegraad"


def test_half_a_point_is_left_for_the_draft_to_refuse() -> None:
    assert collected(breedtegraad="52,09").fields == {"point": {"lat": Decimal("52.09")}}


def test_a_material_that_is_certain_becomes_its_concept() -> None:
    assert collected(materiaal="A-hout").fields == {"concept": "wood_grade_a"}
    assert collected(WANT, materiaal="A-hout; B-hout").fields == {"concepts": ["wood_grade_a", "wood_grade_b"]}


@pytest.mark.parametrize(("kind", "field"), [(OFFER, "concept"), (WANT, "concepts")])
def test_a_material_in_doubt_is_a_fault_and_no_field(kind: ListingKind, field: str) -> None:
    found = collected(kind, materiaal="iets van hout")
    assert told(found) == [("materiaal", "iets van hout")]
    assert (found.fields, found.failed) == ({}, {field})


def test_a_property_gathers_what_its_columns_tell() -> None:
    found = measured(OFFER, value="18,5", method="NEN 1")
    assert found.fields == {
        "properties": [{"name": "moisture", "unit": "% w/w", "value": Decimal("18.5"), "method": "NEN 1"}]
    }
    assert found.headers["properties.0"] == "eigenschap:moisture[% w/w]"


def test_a_property_has_one_value() -> None:
    assert told(measured(OFFER, value="18", again="19")) == [("property:moisture[% w/w]", "19")]


def test_a_limit_may_come_twice_with_its_comparison() -> None:
    limits: Any = measured(WANT, limit="<= 25", other="≥10").fields["limits"]
    assert [(limit["operator"], limit["value"]) for limit in limits] == [
        (Operator.AT_MOST, Decimal(25)),
        (Operator.AT_LEAST, Decimal(10)),
    ]


def test_a_limit_is_read_as_its_unit_asks() -> None:
    assert measured(WANT, checked="= nee").fields["limits"][0]["value"] is False
    assert told(measured(WANT, checked="= 3")) == [("limiet:pvc[bool]", "= 3")]


@pytest.mark.parametrize(
    ("kind", "cells", "says"),
    [
        (WANT, {"value": "18"}, "only offers have properties"),
        (OFFER, {"limit": "<= 25"}, "only wants have limits"),
        (WANT, {"limit": "25"}, "expected a comparison and a value, such as <= 25"),
    ],
)
def test_a_measurement_out_of_place_is_told(kind: ListingKind, cells: dict[str, Cell], says: str) -> None:
    (fault,) = measured(kind, **cells).faults
    assert says in fault.expected


@pytest.mark.parametrize(("cell", "kind"), [("vraag", WANT), ("Aanbod", OFFER), ("offer", OFFER), ("", WANT)])
def test_a_row_may_say_itself_what_it_is(cell: Cell, kind: ListingKind) -> None:
    assert kind_of(Row(7, ("Puin", cell)), bind(("titel", "soort")), WANT) is kind


def test_a_row_that_is_neither_is_refused() -> None:
    with pytest.raises(Wrong, match="expected one of offer, want"):
        kind_of(Row(7, ("ruil",)), bind(("soort",)), OFFER)
