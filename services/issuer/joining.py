"""New people of the embedded issuer: somebody begins an organisation, or comes in by a colleague's invitation."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.problems import Refusal
from contracts.vocabulary.terms import Role
from infra.identity.passwords import SHORTEST, WeakPassword, hashed
from infra.postgres.stores.accounts import Account, Invitation, NameTaken, StoredAccounts
from infra.postgres.transaction import transaction
from services.house import House
from services.web.posting import Form, Posted
from services.web.rendering import page, redirect
from services.web.visiting import Here, Visit

router = APIRouter(prefix="/issuer", include_in_schema=False)

MOST_JOINING = 10
"""Accounts that one network address may begin within the window of attempts."""


class InvitationGone(Refusal):
    """An invitation that was used, is too old or never was."""

    status = 404
    slug = "invitation-gone"
    title = "This invitation is not valid"


class NotHere(Refusal):
    """Accounts are kept by another issuer."""

    status = 404
    slug = "accounts-elsewhere"
    title = "Accounts are kept elsewhere"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody filled in."""

    name: str
    display_name: str
    password: str

    def errors(self) -> dict[str, str]:
        """Sentences by field."""
        checks = {
            "display_name": not 1 <= len(self.display_name) <= 100,
            "name": not (3 <= len(self.name) <= 200 and "@" in self.name[1:-1] and " " not in self.name),
            "password": len(self.password) < SHORTEST,
        }
        return {field: f"issuer.wrong_{field}" for field, wrong in checks.items() if wrong}


@router.get("/nieuw")
async def show(here: Here, uitnodiging: str = "") -> Response:
    """The form for a new account."""
    await _invitation(here.house, uitnodiging)
    return _form(here, uitnodiging, {}, Wish("", "", ""))


@router.post("/nieuw")
async def join(request: Request, form: Form, uitnodiging: str = "") -> Response:
    """Make the account, and go to the page for signing in."""
    here = form.visit
    invitation = await _invitation(here.house, uitnodiging)
    wish = _wish(form)
    errors = wish.errors() or await _made(here.house, wish, invitation, uitnodiging, request)
    if errors:
        return _form(here, uitnodiging, errors, wish, 422)
    return redirect(here, "/inloggen?nieuw=1")


def _wish(form: Posted) -> Wish:
    password = form.fields.get("password", "")
    return Wish(form.text("name"), form.text("display_name"), password if isinstance(password, str) else "")


def _form(here: Visit, invitation: str, errors: dict[str, str], wish: Wish, status: int = 200) -> Response:
    return page(here, "issuer/join.html", status, invitation=invitation, errors=errors, wish=wish, shortest=SHORTEST)


async def _invitation(house: House, secret: str) -> Invitation | None:
    """The invitation, None when somebody comes without one; raises InvitationGone, NotHere."""
    if house.issuer is None:
        raise NotHere("Accounts are kept by another issuer; ask your own organisation for one.")
    if not secret:
        return None
    async with house.database.connection() as connection:
        found = await StoredAccounts(connection).invitation(secret[:200], house.now())
    if found is None:
        raise InvitationGone("The invitation was used or is too old; ask your colleague for a new one.")
    return found


async def _made(
    house: House, wish: Wish, invitation: Invitation | None, secret: str, request: Request
) -> dict[str, str]:
    caller = f"joining:{request.client.host if request.client else 'unknown'}"
    try:
        kept = await hashed(wish.password)
        async with transaction(house.database) as unit:
            accounts = StoredAccounts(unit.connection)
            if await accounts.failures(caller, house.now()) >= MOST_JOINING:
                return {"name": "issuer.throttled"}
            await accounts.note_failure(caller, house.now())
            place = await accounts.invitation(secret, house.now(), take=True) if invitation else None
            account = _account(wish, kept, place, house.new_id(), house.new_id())
            await accounts.save(account, house.now())
    except WeakPassword:
        return {"password": "issuer.wrong_password"}
    except NameTaken:
        return {"name": "issuer.name_taken"}
    return {}


def _account(wish: Wish, kept: str, place: Invitation | None, account_id: UUID, organisation_id: UUID) -> Account:
    roles: tuple[Role, ...] = place.roles if place else ()
    whose = place.organisation_id if place else organisation_id
    return Account(account_id, wish.name, wish.display_name, whose, roles, kept)
