"""The map of demand: nobody can be recognised in it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from listings.demand import LEAST_ORGANISATIONS, Cell, published

TILBURG, BREDA, GRONINGEN = "GM0855", "GM0758", "GM0014"


def cell(code: str, organisation: str, kg: int = 12_345) -> Cell:
    """One listing of an organisation."""
    return Cell(code, organisation, 1, Decimal(kg))


def test_an_area_with_three_organisations_is_shown_with_rounded_tonnes() -> None:
    (area,) = published([cell(TILBURG, name) for name in "abc"])
    assert (area.municipality_code, area.organisations, area.listings) == (TILBURG, 3, 3)
    assert area.tonnes == 40


def test_many_listings_of_one_organisation_stay_hidden() -> None:
    assert published([cell(TILBURG, "a") for _ in range(50)]) == ()


def test_small_areas_are_put_together_per_province_and_then_over_the_country() -> None:
    province = published([cell(TILBURG, "a"), cell(BREDA, "b"), cell(BREDA, "c")])
    assert [(area.municipality_code, area.province) for area in province] == [(None, "Noord-Brabant")]
    country = published([cell(TILBURG, "a"), cell(GRONINGEN, "b"), cell(GRONINGEN, "c")])
    assert [(area.municipality_code, area.province) for area in country] == [(None, None)]


def test_an_unknown_weight_is_not_zero_tonnes() -> None:
    (area,) = published([cell(TILBURG, name, 0) for name in "abc"])
    assert area.tonnes is None


@given(st.lists(st.tuples(st.sampled_from([TILBURG, BREDA, GRONINGEN]), st.sampled_from("abcdefg")), max_size=40))
def test_no_published_area_has_fewer_than_three_organisations(pairs: list[tuple[str, str]]) -> None:
    areas = published([cell(code, name) for code, name in pairs])
    assert all(area.organisations >= LEAST_ORGANISATIONS for area in areas)
    assert sum(area.listings for area in areas) <= len(pairs)
