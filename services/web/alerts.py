"""Alerts: the list, why each was given, one-press answers, and the settings of every channel."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.events.alerts import AlertKind
from infra.postgres.stores.alert_reading import HIGHEST, AlertReading
from infra.postgres.stores.listings import StoredSearches, listing_ports
from infra.postgres.transaction import transaction
from listings import handlers
from listings.commands import SavedSearchDraft
from listings.model import SavedSearch
from listings.searches import require_search
from notifications.model import Channel
from notifications.reading import Answer, First, Preferences, most_given
from services.listings_api.asking import append
from services.web.posting import Form
from services.web.rendering import page, redirect
from services.web.visiting import Member, Visit

router = APIRouter(prefix="/meldingen", include_in_schema=False)

SHOWN = 30
MOST_SEARCHES = 100
START = UUID(int=0)
ANSWERS_OF_TRADES = (Answer.USEFUL, Answer.TOO_FAR, Answer.TOO_DEAR, Answer.TOO_DIRTY, Answer.WRONG_TIME)
ANSWERS = (*ANSWERS_OF_TRADES, Answer.WRONG_MATERIAL, Answer.TOO_OFTEN)


@dataclass(frozen=True, slots=True)
class SearchSetting:
    """A saved search with the settings of its channel, and what it is answered most."""

    search: SavedSearch
    preferences: Preferences
    complaint: Answer | None
    last: int


async def _channel(here: Visit, text: str) -> Channel:
    """A channel of this organisation; its own for anything else."""
    own = Channel.of_organisation(here.organisation_id)
    if not text.startswith("search:"):
        return own
    channel = Channel.parse(text)
    async with here.house.database.connection() as connection:
        found = await StoredSearches(connection).get(channel.id)
    require_search(found, channel.id, here.actor)
    return channel


@router.get("")
async def show(here: Member, kanaal: str = "", voor: int = HIGHEST) -> Response:
    """The newest alerts of a channel."""
    channel = await _channel(here, kanaal)
    async with here.house.database.connection() as connection:
        found = await AlertReading(connection).newest(channel, max(0, min(voor, HIGHEST)), SHOWN)
        searches = await StoredSearches(connection).of_organisation(here.organisation_id, START, MOST_SEARCHES)
    return page(
        here,
        "alerts.html",
        alerts=found,
        channel=str(channel),
        own=str(Channel.of_organisation(here.organisation_id)),
        searches=searches,
        answers=ANSWERS,
        older=found[-1].alert.number if len(found) == SHOWN else None,
    )


@router.post("/gelezen")
async def mark_read(form: Form) -> Response:
    """Everything that was on the page is known now."""
    here = form.visit
    channel = Channel.of_organisation(here.organisation_id)
    number = form.text("nummer")
    if number.isdecimal() and len(number) < 18:
        async with transaction(here.house.database) as unit:
            await AlertReading(unit.connection).mark_read(channel, here.who.subject, int(number))
    return redirect(here, "/meldingen")


@router.post("/antwoord")
async def answer(form: Form) -> Response:
    """Say of an alert what is wrong with it, or that it was useful."""
    here = form.visit
    channel = await _channel(here, form.text("kanaal"))
    number, given = form.text("nummer"), form.text("antwoord")
    if number.isdecimal() and len(number) < 18 and given in set(Answer):
        async with transaction(here.house.database) as unit:
            reading = AlertReading(unit.connection)
            await reading.answer(channel, int(number), Answer(given), here.house.now())
    return redirect(here, f"/meldingen?kanaal={channel}#melding-{number if number.isdecimal() else ''}")


@router.get("/zoekopdrachten")
async def settings(here: Member, bewaard: bool = False) -> Response:
    """The settings of every channel."""
    own = Channel.of_organisation(here.organisation_id)
    async with here.house.database.connection() as connection:
        reading = AlertReading(connection)
        searches = await StoredSearches(connection).of_organisation(here.organisation_id, START, MOST_SEARCHES)
        preferences = await reading.preferences(own)
        rows = [await _setting(reading, search) for search in searches]
    kinds = [kind for kind in AlertKind if kind is not AlertKind.LISTING_FOUND]
    values: dict[str, Any] = {
        "own": preferences,
        "rows": rows,
        "kinds": kinds,
        "firsts": tuple(First),
        "saved": bewaard,
    }
    return page(here, "alert_settings.html", **values)


async def _setting(reading: AlertReading, search: SavedSearch) -> SearchSetting:
    channel = Channel.parse(f"search:{search.search_id}")
    complaint = most_given(await reading.answers(channel))
    newest = await reading.newest(channel, limit=1)
    last = newest[0].alert.number if newest else 0
    return SearchSetting(search, await reading.preferences(channel), complaint, last)


@router.post("/instellingen")
async def set_own(form: Form) -> Response:
    """Keep the settings of the organisation's own channel."""
    here = form.visit
    rings = {AlertKind(kind) for kind in form.texts("soort") if kind in set(AlertKind)}
    quiet = frozenset(kind for kind in AlertKind if kind is not AlertKind.LISTING_FOUND and kind not in rings)
    first = form.text("eerst")
    wanted = Preferences(form.text("gepauzeerd") == "1", quiet, First(first) if first in set(First) else First.NEWEST)
    async with transaction(here.house.database) as unit:
        await AlertReading(unit.connection).prefer(Channel.of_organisation(here.organisation_id), wanted)
    return redirect(here, "/meldingen/zoekopdrachten?bewaard=1")


@router.post("/zoekopdrachten/{search_id}")
async def set_search(search_id: UUID, form: Form, request: Request) -> Response:
    """Pause, go on, or end a saved search."""
    here, house = form.visit, form.visit.house
    async with transaction(house.database) as unit:
        ports = listing_ports(unit.connection)
        found = require_search(await ports.searches.get(search_id), search_id, here.actor)
        if form.text("doe") == "beeindig":
            outcome = await handlers.delete_search(search_id, here.actor, house.now(), house.new_id, ports)
        else:
            draft = _toggled(found, active=form.text("doe") == "hervat")
            outcome = await handlers.revise_search(
                search_id, found.revision, draft, here.actor, house.now(), house.new_id, ports
            )
        append(unit, outcome.events, request, house)
    return redirect(here, "/meldingen/zoekopdrachten?bewaard=1")


def _toggled(search: SavedSearch, *, active: bool) -> SavedSearchDraft:
    terms = search.terms.model_dump()
    return SavedSearchDraft.model_validate({**terms, "postcode": search.private.postcode, "active": active})
