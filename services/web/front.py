"""The front page: what is offered and wanted, near a postcode when the visitor gives one."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from contracts.vocabulary.places import Place, UnknownPostcode, place_of_postcode
from contracts.vocabulary.terms import ListingKind
from infra.postgres.stores.listing_search import Filters, Order, search
from infra.postgres.stores.market_figures import Figures, MarketFigures
from services.web.cards import Card, cards_of
from services.web.rendering import page
from services.web.visiting import Here, Visit

router = APIRouter(include_in_schema=False)

SHOWN = 5
RADIUS_KM = 50.0


def figures_of(request: Request) -> MarketFigures:
    """The figures of this process, one for all visitors."""
    state = request.app.state
    if not hasattr(state, "market_figures"):
        state.market_figures = MarketFigures(state.house.database)
    found: MarketFigures = state.market_figures
    return found


AllFigures = Annotated[MarketFigures, Depends(figures_of)]


@router.get("/")
async def show(here: Here, figures: AllFigures, postcode: str = "") -> Response:
    """The front page."""
    place, wrong = _place(postcode)
    offers = await _nearby(here, ListingKind.OFFER, place)
    wants = await _nearby(here, ListingKind.WANT, place)
    return page(
        here,
        "front.html",
        figures=await figures.newest(),
        offers=offers,
        wants=wants,
        place=place,
        postcode=postcode[:20],
        errors={"postcode": "front.wrong_postcode"} if wrong else {},
    )


@router.get("/cijfers")
async def counters(here: Here, figures: AllFigures) -> Response:
    """The counters alone, for a page that is left open."""
    found: Figures = await figures.newest()
    return page(here, "front_figures.html", figures=found)


def _place(postcode: str) -> tuple[Place | None, bool]:
    if not postcode.strip():
        return None, False
    try:
        return place_of_postcode(postcode[:20]), False
    except UnknownPostcode:
        return None, True


async def _nearby(here: Visit, kind: ListingKind, place: Place | None) -> list[Card]:
    filters = Filters(kind=kind, viewer=here.identity.organisation_id if here.identity else None)
    order = Order.NEWEST
    if place is not None:
        filters, order = replace(filters, near=place.point, radius_km=RADIUS_KM), Order.NEAREST
    found = await search(here.house.reading, filters, order, None, SHOWN)
    return await cards_of(here, found.items)
