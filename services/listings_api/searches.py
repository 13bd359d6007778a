"""Routes of saved searches: alerts without a want."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from infra.http.carrying import IdempotencyKey, IfMatch, carry, json_answer
from infra.http.idempotency import Answer
from infra.http.preconditions import etag, expected_revision
from infra.http.problems import documented
from infra.postgres.stores.listings import StoredSearches, listing_ports
from infra.postgres.transaction import Transaction
from listings import handlers
from listings.commands import SavedSearchDraft
from listings.model import SavedSearch
from listings.searches import require_search
from listings.views import SavedSearchView, search_view
from services.asking import InHouse, Who
from services.listings_api.asking import actor_of, append

router = APIRouter(prefix="/v1/saved-searches", tags=["saved searches"])

START = UUID(int=0)


class SavedSearchPage(BaseModel):
    """A page of saved searches; `next` is the `after` of the following page, None on the last one."""

    items: list[SavedSearchView]
    next: UUID | None


def _answer(search: SavedSearch, status: int = 200) -> Answer:
    headers = {"ETag": etag(search.revision)}
    if status == 201:
        headers["Location"] = f"/v1/saved-searches/{search.search_id}"
    return json_answer(search_view(search), status, headers)


@router.post("", status_code=201, response_model=SavedSearchView, responses=documented(400, 401, 409, 413, 422))
async def create(
    draft: SavedSearchDraft, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Save a search; listings that fit are told on its channel `search:<id>`."""

    async def work(unit: Transaction) -> Answer:
        ports = listing_ports(unit.connection)
        outcome = await handlers.create_search(draft, actor_of(who), house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return _answer(outcome.search, 201)

    return await carry(house, request, who, idempotency_key, work)


@router.get("", response_model=SavedSearchPage, responses=documented(401, 422))
async def browse(
    house: InHouse, who: Who, after: UUID = START, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> SavedSearchPage:
    """Your saved searches."""
    async with house.database.connection() as connection:
        found = await StoredSearches(connection).of_organisation(who.organisation_id, after, limit + 1)
    page = found[:limit]
    following = page[-1].search_id if len(found) > limit else None
    return SavedSearchPage(items=[search_view(search) for search in page], next=following)


@router.get("/{search_id}", response_model=SavedSearchView, responses=documented(401, 404, 422))
async def read(search_id: UUID, house: InHouse, who: Who) -> Response:
    """One of your saved searches."""
    async with house.database.connection() as connection:
        found = await listing_ports(connection).searches.get(search_id)
    return _answer(require_search(found, search_id, actor_of(who))).response()


@router.put(
    "/{search_id}", response_model=SavedSearchView, responses=documented(400, 401, 404, 409, 412, 413, 422, 428)
)
async def revise(
    search_id: UUID,
    draft: SavedSearchDraft,
    request: Request,
    house: InHouse,
    who: Who,
    if_match: IfMatch = None,
) -> Response:
    """Change a saved search, or pause it (`active` false)."""
    expected = expected_revision(if_match)

    async def work(unit: Transaction) -> Answer:
        ports = listing_ports(unit.connection)
        actor = actor_of(who)
        outcome = await handlers.revise_search(search_id, expected, draft, actor, house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return _answer(outcome.search)

    return await carry(house, request, who, None, work)


@router.delete("/{search_id}", status_code=204, responses=documented(401, 404, 422))
async def delete(search_id: UUID, request: Request, house: InHouse, who: Who) -> Response:
    """End a saved search."""

    async def work(unit: Transaction) -> Answer:
        ports = listing_ports(unit.connection)
        outcome = await handlers.delete_search(search_id, actor_of(who), house.now(), house.new_id, ports)
        append(unit, outcome.events, request, house)
        return Answer(204)

    return await carry(house, request, who, None, work)
