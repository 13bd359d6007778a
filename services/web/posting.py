"""Forms that change something: only from our own pages, with the token of the visitor's own browser.

Two locks, because each has a hole of its own: the token (a cookie of a sister site could plant one) and the origin
that the browser states (old browsers state none, and are then held to the token alone).
"""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from contracts.problems import Refusal
from services.web.visiting import FORM_COOKIE, Here, Visit, site_address, token_of_form

MOST_FIELDS = 500
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field
TOKEN_HEADER = "x-form-token"  # noqa: S105 - the name of a header


class ForeignForm(Refusal):
    """A form that did not come from a page of this site in this browser."""

    status = 403
    slug = "foreign-form"
    title = "This form cannot be accepted"


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was sent, by whom."""

    visit: Visit
    fields: FormData

    def text(self, name: str) -> str:
        """A field without the blanks around it; empty when it is not there."""
        value = self.fields.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All values of a field, the empty ones too."""
        return [value.strip() for value in self.fields.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """The files of a field that have a name."""
        return [value for value in self.fields.getlist(name) if isinstance(value, UploadFile) and value.filename]

    def kept(self) -> dict[str, list[str]]:
        """Every text field, for filling the form in again."""
        names = [name for name in dict.fromkeys(self.fields) if name != TOKEN_FIELD]
        return {name: self.texts(name) for name in names if self.texts(name)}


async def posted(request: Request, here: Here) -> AsyncIterator[Posted]:
    """The form of a request, whose files are let go of after the answer; raises ForeignForm."""
    _require_own_origin(request, here)
    async with request.form(max_fields=MOST_FIELDS, max_files=20) as fields:
        _require_token(request, fields)
        yield Posted(here, fields)


def _require_token(request: Request, fields: FormData) -> None:
    given = request.headers.get(TOKEN_HEADER) or fields.get(TOKEN_FIELD)
    if not _is_ours(given, request.cookies.get(FORM_COOKIE, "")):
        raise ForeignForm("The form is too old or came from elsewhere; open the page again and send it once more.")


def _is_ours(given: object, secret: str) -> bool:
    if not secret or not isinstance(given, str):
        return False
    nonce, _, proof = given.partition(".")
    return hmac.compare_digest(proof.encode(), token_of_form(secret, nonce).encode())


def _require_own_origin(request: Request, here: Visit) -> None:
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = {*here.house.settings.site_addresses, site_address(request, here.house)}
    if site not in (None, "same-origin", "none") or (origin is not None and origin not in own):
        raise ForeignForm("The form came from another site; open the page here and send it from there.")


Form = Annotated[Posted, Depends(posted)]
