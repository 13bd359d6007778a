"""The organisation's own page: what others know of it, and its people."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from contracts.problems import Refusal
from contracts.vocabulary.terms import Role
from infra.postgres.stores.accounts import Invitation, StoredAccounts
from infra.postgres.stores.listings import listing_ports
from infra.postgres.stores.sessions import StoredSessions
from infra.postgres.transaction import transaction
from listings import handlers
from listings.commands import OrganisationDraft
from listings.model import Organisation
from listings.rights import GRANTED_ROLES
from services.listings_api.asking import append
from services.listings_api.organisations import ONE_AT_A_TIME
from services.web.error_pages import told
from services.web.posting import Form, Posted
from services.web.rendering import page, redirect
from services.web.visiting import Member, Visit, safe_goal, site_address

router = APIRouter(prefix="/organisatie", include_in_schema=False)

INVITATION_LIFE = timedelta(days=7)
CHOOSABLE = tuple(role for role in Role if role not in GRANTED_ROLES)
LINES = ("name", "kvk_number", "vihb_number", "postcode", "street_address", "contact_email")
MOST_PERMITS = 3


async def _page(
    here: Visit, fields: dict[str, Any] | None, errors: dict[str, str], status: int = 200, **more: Any
) -> Response:
    async with here.house.database.connection() as connection:
        organisation = await listing_ports(connection).organisations.get(here.organisation_id)
        people = await StoredAccounts(connection).of_organisation(here.organisation_id) if here.house.issuer else ()
    filled = fields if fields is not None else _fields_of(organisation)
    rows = [*filled["permits"], *[{"number": "", "authority": "", "eural_codes": ""}] * MOST_PERMITS][:MOST_PERMITS]
    known = {"organisation": organisation, "fields": filled, "people": people, "errors": errors, "permit_rows": rows}
    usual = {"link": None, "saved": False, "refusal": None, "goal": "", "roles": CHOOSABLE}
    return page(here, "organisation.html", status, **{**known, **usual, **more})


def _fields_of(organisation: Organisation | None) -> dict[str, Any]:
    if organisation is None:
        return {**dict.fromkeys(LINES, ""), "roles": [], "permits": []}
    private = organisation.private
    permits = [
        {"number": one.number, "authority": one.authority or "", "eural_codes": ", ".join(one.eural_codes)}
        for one in organisation.permits
    ]
    return {
        "name": organisation.name,
        "kvk_number": organisation.kvk_number or "",
        "vihb_number": organisation.vihb_number or "",
        "postcode": private.postcode or "",
        "street_address": private.street_address or "",
        "contact_email": private.contact_email or "",
        "roles": [role.value for role in organisation.roles],
        "permits": permits,
    }


@router.get("")
async def show(here: Member, bewaard: bool = False, naar: str = "") -> Response:
    """The page; the first time it asks who the organisation is."""
    return await _page(here, None, {}, saved=bewaard, goal=safe_goal(naar) if naar else "")


@router.post("")
async def save(form: Form, request: Request) -> Response:
    """Register the organisation, or change what others know of it."""
    here = form.visit
    fields = _posted(form)
    draft, errors = _draft(fields)
    goal = safe_goal(form.text("naar")) if form.text("naar") else ""
    if draft is None:
        return await _page(here, fields, errors, 422, goal=goal)
    try:
        await _keep(here, draft, request)
    except Refusal as refusal:
        return await _page(here, fields, {}, refusal.status, refusal=told(refusal, here.say), goal=goal)
    return redirect(here, goal or "/organisatie?bewaard=1")


def _posted(form: Posted) -> dict[str, Any]:
    columns = (form.texts("permit_number"), form.texts("permit_authority"), form.texts("permit_eural"))
    permits = [
        {"number": number, "authority": authority, "eural_codes": codes}
        for number, authority, codes in zip(*columns, strict=False)
        if number
    ]
    return {**{name: form.text(name) for name in LINES}, "roles": form.texts("roles"), "permits": permits}


def _draft(fields: dict[str, Any]) -> tuple[OrganisationDraft | None, dict[str, str]]:
    lines = {name: fields[name] for name in LINES if fields[name]}
    permits = [
        {
            "number": permit["number"],
            "authority": permit["authority"] or None,
            "eural_codes": [code for code in permit["eural_codes"].replace(";", ",").split(",") if code.strip()],
        }
        for permit in fields["permits"]
    ]
    try:
        return OrganisationDraft.model_validate({**lines, "roles": fields["roles"], "permits": permits}), {}
    except ValidationError as error:
        wrong = dict.fromkeys(str(item["loc"][0]) for item in error.errors() if item["loc"])
        return None, {name: f"organisation.wrong_{name}" for name in wrong}


async def _keep(here: Visit, draft: OrganisationDraft, request: Request) -> None:
    house, actor = here.house, here.actor
    async with transaction(house.database) as unit:
        await unit.connection.execute(ONE_AT_A_TIME, str(actor.organisation_id))
        ports = listing_ports(unit.connection)
        known = await ports.organisations.get_for_update(actor.organisation_id)
        if known is None:
            outcome = await handlers.register_organisation(draft, actor, house.now(), house.new_id, ports)
        else:
            kept = _with_methods(draft, known)
            outcome = await handlers.revise_organisation(
                actor.organisation_id, known.revision, kept, actor, house.now(), house.new_id, ports
            )
        append(unit, outcome.events, request, house)


def _with_methods(draft: OrganisationDraft, known: Organisation) -> OrganisationDraft:
    """The form has no processing methods, and roles that were granted: what is known of them stays."""
    methods = {permit.number: permit.processing_methods for permit in known.permits}
    permits = tuple(
        permit.model_copy(update={"processing_methods": methods.get(permit.number, ())}) for permit in draft.permits
    )
    granted = tuple(role for role in known.roles if role in GRANTED_ROLES)
    return draft.model_copy(update={"permits": permits, "roles": tuple(dict.fromkeys((*draft.roles, *granted)))})


@router.post("/uitnodigen")
async def invite(form: Form, request: Request) -> Response:
    """Make a link with which one colleague can come in; it is shown once."""
    here, house = form.visit, form.visit.house
    who = here.who
    if house.issuer is None:
        return redirect(here, "/organisatie")
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(who.organisation_id, tuple(sorted(who.roles - GRANTED_ROLES)))
    async with transaction(house.database) as unit:
        await StoredAccounts(unit.connection).keep_invitation(secret, invitation, house.now() + INVITATION_LIFE)
    link = f"{site_address(request, house)}/issuer/nieuw?uitnodiging={secret}"
    return await _page(here, None, {}, link=link)


@router.post("/mensen/{account_id}")
async def set_active(account_id: UUID, form: Form) -> Response:
    """Let a colleague in or out. Nobody shuts himself out."""
    here, house = form.visit, form.visit.house
    own = here.who
    async with transaction(house.database) as unit:
        accounts = StoredAccounts(unit.connection)
        account = await accounts.by_id(account_id)
        subject = f"account:{account_id}"
        if account is not None and account.organisation_id == own.organisation_id and subject != own.subject:
            active = form.text("actief") == "1"
            await accounts.set_active(account_id, active=active)
            if not active:
                await StoredSessions(unit.connection).close_all(subject)
    return redirect(here, "/organisatie?bewaard=1")
