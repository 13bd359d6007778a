"""Routes of organisations."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from infra.http.carrying import IdempotencyKey, IfMatch, carry, json_answer
from infra.http.idempotency import Answer
from infra.http.preconditions import etag, expected_revision
from infra.http.problems import documented
from infra.postgres.stores.listings import listing_ports
from infra.postgres.transaction import Transaction
from listings import handlers
from listings.commands import OrganisationDraft
from listings.errors import OrganisationNotFound
from listings.views import OrganisationView, organisation_view
from services.asking import InHouse, Visitor, Who
from services.listings_api.asking import actor_of, append, viewer_of

router = APIRouter(prefix="/v1/organisations", tags=["organisations"])

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('organisation:' || $1, 0))"


@router.post("", status_code=201, response_model=OrganisationView, responses=documented(400, 401, 403, 409, 413, 422))
async def register(
    draft: OrganisationDraft, request: Request, house: InHouse, who: Who, idempotency_key: IdempotencyKey = None
) -> Response:
    """Register the organisation you are signed in for."""

    async def work(unit: Transaction) -> Answer:
        # There is no row yet that two requests could wait for; without a lock both would be the first.
        await unit.connection.execute(ONE_AT_A_TIME, str(who.organisation_id))
        outcome = await handlers.register_organisation(
            draft, actor_of(who), house.now(), house.new_id, listing_ports(unit.connection)
        )
        append(unit, outcome.events, request, house)
        view = organisation_view(outcome.organisation, actor_of(who))
        headers = {"Location": f"/v1/organisations/{view.organisation_id}", "ETag": etag(view.revision)}
        return json_answer(view, 201, headers)

    return await carry(house, request, who, idempotency_key, work)


@router.put(
    "/{organisation_id}", response_model=OrganisationView, responses=documented(400, 401, 403, 404, 412, 413, 422, 428)
)
async def revise(
    organisation_id: UUID,
    draft: OrganisationDraft,
    request: Request,
    house: InHouse,
    who: Who,
    if_match: IfMatch = None,
) -> Response:
    """Change what others know of your organisation."""
    expected = expected_revision(if_match)

    async def work(unit: Transaction) -> Answer:
        outcome = await handlers.revise_organisation(
            organisation_id, expected, draft, actor_of(who), house.now(), house.new_id, listing_ports(unit.connection)
        )
        append(unit, outcome.events, request, house)
        view = organisation_view(outcome.organisation, actor_of(who))
        return json_answer(view, headers={"ETag": etag(view.revision)})

    return await carry(house, request, who, None, work)


@router.get("/{organisation_id}", response_model=OrganisationView, responses=documented(401, 404, 422))
async def read(organisation_id: UUID, house: InHouse, visitor: Visitor) -> Response:
    """An organisation; its private part only for itself."""
    async with house.database.connection() as connection:
        organisation = await listing_ports(connection).organisations.get(organisation_id)
    if organisation is None:
        raise OrganisationNotFound(organisation_id)
    view = organisation_view(organisation, viewer_of(visitor))
    return json_answer(view, headers={"ETag": etag(view.revision)}).response()
