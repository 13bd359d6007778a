"""The map of demand (materialenkaart): what is wanted where, so coarse that no single firm can be recognised."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from contracts.vocabulary.places import Place, distance_km, municipalities
from contracts.vocabulary.terms import Language, ListingKind
from infra.postgres.stores.demand import cells_of
from listings.demand import Area, published
from services.house import House
from services.web.picking import suggestions, tree_of
from services.web.rendering import page
from services.web.search_form import SearchForm, read_search
from services.web.visiting import Here, Visit

router = APIRouter(prefix="/kaart", include_in_schema=False)

KEEP_S = 60.0
SHADES = 5
MOST_KEPT = 400


@dataclass(frozen=True, slots=True)
class Shown:
    """An area with its name, and how far its centre is when a postcode was given."""

    area: Area
    name: str
    distance_km: float | None


async def areas_of(house: House, kind: ListingKind, concept: str | None, kept: dict[Any, Any]) -> tuple[Area, ...]:
    """The areas, at most a minute old: everybody asks the same few maps."""
    key, now = (kind, concept), time.monotonic()
    known = kept.get(key)
    if known is None or now - known[0] > KEEP_S:
        async with house.database.connection() as connection:
            areas = published(await cells_of(connection, kind, concept))
        if len(kept) > MOST_KEPT:
            kept.clear()
        known = kept[key] = (now, areas)
    found: tuple[Area, ...] = known[1]
    return found


def _kept(request: Request) -> dict[Any, Any]:
    state = request.app.state
    if not hasattr(state, "demand_areas"):
        state.demand_areas = {}
    found: dict[Any, Any] = state.demand_areas
    return found


def _form(request: Request) -> SearchForm:
    query = dict(request.query_params)
    asked = read_search({"soort": "vraag", **query}, None)
    if not asked.filters.concept and asked.asked["q"]:
        guessed = suggestions(asked.asked["q"], "", Language.DUTCH).concepts
        if guessed:
            asked = read_search({"soort": "vraag", **query, "materiaal": guessed[0][0]}, None)
    return asked


async def _shown(here: Visit, request: Request, form: SearchForm) -> list[Shown]:
    areas = await areas_of(here.house, form.kind, form.filters.concept, _kept(request))
    named = [Shown(area, _name(here, area), _away(area, form.place)) for area in areas]
    radius = form.filters.radius_km
    if form.place is None or radius is None:
        return named
    near = [item for item in named if item.distance_km is not None and item.distance_km <= radius]
    return sorted(near, key=lambda item: item.distance_km or 0.0)


def _name(here: Visit, area: Area) -> str:
    if area.municipality_code:
        return municipalities()[area.municipality_code].name
    if area.province:
        return here.say("demand.rest_of_province", province=area.province)
    return here.say("demand.rest_of_country")


def _away(area: Area, place: Place | None) -> float | None:
    if place is None or area.municipality_code is None:
        return None
    return distance_km(place.point, municipalities()[area.municipality_code].point)


@router.get("")
async def show(here: Here, request: Request) -> Response:
    """The map and its table."""
    form = _form(request)
    return page(here, "demand.html", **_values(here, form, await _shown(here, request, form)))


@router.get("/los")
async def widget(here: Here, request: Request) -> Response:
    """The table alone, for other sites to show in a frame; it holds no forms and knows nobody."""
    form = _form(request)
    values = _values(here, form, await _shown(here, request, form))
    return page(here, "demand_widget.html", framed=True, **values)


def _values(here: Visit, form: SearchForm, shown: list[Shown]) -> dict[str, Any]:
    return {
        "form": form,
        "asked": form.asked,
        "errors": form.errors,
        "areas": shown,
        "tree": tree_of(here.language),
        "material": here.wording.material(form.filters.concept) if form.filters.concept else "",
    }


@router.get("/vraag.json")
async def areas(here: Here, request: Request) -> Response:
    """The areas for the map: a shade per municipality, and where to look further."""
    form = _form(request)
    shown = [item for item in await _shown(here, request, form) if item.area.municipality_code]
    most = max((item.area.listings for item in shown), default=1)
    body: dict[str, Any] = {
        "areas": [
            {"code": item.area.municipality_code, "level": 1 + (SHADES - 1) * item.area.listings // most}
            for item in shown
        ],
        "places": [_spot(here, form, item) for item in shown],
    }
    if form.place is not None:
        body["centre"] = {"lat": form.place.point.lat, "lon": form.place.point.lon}
        body["radius_km"] = form.filters.radius_km
    return JSONResponse(body, headers={"Cache-Control": "max-age=60", "X-Content-Type-Options": "nosniff"})


def _spot(here: Visit, form: SearchForm, item: Shown) -> dict[str, Any]:
    found = municipalities()[str(item.area.municipality_code)]
    query = {"soort": form.asked["soort"] or "vraag", "materiaal": form.filters.concept or ""}
    label = here.say("demand.label", place=found.name, n=item.area.listings)
    address = f"/zoeken?{urlencode({name: value for name, value in query.items() if value})}"
    return {
        "lat": found.point.lat,
        "lon": found.point.lon,
        "count": item.area.listings,
        "label": label,
        "address": address,
    }
