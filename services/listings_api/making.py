"""Making a listing, the busy way: decided at once on what is known of the owner, and written together with others.

Whatever is not plain (an unregistered owner, a refusal, a key or an external id that was used) is left to the
ordinary way, which does it again in a transaction of its own and says what there is to say.
"""

from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from fastapi import Request

from contracts.problems import Refusal
from infra.group_commit import GroupCommit
from infra.http.carrying import asked_of, context_of
from infra.http.idempotency import Answer
from infra.identity.tokens import Identity
from infra.postgres.database import Database
from infra.postgres.publishing import Publication, publish_together
from infra.postgres.stores.listings import StoredOrganisations
from infra.telemetry import span
from listings.drafting import AnyDraft
from listings.model import Organisation
from listings.publishing import created
from services.house import House
from services.listings_api.asking import SOURCE, actor_of
from services.listings_api.showing import answer_of

MOST_OWNERS = 10_000


class Desk:
    """Where listings are made together. It remembers owners; each publication proves that what it remembers holds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owners: OrderedDict[UUID, Organisation] = OrderedDict()
        self._writing: GroupCommit[Publication, bool] = GroupCommit(self._write)

    async def owner(self, organisation_id: UUID) -> Organisation | None:
        """The organisation as it was last seen; None when it is not registered."""
        known = self._owners.get(organisation_id)
        if known is not None:
            return known
        async with self._database.connection() as connection:
            found = await StoredOrganisations(connection).get(organisation_id)
        if found is not None:
            self._owners[organisation_id] = found
            if len(self._owners) > MOST_OWNERS:
                self._owners.popitem(last=False)
        return found

    async def publish(self, publication: Publication) -> bool:
        """Write it with what waits beside it; False: it was not written, and may have been decided on an old owner."""
        done = await self._writing.do(publication)
        if not done:
            self._owners.pop(publication.listing.organisation_id, None)
        return done

    async def _write(self, publications: Sequence[Publication]) -> list[bool]:
        return await publish_together(self._database, publications)


async def made_at_once(
    house: House, desk: Desk, draft: AnyDraft, request: Request, who: Identity, key: str | None
) -> Answer | None:
    """The answer to a publication that went the busy way; None: nothing was done."""
    owner = await desk.owner(who.organisation_id)
    if owner is None:
        return None
    actor, now = actor_of(who), house.now()
    try:
        outcome = created(draft, actor, now, house.new_id)
    except Refusal:
        return None
    answer = answer_of(outcome.listing, owner, actor, 201)
    asked = await asked_of(request, who, key)
    with span("transaction"):
        context = context_of(request, now, SOURCE)
        events = tuple(copy for event in outcome.events for copy in event.encode(context))
        done = await desk.publish(Publication(outcome.listing, events, owner.revision, asked, answer))
    return answer if done else None
