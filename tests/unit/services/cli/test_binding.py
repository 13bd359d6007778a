"""Headers and what they mean."""

import pytest

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind
from listings.commands import OfferDraft, WantDraft
from services.cli.binding import bind
from services.cli.columns import COLUMNS, column_of_field, plain_name
from services.cli.rows import Unreadable

NESTED = {"point": {"lat", "lon"}, "properties": set(), "limits": set()}


@pytest.mark.parametrize(("kind", "draft"), [(ListingKind.OFFER, OfferDraft), (ListingKind.WANT, WantDraft)])
def test_every_field_of_a_draft_has_a_column(kind: ListingKind, draft: type[OfferDraft] | type[WantDraft]) -> None:
    flat = {name for field in draft.model_fields for name in NESTED.get(field, {field})}
    assert {field for field in flat if column_of_field(field, kind) is None} == set()


def test_no_name_stands_for_two_columns() -> None:
    names = [plain_name(name) for column in COLUMNS for name in {*map(plain_name, (*column.dutch, *column.english))}]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Titel *", "titel"),
        ("EuralCode", "euralcode"),
        ("BenamingAfval", "titel"),
        ("prijs (€/t)", "prijs"),
        ("prijs_eur_per_tonne", None),
        ("price_eur_per_tonne", "prijs"),
        ("available_until", "tot"),
        ("t/m", "tot"),
        ("R-trede", "r trede"),
    ],
)
def test_a_header_is_known_however_it_is_spelled(header: str, column: str | None) -> None:
    places = bind((header,)).places
    assert [place.column.name for place in places] == ([column] if column else [])


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Gewicht_KG", Unit.KG),
        ("hoeveelheid (ton)", Unit.TONNE),
        ("aantal stuks", Unit.PIECE),
        ("gewicht in t", Unit.TONNE),
    ],
)
def test_a_header_may_give_the_unit(header: str, unit: Unit) -> None:
    (place,) = bind((header,)).places
    assert (place.column.name, place.unit) == ("hoeveelheid", unit)


def test_an_unknown_header_is_told_with_names_that_look_like_it() -> None:
    (warning,) = bind(("titel", "hoeveelhied")).warnings
    assert "'hoeveelhied'" in warning
    assert "hoeveelheid" in warning.partition("perhaps")[2]


def test_empty_headers_and_our_own_are_passed_over() -> None:
    assert bind(("titel", "", "_rij", "_reden")).warnings == ()


def test_an_empty_header_right_of_the_amount_is_its_unit() -> None:
    assert [place.column.name for place in bind(("hoeveelheid", "")).places] == ["hoeveelheid", "eenheid"]
    assert [place.column.name for place in bind(("hoeveelheid", "", "eenheid")).places] == ["hoeveelheid", "eenheid"]


def test_a_property_needs_a_unit_that_is_known() -> None:
    (measured,) = bind(("eigenschap: Vocht gehalte [% w/w]",)).measurements
    assert (measured.name, measured.unit) == ("vocht_gehalte", "% w/w")
    with pytest.raises(Unreadable, match=r"write it in square brackets: eigenschap:vocht\[% w/w\]"):
        bind(("eigenschap:vocht",))
    with pytest.raises(Unreadable, match="'furlong' is not a unit"):
        bind(("eigenschap:vocht[furlong]",))
    with pytest.raises(Unreadable, match="a property can have methode"):
        bind(("eigenschap:vocht:kleur",))
