"""Searching offers and wants."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from contracts.problems import Refusal
from contracts.vocabulary.eural import parse_eural
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import place_of_postcode
from contracts.vocabulary.terms import ListingKind, ListingStatus
from infra.http.problems import InvalidRequest, documented
from infra.identity.tokens import Identity
from infra.postgres.stores.listing_search import Filters, Found, Order, Page, search
from infra.postgres.stores.listings import StoredOrganisations
from listings.model import Organisation
from listings.rights import Actor
from listings.views import OfferView, WantView, public_view
from services.asking import InHouse, Visitor
from services.house import House
from services.listings_api.asking import viewer_of
from services.listings_api.listing_routes import Kind

# Neither NUL nor other control characters: PostgreSQL refuses them in text.
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Word = Annotated[str, Query(min_length=1, max_length=100, pattern=PRINTABLE)]
Kg = Annotated[Decimal, Query(gt=0, le=Decimal("1e12"), decimal_places=6, description="kg")]


@dataclass(frozen=True)
class Asked:
    """What was asked, as query parameters."""

    q: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE, description="Words, Dutch or English")] = None
    concept: Annotated[Word | None, Query(description="Material concept, with all below it")] = None
    family: Word | None = None
    eural_code: Word | None = None
    status: Annotated[list[ListingStatus] | None, Query(description="open unless given")] = None
    municipality_code: Word | None = None
    province: Word | None = None
    postcode: Annotated[Word | None, Query(description="Distances are measured from here")] = None
    radius_km: Annotated[float | None, Query(gt=0, le=1000, description="Needs postcode")] = None
    min_kg: Kg | None = None
    max_kg: Kg | None = None
    max_price_eur_per_tonne: Annotated[Decimal | None, Query(ge=-100_000, le=100_000, decimal_places=4)] = None
    mine: Annotated[bool, Query(description="Only your own, drafts included; needs a token")] = False
    order: Annotated[Order | None, Query(description="newest; nearest needs postcode, relevance needs q")] = None
    cursor: Annotated[str | None, Query(max_length=500, pattern=PRINTABLE)] = None
    limit: Annotated[int, Query(ge=1, le=200)] = 50


def _asked_wrongly(field: str, got: object, expected: str) -> Refusal:
    return InvalidRequest(
        f"{field}: {expected}", errors=[{"field": f"query.{field}", "got": got, "expected": expected}]
    )


def _looked_up(field: str, value: str | None, look_up: Any) -> Any:
    if value is None:
        return None
    try:
        return look_up(value)
    except ValueError as error:
        raise _asked_wrongly(field, value, str(error)) from error


def _order_of(asked: Asked) -> Order:
    if asked.order is Order.NEAREST and asked.postcode is None:
        raise _asked_wrongly("order", "nearest", "order=nearest needs a postcode to measure from")
    if asked.order is Order.RELEVANCE and not asked.q:
        raise _asked_wrongly("order", "relevance", "order=relevance needs words in q")
    return asked.order or Order.NEWEST


def filters_of(asked: Asked, kind: ListingKind | None, who: Identity | None) -> Filters:
    """The filters of a request; raises InvalidRequest with the parameter that is wrong."""
    if asked.radius_km is not None and asked.postcode is None:
        raise _asked_wrongly("radius_km", asked.radius_km, "radius_km needs a postcode to measure from")
    if asked.mine and who is None:
        raise _asked_wrongly("mine", True, "mine=true needs a token")
    place = _looked_up("postcode", asked.postcode, place_of_postcode)
    concept = _looked_up("concept", asked.concept, material_tree().concept)
    eural = _looked_up("eural_code", asked.eural_code, parse_eural)
    usual = tuple(ListingStatus) if asked.mine else (ListingStatus.OPEN,)
    return Filters(
        kind=kind,
        text=asked.q or None,
        concept=concept and concept.id,
        family=asked.family,
        eural_code=eural and eural.code,
        statuses=_statuses(asked, usual),
        municipality_code=asked.municipality_code,
        province=asked.province,
        near=place and place.point,
        radius_km=asked.radius_km,
        min_kg=asked.min_kg,
        max_kg=asked.max_kg,
        max_price=asked.max_price_eur_per_tonne,
        owner=who.organisation_id if asked.mine and who else None,
        viewer=who.organisation_id if who else None,
    )


def _statuses(asked: Asked, usual: tuple[ListingStatus, ...]) -> tuple[ListingStatus, ...]:
    """Drafts are found only among one's own."""
    wanted = tuple(asked.status) if asked.status else usual
    return wanted if asked.mine else tuple(status for status in wanted if status is not ListingStatus.DRAFT)


async def _views(page: Page, house: House, viewer: Actor | None) -> list[tuple[Found, OfferView | WantView]]:
    owners = {found.listing.organisation_id for found in page.items}
    async with house.database.connection() as connection:
        known: dict[Any, Organisation] = await StoredOrganisations(connection).many(list(owners))
    return [
        (found, public_view(found.listing, known[found.listing.organisation_id], viewer))
        for found in page.items
        if found.listing.organisation_id in known
    ]


def _result_models(kind: Kind) -> type[BaseModel]:
    view: Any = kind.view

    class Result(BaseModel):
        listing: view
        distance_km: float | None = None

    class ResultPage(BaseModel):
        items: list[Result]
        next: str | None = None

    name = kind.kind.value.capitalize()
    Result.__name__, ResultPage.__name__ = f"{name}Result", f"{name}Page"
    Result.__doc__ = "A listing that was found, with its distance in km from the postcode that was asked."
    ResultPage.__doc__ = "Results, and the cursor of the next page; none on the last one."
    return ResultPage


def browse_router(kind: Kind) -> APIRouter:
    """The search of one kind of listing."""
    router = APIRouter(prefix=kind.path, tags=[kind.path.removeprefix("/v1/")])
    page_model: Any = _result_models(kind)

    @router.get("", response_model=page_model, responses=documented(401, 422))
    async def browse(asked: Annotated[Asked, Depends()], house: InHouse, visitor: Visitor) -> Any:
        """Search listings; newest first unless `order` says otherwise."""
        order = _order_of(asked)
        page = await search(house.reading, filters_of(asked, kind.kind, visitor), order, asked.cursor, asked.limit)
        shown = await _views(page, house, viewer_of(visitor))
        items = [{"listing": view, "distance_km": _rounded(found.distance_km)} for found, view in shown]
        return {"items": items, "next": page.next}

    return router


def _rounded(distance_km: float | None) -> float | None:
    return None if distance_km is None else round(distance_km, 1)
