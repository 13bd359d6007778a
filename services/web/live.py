"""What the live connection needs from the site: where to listen, to what, and a token for it."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from notifications.model import Channel
from services.web.rendering import push_address
from services.web.visiting import Member

router = APIRouter(include_in_schema=False)

TICKET_LIFE = timedelta(hours=1)


@router.get("/live/kaartje")
async def ticket(here: Member) -> Response:
    """A ticket for the websocket, for the person whose cookie it is; nothing in it is kept by the browser."""
    house, who = here.house, here.who
    token = here.session.access_token if here.session else ""
    if house.issuer is not None:
        until = min(who.expires_at - house.now(), TICKET_LIFE)
        token = house.issuer.token(who.organisation_id, sorted(who.roles), house.now(), until, who.subject)
    body = {
        "address": push_address(house.settings, here.request.url.hostname or "localhost"),
        "channel": str(Channel.of_organisation(who.organisation_id)),
        "token": token,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
