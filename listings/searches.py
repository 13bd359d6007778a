"""Saved searches: standing alerts that only their owner sees."""

from datetime import datetime
from uuid import UUID

from listings.announcements import about_search
from listings.commands import SavedSearchDraft
from listings.drafting import new_search
from listings.errors import SearchNotFound
from listings.model import SavedSearch
from listings.outcomes import SearchOutcome
from listings.ports import NewId, Ports
from listings.publishing import require_registered, require_revision
from listings.rights import Actor, commands_all


async def create_search(
    draft: SavedSearchDraft, actor: Actor, now: datetime, new_id: NewId, ports: Ports
) -> SearchOutcome:
    """Keep a search for the actor's organisation and tell the matcher of it."""
    await require_registered(actor, ports)
    search = new_search(draft, new_id(), actor.organisation_id, now)
    await ports.searches.save(search)
    return SearchOutcome(search, (about_search(search, new_id()),))


async def revise_search(
    search_id: UUID,
    expected_revision: int,
    draft: SavedSearchDraft,
    actor: Actor,
    now: datetime,
    new_id: NewId,
    ports: Ports,
) -> SearchOutcome:
    """Replace what a search looks for. The same content again changes nothing and tells nobody."""
    before = await _fetch(search_id, actor, ports)
    require_revision(expected_revision, before.revision)
    wanted = new_search(draft, search_id, before.organisation_id, now)
    fresh = before.with_content_of(wanted, now)
    if fresh is before:
        return SearchOutcome(before)
    await ports.searches.save(fresh)
    return SearchOutcome(fresh, (about_search(fresh, new_id(), before),))


async def delete_search(search_id: UUID, actor: Actor, now: datetime, new_id: NewId, ports: Ports) -> SearchOutcome:
    """End a search. It stays in the store, inactive, because the matcher must hear that it ended."""
    before = await _fetch(search_id, actor, ports)
    fresh = before.model_copy(update={"deleted": True, "revision": before.revision + 1, "changed_at": now})
    await ports.searches.save(fresh)
    return SearchOutcome(fresh, (about_search(fresh, new_id()),))


async def _fetch(search_id: UUID, actor: Actor, ports: Ports) -> SavedSearch:
    return require_search(await ports.searches.get_for_update(search_id), search_id, actor)


def require_search(search: SavedSearch | None, search_id: UUID, actor: Actor) -> SavedSearch:
    """The search; raises SearchNotFound when there is none, it was deleted, or it is somebody else's."""
    if search is None or search.deleted or not commands_all(actor, search.organisation_id):
        raise SearchNotFound(search_id)
    return search
