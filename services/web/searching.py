"""Searching: list and map beside each other, the same filters in the address, and keeping a search as an alert."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from infra.postgres.stores.listing_search import Page, WrongCursor, search
from infra.postgres.stores.listings import StoredOrganisations, listing_ports
from infra.postgres.transaction import Transaction, transaction
from listings import handlers
from listings.commands import SavedSearchDraft
from listings.views import public_view
from services.listings_api.asking import append
from services.web.cards import cards_of
from services.web.picking import suggestions, tree_of
from services.web.posting import Form, Posted
from services.web.rendering import page, redirect
from services.web.search_form import SearchForm, fields_of_search, read_search
from services.web.visiting import Here, Member, Visit

router = APIRouter(include_in_schema=False)

SHOWN = 20
ON_THE_MAP = 200


def _search_of(here: Visit, request: Request) -> SearchForm:
    return read_search(request.query_params, here.identity.organisation_id if here.identity else None)


async def _page_of(here: Visit, form: SearchForm, cursor: str | None, limit: int) -> Page:
    try:
        return await search(here.house.reading, form.filters, form.order, cursor, limit)
    except WrongCursor:
        return await search(here.house.reading, form.filters, form.order, None, limit)


@router.get("/zoeken")
async def show(here: Here, request: Request) -> Response:
    """The results, and the form to change them."""
    form = _search_of(here, request)
    found = await _page_of(here, form, request.query_params.get("verder"), SHOWN)
    part = request.headers.get("hx-target") == "results"
    return page(
        here,
        "search_results.html" if part else "search.html",
        form=form,
        asked=form.asked,
        errors=form.errors,
        cards_list=await cards_of(here, found.items),
        next=found.next,
        tree=() if part else tree_of(here.language),
    )


@router.get("/zoeken/kaart.json")
async def spots(here: Here, request: Request) -> Response:
    """The same results for the map, at most 200, those at one point together."""
    form = _search_of(here, request)
    found = await _page_of(here, form, None, ON_THE_MAP)
    owners = list({item.listing.organisation_id for item in found.items})
    async with here.house.database.connection() as connection:
        known = await StoredOrganisations(connection).many(owners)
    at: dict[tuple[float, float], list[Any]] = defaultdict(list)
    for item in found.items:
        if item.listing.organisation_id in known:
            view = public_view(item.listing, known[item.listing.organisation_id], here.viewer)
            if view.place:
                at[view.place.lat, view.place.lon].append(view)
    body: dict[str, Any] = {"places": [_spot(here, form, point, views) for point, views in at.items()]}
    if form.place is not None:
        body["centre"] = {"lat": form.place.point.lat, "lon": form.place.point.lon}
        body["radius_km"] = form.filters.radius_km
    return JSONResponse(body, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


def _spot(here: Visit, form: SearchForm, point: tuple[float, float], views: list[Any]) -> dict[str, Any]:
    place = views[0].place
    if len(views) == 1:
        address, label = f"/plaatsing/{views[0].listing_id}", views[0].title
    else:
        near = {**form.asked, "postcode": place.postcode4 or "", "straal": "5"}
        address = f"/zoeken?{urlencode({key: value for key, value in near.items() if value})}"
        label = here.say("search.several_at", n=len(views), place=place.municipality)
    return {"lat": point[0], "lon": point[1], "count": len(views), "label": label, "address": address}


@router.get("/zoeken/bewaren")
async def offer_to_keep(here: Member, request: Request) -> Response:
    """The form that makes an alert of a search."""
    form = _search_of(here, request)
    fields = fields_of_search(form)
    guessed = suggestions(form.asked["q"], form.asked["materiaal"], here.language).concepts
    if not fields["materiaal"] and guessed:
        fields["materiaal"] = guessed[0][0]
    fields["naam"] = _name_of(here, form)
    return _keep_page(here, fields, {})


def _name_of(here: Visit, form: SearchForm) -> str:
    what = here.wording.material(form.filters.concept) if form.filters.concept else form.asked["q"]
    where = here.say("search.near", place=form.place.municipality) if form.place else ""
    return f"{what} {where}".strip()[:100]


def _keep_page(here: Visit, fields: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    return page(here, "search_keep.html", status, fields=fields, errors=errors, tree=tree_of(here.language))


@router.post("/zoeken/bewaren")
async def keep(form: Form, request: Request) -> Response:
    """Make the alert."""
    here = form.visit
    fields = {name: form.text(name) for name in ("soort", "naam", "materiaal", "postcode", "straal", "min", "prijs")}
    asked = read_search(fields, None)
    errors = {name: text for name, text in asked.errors.items() if name in fields}
    draft = _draft(form, asked, errors)
    if draft is None:
        return _keep_page(here, fields, errors, 422)
    async with transaction(here.house.database) as unit:
        await _create(here, draft, unit, request)
    return redirect(here, "/meldingen/zoekopdrachten?bewaard=1")


def _draft(form: Posted, asked: SearchForm, errors: dict[str, str]) -> SavedSearchDraft | None:
    filters = asked.filters
    if not filters.concept:
        errors["materiaal"] = "search.wrong_materiaal"
    if not form.text("naam"):
        errors["naam"] = "search.wrong_naam"
    if errors:
        return None
    try:
        return SavedSearchDraft.model_validate(
            {
                "name": form.text("naam"),
                "looks_for": asked.kind,
                "concepts": [filters.concept],
                "postcode": asked.place.postcode4 if asked.place else None,
                "max_distance_km": filters.radius_km,
                "minimum_kg": filters.min_kg,
                "max_landed_eur_per_tonne": filters.max_price,
            }
        )
    except ValidationError:
        errors["naam"] = "search.wrong_naam"
        return None


async def _create(here: Visit, draft: SavedSearchDraft, unit: Transaction, request: Request) -> None:
    house = here.house
    ports = listing_ports(unit.connection)
    outcome = await handlers.create_search(draft, here.actor, house.now(), house.new_id, ports)
    append(unit, outcome.events, request, house)
