"""Searching listings: filters, full text in Dutch and English, distance, and cursor pages.

Others' anonymous listings are stored for searching at the centre of their municipality, so that no choice of
radius can find out where they are. A page is found by keyset: the cursor holds the sort key of the last item.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from math import cos, radians
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, desc, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.problems import Refusal
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import EARTH_RADIUS_KM, Point
from contracts.vocabulary.terms import ListingKind, ListingStatus
from infra.postgres.reading import LISTINGS
from listings.model import AnyListing, listing_from_record

KM_PER_DEGREE = 111.0
NOWHERE_KM = 100_000.0
"""Where a draft without a place is sorted: a missing distance could not be compared with a cursor."""
COLUMNS = LISTINGS.c


class Order(StrEnum):
    """How results are sorted."""

    NEWEST = "newest"
    NEAREST = "nearest"
    RELEVANCE = "relevance"


class WrongCursor(Refusal):
    """A cursor that no page of this search gave."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "wrong-cursor"
    title: ClassVar[str] = "This page cannot be found"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is searched. None: not filtered. Quantities in kg, distances in km, prices in EUR per tonne."""

    kind: ListingKind | None = None
    text: str | None = None
    concept: str | None = None
    family: str | None = None
    eural_code: str | None = None
    statuses: tuple[ListingStatus, ...] = (ListingStatus.OPEN,)
    municipality_code: str | None = None
    province: str | None = None
    near: Point | None = None
    radius_km: float | None = None
    min_kg: Decimal | None = None
    max_kg: Decimal | None = None
    max_price: Decimal | None = None
    owner: UUID | None = None
    viewer: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One result, with its distance in km when the search had a place."""

    listing: AnyListing
    distance_km: float | None
    sort_key: str | float


@dataclass(frozen=True, slots=True)
class Page:
    """Results and the cursor of the next page, None on the last one."""

    items: tuple[Found, ...]
    next: str | None


def _query_of(text: str) -> ColumnElement[Any]:
    dutch, english = (func.websearch_to_tsquery(name, text) for name in ("dutch", "english"))
    return dutch.op("||")(english)


def _distance(point: Point) -> ColumnElement[float]:
    """Great-circle distance in km (haversine), NULL for a draft without a place.

    That has to be said: LEAST passes over NULL, and would put such a draft on the other side of the earth.
    """
    half_lat = func.radians(COLUMNS.lat - point.lat) / 2
    half_lon = func.radians(COLUMNS.lon - point.lon) / 2
    near, far = literal(cos(radians(point.lat)), Float), func.cos(func.radians(COLUMNS.lat))
    chord = func.power(func.sin(half_lat), 2) + near * far * func.power(func.sin(half_lon), 2)
    return case((COLUMNS.lat.is_not(None), 2 * EARTH_RADIUS_KM * func.asin(func.sqrt(func.least(1.0, chord)))))


def _box(point: Point, radius_km: float) -> ColumnElement[bool]:
    north = radius_km / KM_PER_DEGREE
    east = north / max(0.1, cos(radians(point.lat)))
    lat, lon = COLUMNS.lat, COLUMNS.lon
    return and_(lat.between(point.lat - north, point.lat + north), lon.between(point.lon - east, point.lon + east))


def _visible(filters: Filters) -> ColumnElement[bool]:
    if filters.viewer is None:
        return COLUMNS.open_to_all
    return or_(
        COLUMNS.open_to_all,
        COLUMNS.organisation_id == filters.viewer,
        COLUMNS.partners.contains([filters.viewer]),
    )


