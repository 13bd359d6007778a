"""Listings, searches and events for tests of matching: plain defaults, everything else by name."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.events.listings import (
    LimitState,
    OfferPublished,
    OfferRevised,
    OfferState,
    PlaceState,
    PropertyState,
    RemainingChanged,
    SavedSearchState,
    WantPublished,
    WantRevised,
    WantState,
)
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import LegalStatus, ListingKind, ListingStatus, Operator
from contracts.vocabulary.verdict import Verdict
from matching.model import (
    OfferEntry,
    SearchEntry,
    Taken,
    WantEntry,
    entry_of_offer,
    entry_of_search,
    entry_of_want,
)

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TREE = material_tree()
KG_PER_UNIT = {Unit.KG: Decimal(1), Unit.TONNE: Decimal(1000), Unit.CUBIC_METRE: None, Unit.PIECE: None}


def uid(name: str) -> UUID:
    """An id that is easy to read in a test."""
    return uuid5(NAMESPACE_OID, name)


HOLDER, SEEKER, OUTSIDER = uid("holder"), uid("seeker"), uid("outsider")


def place(lat: float = 52.09, lon: float = 5.12) -> PlaceState:
    """A place; by default in Utrecht."""
    return PlaceState(
        postcode4="3511", municipality_code="GM0344", municipality="Utrecht", province="Utrecht", lat=lat, lon=lon
    )


def offer_state(name: str = "offer", **given: Any) -> OfferState:
    """An open offer of 100 t of wood in Utrecht at EUR 10 a tonne."""
    unit = given.get("unit", Unit.TONNE)
    concept = given.get("concept", "wood")
    defaults: dict[str, Any] = {
        "listing_id": uid(name),
        "revision": 1,
        "organisation_id": HOLDER,
        "status": ListingStatus.OPEN,
        "title": name,
        "families": TREE.families_of([concept]),
        "quantity": Decimal(100),
        "unit": unit,
        "kg_per_unit": KG_PER_UNIT[unit],
        "place": place(),
        "concept": concept,
        "price_eur_per_tonne": Decimal(10),
    }
    return OfferState(**(defaults | given))


def want_state(name: str = "want", **given: Any) -> WantState:
    """An open want of 100 t of wood in Utrecht, without any limits."""
    unit = given.get("unit", Unit.TONNE)
    concepts = given.get("concepts", ("wood",))
    defaults: dict[str, Any] = {
        "listing_id": uid(name),
        "revision": 1,
        "organisation_id": SEEKER,
        "status": ListingStatus.OPEN,
        "title": name,
        "families": TREE.families_of(concepts),
        "quantity": Decimal(100),
        "unit": unit,
        "kg_per_unit": KG_PER_UNIT[unit],
        "place": place(),
        "concepts": concepts,
    }
    return WantState(**(defaults | given))


def search_state(name: str = "search", **given: Any) -> SavedSearchState:
    """An active search for offers of wood anywhere."""
    concepts = given.get("concepts", ("wood",))
    defaults: dict[str, Any] = {
        "search_id": uid(name),
        "revision": 1,
        "organisation_id": SEEKER,
        "name": name,
        "looks_for": ListingKind.OFFER,
        "families": TREE.families_of(concepts),
        "concepts": concepts,
    }
    return SavedSearchState(**(defaults | given))


def offer(name: str = "offer", taken: Decimal | int = 0, **given: Any) -> OfferEntry:
    """An offer of which `taken` is not free."""
    return entry_of_offer(offer_state(name, **given), TREE, Taken(Decimal(taken)))


def want(name: str = "want", taken: Decimal | int = 0, **given: Any) -> WantEntry:
    """A want of which `taken` is filled."""
    return entry_of_want(want_state(name, **given), TREE, Taken(Decimal(taken)))


def search(name: str = "search", **given: Any) -> SearchEntry:
    """A saved search."""
    return entry_of_search(search_state(name, **given), TREE)


def stated(name: str, value: Any, unit: str) -> PropertyState:
    """A stated property."""
    return PropertyState(name=name, value=value, unit=unit)


def limit(name: str, operator: Operator, value: Any, unit: str) -> LimitState:
    """A wanted limit."""
    return LimitState(property=name, operator=operator, value=value, unit=unit)


def offer_published(name: str = "offer", **given: Any) -> OfferPublished:
    """An offer was opened."""
    return OfferPublished(offer=offer_state(name, **given))


def offer_revised(name: str = "offer", **given: Any) -> OfferRevised:
    """An offer changed; revision 2 unless given."""
    return OfferRevised(offer=offer_state(name, **({"revision": 2} | given)))


def want_published(name: str = "want", **given: Any) -> WantPublished:
    """A want was opened."""
    return WantPublished(want=want_state(name, **given))


def want_revised(name: str = "want", **given: Any) -> WantRevised:
    """A want changed; revision 2 unless given."""
    return WantRevised(want=want_state(name, **({"revision": 2} | given)))


def remaining(
    name: str, sequence: int, held: Decimal | int, total: int = 100, kind: ListingKind = ListingKind.OFFER
) -> RemainingChanged:
    """Trades hold `held` tonnes of a listing of wood."""
    return RemainingChanged(
        listing_id=uid(name),
        kind=kind,
        families=("wood",),
        unit=Unit.TONNE,
        total=Decimal(total),
        held=Decimal(held),
        promised=Decimal(0),
        remaining=max(Decimal(0), Decimal(total) - Decimal(held)),
        sequence=sequence,
    )


def verdict(status: LegalStatus = LegalStatus.WASTE, blockers: tuple[str, ...] = ()) -> Verdict:
    """A verdict of today."""
    return Verdict(status=status, on=TODAY, reason_nl="omdat", reason_en="because", blockers=blockers)
