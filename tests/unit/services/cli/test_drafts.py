"""Rows become offers and wants, or are refused with everything that is wrong with them."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import LegalStatus, ListingKind, Operator
from services.cli.binding import knows
from services.cli.drafts import Drafts, Ready
from services.cli.files import open_file
from services.cli.keys import Seen
from services.cli.rows import Refused

OFFER, WANT = ListingKind.OFFER, ListingKind.WANT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def prepared(path: Path, text: str, kind: ListingKind = OFFER) -> list[Ready | Refused]:
    path.write_text(text)
    with Seen() as seen:
        return list(Drafts(open_file(path, knows), kind, None, seen))


def ready(path: Path, text: str, kind: ListingKind = OFFER) -> Ready:
    (found,) = prepared(path, text, kind)
    assert isinstance(found, Ready), found
    return found


def faults(path: Path, text: str, kind: ListingKind = OFFER) -> list[tuple[str | None, str | None, str]]:
    (found,) = prepared(path, text, kind)
    assert isinstance(found, Refused), found
    return [(fault.column, fault.got, fault.expected) for fault in found.faults]


def test_a_dutch_row_becomes_an_offer(path: Path) -> None:
    found = ready(
        path,
        "Titel;Materiaal;Eural;Hoeveelheid;Eenheid;Herhaling;Prijs;Postcode;Vanaf;Status;breedtegraad;lengtegraad;"
        "eigenschap:moisture[% w/w];eigenschap:moisture:methode;bewerking\n"
        "Resten;A-hout;30105;12,5;ton;maandelijks;-15,00;3511ab;1-9-2026;bijproduct;52,09;5,12;18;NEN 1;zagen|drogen\n",
    )
    draft = found.draft.model_dump(exclude_defaults=True)
    assert draft.pop("properties")[0] == {"name": "moisture", "unit": "% w/w", "value": Decimal(18), "method": "NEN 1"}
    assert draft == {
        "title": "Resten",
        "concept": "wood_grade_a",
        "eural_code": "030105",
        "quantity": Decimal("12.5"),
        "unit": Unit.TONNE,
        "recurrence": Recurrence.PER_MONTH,
        "price_eur_per_tonne": Decimal("-15.00"),
        "postcode": "3511 AB",
        "available_from": date(2026, 9, 1),
        "claimed_status": LegalStatus.BY_PRODUCT,
        "point": {"lat": 52.09, "lon": 5.12},
        "processing_done": ("zagen", "drogen"),
    }


def test_the_same_words_make_a_want(path: Path) -> None:
    found = ready(
        path,
        "soort;title;materials;quantity;minimum;postcode;status;limit:moisture[% w/w];r step\n"
        "vraag;Timber;A-hout;200 t;5 t;7411;by product, waste;<= 25;R8\n",
    )
    assert found.kind is WANT
    draft = found.draft.model_dump(exclude_defaults=True)
    assert draft["limits"][0]["operator"] is Operator.AT_MOST
    assert (draft["minimum"], draft["r_step"], draft["concepts"]) == (5, 8, ("wood_grade_a",))
    assert draft["accepted_statuses"] == (LegalStatus.BY_PRODUCT, LegalStatus.WASTE)


def test_everything_wrong_with_a_row_is_told_at_once(path: Path) -> None:
    text = "titel;materiaal;euralcode;hoeveelheid;prijs;maximale afstand\nab;plank of wat;999999;1.234 t;duur;50\n"
    found = faults(path, text)
    assert {column for column, _, _ in found} == {
        "titel", "materiaal", "euralcode", "hoeveelheid", "prijs", "maximale afstand",
    }  # fmt: skip
    assert ("maximale afstand", "50", "expected nothing here: only wants have this") in found


def test_a_material_in_doubt_is_offered_as_a_choice_and_never_filled_in(path: Path) -> None:
    ((column, got, expected),) = faults(path, "titel;materiaal;hoeveelheid\nPartij;B-hout gemengd;1 t\n")
    assert (column, got) == ("materiaal", "B-hout gemengd")
    assert "wood_grade_b (" in expected


def test_a_column_that_is_absent_is_named(path: Path) -> None:
    assert faults(path, "titel;materiaal\nPuin;minerals\n") == [
        ("hoeveelheid", None, "expected a value; the cell is empty or the column absent"),
        ("eenheid", None, "expected a value; the cell is empty or the column absent"),
    ]


def test_units_that_disagree_are_refused(path: Path) -> None:
    ((column, got, _),) = faults(path, "titel;hoeveelheid;eenheid\nPuin;12 kg;ton\n")
    assert (column, got) == ("eenheid", "kg and t")


def test_two_columns_for_one_field_must_agree(path: Path) -> None:
    assert ready(path, "titel;naam;hoeveelheid\nPuin;Puin;1 t\n").draft.title == "Puin"
    ((_, got, expected),) = faults(path, "titel;naam;hoeveelheid\nPuin;Zand;1 t\n")
    assert got == "Zand"
    assert "'titel' holds 'Puin'" in expected


def test_short_rows_are_fine_and_long_ones_are_not(path: Path) -> None:
    assert ready(path, "titel;hoeveelheid;prijs\nPuin;1 t\n").draft.title == "Puin"
    assert ready(path, "titel;hoeveelheid\nPuin;1 t;;\n").draft.title == "Puin"
    assert "between quotes" in faults(path, "titel;hoeveelheid\nPuin;1 t;over\n")[0][2]


def test_equal_rows_are_two_lots_with_keys_that_come_back(path: Path) -> None:
    text = "titel;hoeveelheid\nPuin;1 t\nPuin;1,0 ton\nZand;1 t\n"
    first = [item.external_id for item in prepared(path, text) if isinstance(item, Ready)]
    assert first == [item.external_id for item in prepared(path, text) if isinstance(item, Ready)]
    assert [key[-2:] for key in first] == ["-1", "-2", "-1"]
    assert first[0][:-2] == first[1][:-2] != first[2][:-2]


def test_a_key_that_comes_twice_is_refused_the_second_time(path: Path) -> None:
    first, second = prepared(path, "nummer;titel;hoeveelheid\nA-1;Puin;1 t\nA-1;Zand;1 t\n")
    assert isinstance(first, Ready)
    assert isinstance(second, Refused)
    assert "row 2 has this one" in second.faults[0].expected


def test_a_line_of_json_is_in_the_form_of_the_api(path: Path) -> None:
    line = {"kind": "want", "title": "Hout", "concepts": ["wood"], "quantity": 1.10, "unit": "t", "external_id": "W"}
    found = ready(path, json.dumps(line))
    assert json.loads(found.body()) == {**line, "quantity": "1.1"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "one JSON object per line"),
        ('{"kind": "gift"}', '"kind": "offer" or "want"'),
        ('{"a":' * 100_000, "one JSON object per line"),
        ('{"kind": ["offer"]}', '"kind": "offer" or "want"'),
    ],
)
def test_a_line_that_is_no_listing_is_refused(path: Path, line: str, expected: str) -> None:
    assert expected in faults(path, line)[0][2]