def _within(concept: str) -> ColumnElement[bool]:
    tree = material_tree()
    names = [concept, *(found.id for found in tree.descendants(concept))]
    overlapping: ColumnElement[bool] = COLUMNS.concepts.overlap(names)
    return overlapping


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    plain = {
        "kind": filters.kind,
        "eural_code": filters.eural_code,
        "municipality_code": filters.municipality_code,
        "province": filters.province,
        "organisation_id": filters.owner,
    }
    conditions = [COLUMNS[name] == value for name, value in plain.items() if value is not None]
    conditions += [COLUMNS.status.in_([status.value for status in filters.statuses]), _visible(filters)]
    optional: tuple[tuple[Any, Any], ...] = (
        (filters.text, lambda: COLUMNS.words.op("@@")(_query_of(str(filters.text)))),
        (filters.concept, lambda: _within(str(filters.concept))),
        (filters.family, lambda: COLUMNS.families.contains([filters.family])),
        (filters.min_kg, lambda: COLUMNS.quantity_kg >= filters.min_kg),
        (filters.max_kg, lambda: COLUMNS.quantity_kg <= filters.max_kg),
        (filters.max_price, lambda: COLUMNS.price_eur_per_tonne <= filters.max_price),
    )
    conditions += [make() for value, make in optional if value is not None]
    if filters.near is not None and filters.radius_km is not None:
        conditions += [_box(filters.near, filters.radius_km), _distance(filters.near) <= filters.radius_km]
    return conditions


def _sort_key(filters: Filters, order: Order) -> ColumnElement[Any]:
    """What results are sorted by: ascending, but for the newest first."""
    if order is Order.NEAREST and filters.near is not None:
        return func.coalesce(_distance(filters.near), NOWHERE_KM)
    if order is Order.RELEVANCE and filters.text:
        return cast(-func.ts_rank(COLUMNS.words, _query_of(filters.text)), Float(53))
    return COLUMNS.changed_at


def _encode(found: Found, order: Order) -> str:
    return orjson.dumps([order.value, found.sort_key, str(found.listing.listing_id)]).hex()


def _decode(cursor: str, order: Order) -> tuple[str | float, UUID]:
    try:
        name, key, listing_id = orjson.loads(bytes.fromhex(cursor))
        identity = UUID(listing_id)
    except (ValueError, TypeError, AttributeError):
        raise WrongCursor(f"cursor {cursor[:40]!r} is none of ours; leave it out to start at the first page.") from None
    if name == order.value == Order.NEWEST and isinstance(key, str):
        return key, identity
    if name == order.value and isinstance(key, float):
        return key, identity
    raise WrongCursor(f"the cursor belongs to a search in another order; expected one of order {order.value!r}.")


def _moment(text: str) -> datetime:
    """In UTC: a moment that only exists in its own time zone (in the year 0 or 10000) has no place in the database."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongCursor("the cursor holds no moment; leave it out to start at the first page.") from None


def _after(filters: Filters, order: Order, cursor: str) -> ColumnElement[bool]:
    key, listing_id = _decode(cursor, order)
    if order is Order.NEWEST:
        moment = _moment(str(key))
        return tuple_(COLUMNS.changed_at, COLUMNS.listing_id) < tuple_(literal(moment), literal(listing_id))
    return tuple_(_sort_key(filters, order), COLUMNS.listing_id) > tuple_(literal(key, Float(53)), literal(listing_id))


def _statement(filters: Filters, order: Order, cursor: str | None, limit: int) -> Select[Any]:
    newest = order is Order.NEWEST
    key = _sort_key(filters, order)
    distance = _distance(filters.near) if filters.near is not None else literal(None)
    statement = select(COLUMNS.record, distance.label("distance"), key.label("sort_key")).where(*_conditions(filters))
    if cursor is not None:
        statement = statement.where(_after(filters, order, cursor))
    direction = (desc(key), desc(COLUMNS.listing_id)) if newest else (key, COLUMNS.listing_id)
    return statement.order_by(*direction).limit(limit)


async def search(engine: AsyncEngine, filters: Filters, order: Order, cursor: str | None, limit: int) -> Page:
    """A page of at most `limit` listings; raises WrongCursor."""
    async with engine.connect() as connection:
        rows = (await connection.execute(_statement(filters, order, cursor, limit + 1))).all()
    found = [
        Found(
            listing_from_record(row.record),
            row.distance,
            row.sort_key.isoformat() if isinstance(row.sort_key, datetime) else float(row.sort_key),
        )
        for row in rows
    ]
    items = tuple(found[:limit])
    return Page(items, _encode(items[-1], order) if len(found) > limit else None)
