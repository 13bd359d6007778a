"""The filters of a search as they stand in the address: read leniently, so that a slip in one loses no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from contracts.vocabulary.eural import parse_eural
from contracts.vocabulary.places import Place, place_of_postcode
from contracts.vocabulary.terms import ListingKind
from infra.postgres.stores.listing_search import Filters, Order
from services.cli.numbers import DEFAULT, decimal_of
from services.web.picking import known_concepts

ORDERS = {"nieuwste": Order.NEWEST, "dichtbij": Order.NEAREST, "best": Order.RELEVANCE}
KINDS = {"aanbod": ListingKind.OFFER, "vraag": ListingKind.WANT}
NAMES = ("soort", "q", "materiaal", "postcode", "straal", "euralcode", "min", "max", "prijs", "volgorde", "van_mij")
USUAL_RADIUS_KM = 50.0

WIDEST_KM = 1000
LONGEST = 200

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What was asked, as text for the form and as filters for the search; `errors` by field."""

    asked: Mapping[str, str]
    filters: Filters
    order: Order
    place: Place | None
    errors: Mapping[str, str]

    @property
    def kind(self) -> ListingKind:
        """Offers or wants."""
        return self.filters.kind or ListingKind.OFFER


def read_search(query: Mapping[str, str], viewer: UUID | None) -> SearchForm:
    """The search that an address asks for."""
    asked = {name: _clean(query.get(name, "")) for name in NAMES}
    errors: dict[str, str] = {}
    place = _read(asked, "postcode", place_of_postcode, errors)
    filters = Filters(
        kind=KINDS.get(asked["soort"], ListingKind.OFFER),
        text=asked["q"] or None,
        concept=asked["materiaal"] if asked["materiaal"] in known_concepts() else None,
        eural_code=_read(asked, "euralcode", lambda text: parse_eural(text).code, errors),
        near=place.point if place else None,
        radius_km=_read(asked, "straal", _radius, errors) or USUAL_RADIUS_KM if place else None,
        min_kg=_read(asked, "min", _tonnes, errors),
        max_kg=_read(asked, "max", _tonnes, errors),
        max_price=_read(asked, "prijs", _price, errors),
        owner=viewer if asked["van_mij"] else None,
        viewer=viewer,
    )
    return SearchForm(asked, filters, _order(asked, place), place, errors)


def _clean(text: str) -> str:
    return "".join(letter for letter in text[:LONGEST] if letter.isprintable()).strip()


def _read(asked: Mapping[str, str], name: str, look: Callable[[str], Value], errors: dict[str, str]) -> Value | None:
    if not asked[name]:
        return None
    try:
        return look(asked[name])
    except ValueError:
        errors[name] = f"search.wrong_{name}"
        return None


def _number(text: str) -> Decimal:
    return decimal_of(text, DEFAULT, ValueError)


def _radius(text: str) -> float:
    km = float(_number(text))
    if not 0 < km <= WIDEST_KM:
        raise ValueError("expected 1 to 1000 km")
    return km


def _tonnes(text: str) -> Decimal:
    tonnes = _number(text)
    if not 0 < tonnes <= 1_000_000_000:
        raise ValueError("expected tonnes above zero")
    return tonnes * 1000


def _price(text: str) -> Decimal:
    price = _number(text)
    if abs(price) > 100_000:
        raise ValueError("expected at most 100,000 euros")
    return price


def _order(asked: Mapping[str, str], place: Place | None) -> Order:
    order = ORDERS.get(asked["volgorde"])
    possible = {Order.NEAREST: place is not None, Order.RELEVANCE: bool(asked["q"])}
    if order is not None and possible.get(order, True):
        return order
    return Order.NEAREST if place is not None else Order.NEWEST


def fields_of_search(form: SearchForm) -> dict[str, Any]:
    """The filters that a saved search has, as the fields of its form."""
    return {name: form.asked[name] for name in ("soort", "q", "materiaal", "postcode", "straal", "min", "prijs")}
