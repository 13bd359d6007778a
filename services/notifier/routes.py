"""Routes of alerts: the same inboxes that are pushed, for catching up and for proving that nothing was missed."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from contracts.events.alerts import AlertState
from infra.http.problems import documented
from infra.identity.tokens import Identity
from infra.postgres.stores.notifications import CommittedInbox
from notifications.errors import ForbiddenChannel, StartAgain
from notifications.inbox import start_again
from notifications.model import Channel, ChannelKind
from notifications.routing import may_hear
from services.asking import InHouse, Who
from services.house import House
from services.notifier.push import find_search

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])


class AlertPage(BaseModel):
    """Alerts of one channel after a number, lowest first. `first` and `last` are the numbers the inbox holds."""

    channel: str
    first: int
    last: int
    items: list[AlertState]


async def _channel_of(name: str | None, who: Identity, house: House) -> Channel:
    if name is None:
        return Channel.of_organisation(who.organisation_id)
    channel = Channel.parse(name)
    search = await find_search(house, channel.id) if channel.kind is ChannelKind.SEARCH else None
    if not may_hear(channel, who.organisation_id, search):
        raise ForbiddenChannel(f"channel {name} is not yours; read your own inbox or one of your saved searches")
    return channel


@router.get("", responses=documented(400, 401, 403, 410, 422))
async def read(
    house: InHouse,
    who: Who,
    channel: Annotated[
        str | None,
        Query(max_length=100, description="`organisation:<id>` or `search:<id>`; your organisation's unless given"),
    ] = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="The last number you have")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AlertPage:
    """What an inbox holds after a number."""
    asked = await _channel_of(channel, who, house)
    inbox = CommittedInbox(house.database)
    head = await inbox.head(asked)
    reason = start_again(head, after)
    if reason is not None:
        raise StartAgain(
            f"you have everything up to {after}, but this inbox holds {head.first} to {head.last}: {reason.value}; "
            f"forget what you have and read on after {head.first - 1}",
            first=head.first,
            last=head.last,
        )
    items = list(await inbox.read(asked, after, limit))
    return AlertPage(channel=str(asked), first=head.first, last=head.last, items=items)
