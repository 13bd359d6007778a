"""Where things are: points, Dutch postcodes, municipalities and provinces, without a network (contracts/reference)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import asin, cos, floor, radians, sin, sqrt
from types import MappingProxyType

from contracts.reference.tables import read_table

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG 1980), for great-circle distances."""

FARTHEST_PLACE_KM = 25.0
"""A point farther than this from every postcode is taken to be outside the Netherlands."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position in WGS84 degrees. Raises ValueError when it's not on earth."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        _require_within("latitude", self.lat, 90)
        _require_within("longitude", self.lon, 180)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A Dutch municipality with its CBS code ("GM0363") and a point inside its borders (for maps)."""

    code: str
    name: str
    province: str
    point: Point


@dataclass(frozen=True, slots=True)
class Place:
    """A four-digit postcode. `name` is None when the place name is not known; `point` is the mean of its addresses."""

    postcode4: str
    name: str | None
    municipality_code: str
    municipality: str
    province: str
    point: Point


class UnknownPostcode(ValueError):
    """The text is no Dutch postcode with addresses."""


class OutsideTheNetherlands(ValueError):
    """The point is too far from every Dutch postcode."""


_WRITTEN_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*(?:[A-Za-z]{2})?")

# Cells of the search grid, and the least width of one in kilometres. A cell is narrowest at the northernmost point
# from which a postcode can still be in reach (53.8 degrees): 0.08 * 111.19 * cos(53.8) = 5.25.
_CELL_LAT, _CELL_LON, _CELL_KM = 0.05, 0.08, 5.2
_RINGS = floor(FARTHEST_PLACE_KM / _CELL_KM) + 2

_Cell = tuple[int, int]


@cache
def municipalities() -> Mapping[str, Municipality]:
    """All 342 municipalities (division of 2023-01-01) by CBS code."""
    rows = read_table("municipalities")
    return MappingProxyType(
        {row["code"]: Municipality(row["code"], row["name"], row["province"], _point(row)) for row in rows}
    )


@cache
def provinces() -> tuple[str, ...]:
    """The names of the twelve provinces, in alphabetical order."""
    return tuple(sorted({municipality.province for municipality in municipalities().values()}))


@cache
def postcodes() -> Mapping[str, Place]:
    """All 4,073 postcodes that have addresses, by their four digits."""
    return MappingProxyType({row["postcode4"]: _place(row) for row in read_table("places")})


def place_of_postcode(text: str) -> Place:
    """The place of a postcode written as "1012", "1012AB" or "1012 ab". Raises UnknownPostcode."""
    match = _WRITTEN_POSTCODE.fullmatch(text.strip())
    if match is None:
        raise UnknownPostcode(
            f"got postcode {text[:20]!r}, expected four digits with or without two letters, such as 1012 or "
            "1012 AB; for an address abroad give a point instead"
        )
    place = postcodes().get(match[1])
    if place is None:
        raise UnknownPostcode(
            f"got postcode {text[:20]!r}, expected one with street addresses; post-box numbers have no place: "
            "give the postcode where the material is, or a point"
        )
    return place


def nearest_place(point: Point) -> Place:
    """The postcode nearest to `point`. Raises OutsideTheNetherlands when none is within 25 km.

    Looks in rings of grid cells around the point and stops when no unseen cell can hold anything nearer, so it
    weighs some dozens of postcodes instead of all of them.
    """
    best: tuple[float, str] = (FARTHEST_PLACE_KM, "")
    for ring in range(_RINGS):
        for cell in _ring_of_cells(_cell_of(point), ring):
            for place in _grid().get(cell, ()):
                best = min(best, (distance_km(point, place.point), place.postcode4))
        if best[0] <= ring * _CELL_KM:
            break
    if not best[1]:
        raise OutsideTheNetherlands(
            f"got point {point.lat:.4f}, {point.lon:.4f}, expected one within {FARTHEST_PLACE_KM:.0f} km of a Dutch "
            "postcode; check that latitude (about 52) comes before longitude (about 5)"
        )
    return postcodes()[best[1]]


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance in kilometres (haversine). As the crow flies: a road is longer."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    haversine = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    # Rounding can lift the value of opposite points just above 1, where asin has no answer.
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, haversine)))


@cache
def _grid() -> Mapping[_Cell, tuple[Place, ...]]:
    cells: dict[_Cell, list[Place]] = {}
    for place in postcodes().values():
        cells.setdefault(_cell_of(place.point), []).append(place)
    return {cell: tuple(places) for cell, places in cells.items()}


def _cell_of(point: Point) -> _Cell:
    return floor(point.lat / _CELL_LAT), floor(point.lon / _CELL_LON)


def _ring_of_cells(centre: _Cell, ring: int) -> Iterator[_Cell]:
    """The cells exactly `ring` steps from `centre`: 1, 8, 16, 24 ... of them."""
    row, column = centre
    for step in range(-ring, ring + 1):
        width = 1 if abs(step) == ring else max(1, 2 * ring)
        for side in range(-ring, ring + 1, width):
            yield row + step, column + side


def _place(row: Mapping[str, str]) -> Place:
    municipality = municipalities()[row["municipality_code"]]
    return Place(
        postcode4=row["postcode4"],
        name=row["name"] or None,
        municipality_code=municipality.code,
        municipality=municipality.name,
        province=municipality.province,
        point=_point(row),
    )


def _point(row: Mapping[str, str]) -> Point:
    return Point(float(row["lat"]), float(row["lon"]))


def _require_within(what: str, value: float, limit: int) -> None:
    """Written as a positive comparison, because NaN fails every comparison."""
    if not -limit <= value <= limit:
        raise ValueError(f"got {what} {value}, expected degrees from -{limit} to {limit}; check the order lat, lon")
