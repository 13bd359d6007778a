"""Routes of preferences: what was learnt from your refusals, and how to take it back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from contracts.envelope import NewEvent
from contracts.events.preferences import NarrowingState, PreferenceState, PreferenceWideningAsked
from infra.http.carrying import IdempotencyKey, carry, context_of, json_answer
from infra.http.idempotency import Answer
from infra.http.problems import documented
from infra.postgres.stores.preferences import StoredPreferences
from infra.postgres.transaction import Transaction
from matching.errors import PreferenceNotFound
from services.asking import InHouse, Who
from services.trades_api.routes import SOURCE

router = APIRouter(prefix="/v1/preferences", tags=["preferences"])

Numbers = Annotated[list[Annotated[int, Field(ge=1, le=1_000_000)]], Field(max_length=1000)]


class PreferenceView(BaseModel):
    """The narrower terms of one want of yours in one material family."""

    want_id: UUID
    family: str
    revision: int
    narrowings: list[NarrowingState]


class PreferenceList(BaseModel):
    """All narrower terms of your wants."""

    items: list[PreferenceView]


class WidenBody(BaseModel):
    """Which narrower terms you take back; all of them when you name none."""

    model_config = ConfigDict(extra="forbid")

    numbers: Numbers = []


def _view(state: PreferenceState) -> PreferenceView:
    return PreferenceView(
        want_id=state.want_id, family=state.family, revision=state.revision, narrowings=list(state.narrowings)
    )


@router.get("", responses=documented(401, 422))
async def browse(
    house: InHouse, who: Who, want_id: Annotated[UUID | None, Query(description="Only of this want")] = None
) -> PreferenceList:
    """What was learnt from your refusals."""
    async with house.database.connection() as connection:
        found = await StoredPreferences(connection).of_organisation(who.organisation_id, want_id)
    return PreferenceList(items=[_view(one) for one in found])


@router.post(
    "/{want_id}/widen",
    status_code=202,
    response_model=PreferenceList,
    responses=documented(400, 401, 404, 409, 413, 422),
)
async def widen(
    want_id: UUID,
    request: Request,
    house: InHouse,
    who: Who,
    body: Annotated[WidenBody | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take narrower terms back; the matcher looks again, and what it knows then is told and can be read here."""

    async def work(unit: Transaction) -> Answer:
        found = await StoredPreferences(unit.connection).of_organisation(who.organisation_id, want_id)
        if not found:
            raise PreferenceNotFound(
                f"nothing was learnt of want {want_id}, or it is none of yours; read your preferences again"
            )
        numbers = tuple((body or WidenBody()).numbers)
        events = [
            NewEvent(
                PreferenceWideningAsked(want_id=want_id, family=one.family, numbers=numbers),
                f"preference:{want_id}",
                (one.family,),
                house.new_id(),
            )
            for one in found
        ]
        unit.append(events, context_of(request, house.now(), SOURCE))
        return json_answer(PreferenceList(items=[_view(one) for one in found]), 202)

    return await carry(house, request, who, idempotency_key, work)
