"""Points, postcodes, municipalities and distances."""

import csv
import math
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.vocabulary.places import (
    OutsideTheNetherlands,
    Place,
    Point,
    UnknownPostcode,
    distance_km,
    municipalities,
    nearest_place,
    place_of_postcode,
    postcodes,
    provinces,
)
from tests.support.shared_data import shared_data

PLACES = st.sampled_from(list(postcodes().values()))
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
POINTS_AROUND_THE_NETHERLANDS = st.builds(Point, st.floats(50.4, 54.0), st.floats(2.8, 7.8))

AMSTERDAM_DAM = Point(52.3731, 4.8926)
ROUNDING_OF_FOUR_DECIMALS = 0.000051


def test_postcodes_equal_the_open_list_within_rounding() -> None:
    with (shared_data("geo-nl") / "pc4.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {row["pc4"]: row for row in csv.DictReader(file)}
    assert set(postcodes()) == set(expected)
    for code, place in postcodes().items():
        row = expected[code]
        assert abs(place.point.lat - float(row["lat"])) <= ROUNDING_OF_FOUR_DECIMALS
        assert abs(place.point.lon - float(row["lon"])) <= ROUNDING_OF_FOUR_DECIMALS
        assert (place.name or "") == row["woonplaats"]
        assert (place.municipality_code, place.municipality) == (row["gm_code"], row["gemeente"])
        assert place.province == row["provincie"]


def test_municipalities_equal_the_open_list_within_rounding() -> None:
    with (shared_data("geo-nl") / "gemeenten.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {row["gm_code"]: row for row in csv.DictReader(file)}
    assert set(municipalities()) == set(expected)
    for code, municipality in municipalities().items():
        row = expected[code]
        assert (municipality.name, municipality.province) == (row["gemeente"], row["provincie"])
        assert abs(municipality.point.lat - float(row["lat"])) <= ROUNDING_OF_FOUR_DECIMALS
        assert abs(municipality.point.lon - float(row["lon"])) <= ROUNDING_OF_FOUR_DECIMALS


def test_the_country_is_whole() -> None:
    assert (len(postcodes()), len(municipalities()), len(provinces())) == (4073, 342, 12)
    assert {place.municipality_code for place in postcodes().values()} == set(municipalities())
    assert provinces()[0] == "Drenthe"
    assert provinces()[-1] == "Zuid-Holland"


def test_a_place_without_a_known_name_says_so() -> None:
    unnamed = [place for place in postcodes().values() if place.name is None]
    assert len(unnamed) == 42
    assert all(place.name != "" for place in postcodes().values())
    assert place_of_postcode("1114").municipality == "Ouder-Amstel"


@pytest.mark.parametrize("text", ["1012", "1012AB", "1012 ab", " 1012  Ab ", "1012\u00a0AB"])
def test_a_postcode_is_read_with_or_without_its_letters(text: str) -> None:
    place = place_of_postcode(text)
    assert (place.postcode4, place.name, place.province) == ("1012", "Amsterdam", "Noord-Holland")
    assert place.municipality_code == "GM0363"


@pytest.mark.parametrize(
    "text", ["", "101", "10123", "0012", "1012 A", "1012 ABC", "AB 1012", "1012-AB", "١٠١٢", "B-2000"]
)
def test_a_text_that_is_no_postcode_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UnknownPostcode, match=r"expected four digits.*give a point"):
        place_of_postcode(text)


@pytest.mark.parametrize("text", ["1000", "1000 AA", "1234"])
def test_a_post_box_or_unused_number_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UnknownPostcode, match="post-box numbers have no place: give the postcode where"):
        place_of_postcode(text)


@given(PLACES)
def test_every_postcode_reads_back_as_itself(place: Place) -> None:
    assert place_of_postcode(place.postcode4) is place
    assert place_of_postcode(f"{place.postcode4} zz") is place


@given(st.text(max_size=12))
def test_any_text_is_either_a_place_or_refused(text: str) -> None:
    with suppress(UnknownPostcode):
        assert place_of_postcode(text).postcode4 in text


@pytest.mark.parametrize(
    ("lat", "lon", "wrong"),
    [
        (90.1, 0, "latitude 90.1"),
        (-91, 0, "latitude -91"),
        (0, 180.5, "longitude 180.5"),
        (0, -181, "longitude -181"),
        (math.nan, 5, "latitude nan"),
        (52, math.nan, "longitude nan"),
        (math.inf, 5, "latitude inf"),
        (52, -math.inf, "longitude -inf"),
    ],
)
def test_a_point_off_the_earth_is_refused(lat: float, lon: float, wrong: str) -> None:
    with pytest.raises(ValueError, match=f"got {wrong}, expected degrees from"):
        Point(lat, lon)


@given(POINTS, POINTS)
def test_distance_is_the_same_in_both_directions(a: Point, b: Point) -> None:
    assert distance_km(a, b) == distance_km(b, a)
    assert 0 <= distance_km(a, b) <= math.pi * 6371.0088 + 1e-6


@given(POINTS)
def test_a_point_is_at_no_distance_from_itself(point: Point) -> None:
    assert distance_km(point, point) == 0


@given(POINTS, POINTS, POINTS)
def test_a_detour_is_never_shorter(a: Point, b: Point, c: Point) -> None:
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-3


def test_distances_agree_with_worked_values() -> None:
    degree = math.pi * 6371.0088 / 180
    assert distance_km(Point(0, 0), Point(0, 1)) == pytest.approx(degree)
    assert distance_km(Point(52, 5), Point(53, 5)) == pytest.approx(degree)
    assert distance_km(Point(90, 0), Point(-90, 0)) == pytest.approx(180 * degree)
    assert distance_km(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(degree)


@given(PLACES, PLACES)
def test_distances_agree_with_the_law_of_cosines(a: Place, b: Place) -> None:
    assume(a is not b)
    lat_a, lat_b = math.radians(a.point.lat), math.radians(b.point.lat)
    across = math.cos(math.radians(a.point.lon - b.point.lon))
    cosine = math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * across
    assert distance_km(a.point, b.point) == pytest.approx(6371.0088 * math.acos(cosine), abs=1e-3)


@given(PLACES)
def test_the_nearest_place_to_a_postcode_is_that_postcode(place: Place) -> None:
    nearest = nearest_place(place.point)
    assert nearest is place
    assert distance_km(nearest.point, place.point) == 0


@given(POINTS_AROUND_THE_NETHERLANDS)
def test_the_grid_finds_what_a_search_through_all_postcodes_finds(point: Point) -> None:
    distance, code = min((distance_km(point, place.point), place.postcode4) for place in postcodes().values())
    if distance < 25:
        assert nearest_place(point).postcode4 == code
    else:
        with pytest.raises(OutsideTheNetherlands):
            nearest_place(point)


@given(POINTS)
def test_a_point_far_away_is_outside(point: Point) -> None:
    assume(distance_km(point, Point(52.2, 5.3)) > 300)
    with pytest.raises(OutsideTheNetherlands, match="within 25 km of a Dutch postcode"):
        nearest_place(point)


def test_swapped_coordinates_are_answered_with_the_likely_mistake() -> None:
    with pytest.raises(OutsideTheNetherlands, match=r"latitude \(about 52\) comes before longitude \(about 5\)"):
        nearest_place(Point(AMSTERDAM_DAM.lon, AMSTERDAM_DAM.lat))


def test_the_dam_lies_in_amsterdam() -> None:
    assert nearest_place(AMSTERDAM_DAM).municipality == "Amsterdam"
