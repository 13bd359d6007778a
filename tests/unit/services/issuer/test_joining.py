"""New people: an organisation of one's own, or a place with a colleague."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from infra.postgres.stores.accounts import Invitation, StoredAccounts
from infra.postgres.transaction import transaction
from services.issuer.joining import MOST_JOINING, Wish
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor

WISH: dict[str, Any] = {"display_name": "Jo", "name": "jo@voorbeeld.nl", "password": "een zin die niemand raadt"}


async def test_somebody_begins_an_organisation(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.post("/issuer/nieuw", **WISH)
        assert answer.headers["location"] == "/inloggen?nieuw=1"
        again = await somebody.post("/issuer/nieuw", 422, **WISH)
    assert "Er is al een account met dit e-mailadres" in text_of(again.text)


async def test_what_is_wrong_is_told_at_its_field(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.post("/issuer/nieuw", 422, display_name="", name="jo", password="kort")
    for field in ("display_name", "name", "password"):
        assert f'href="#{field}"' in answer.text
    assert "kort" not in answer.text
    assert Wish("jo@voorbeeld.nl", "Jo", "lang genoeg zo").errors() == {}


async def test_a_colleague_comes_in_once_by_an_invitation(office: Office) -> None:
    organisation_id = uuid4()
    async with transaction(office.house.database) as unit:
        accounts = StoredAccounts(unit.connection)
        until = office.house.now() + timedelta(days=1)
        await accounts.keep_invitation("link", Invitation(organisation_id, ()), until)
    async with visitor(office) as somebody:
        assert "bij uw organisatie" in text_of(await somebody.get("/issuer/nieuw?uitnodiging=link"))
        await somebody.post("/issuer/nieuw?uitnodiging=link", **WISH)
        assert "gebruikt of verlopen" in text_of(await somebody.get("/issuer/nieuw?uitnodiging=link", 404))
    async with office.house.database.connection() as connection:
        account = await StoredAccounts(connection).by_name("jo@voorbeeld.nl")
    assert account is not None
    assert account.organisation_id == organisation_id


async def test_one_address_does_not_make_accounts_without_end(office: Office) -> None:
    async with visitor(office) as somebody:
        for number in range(MOST_JOINING):
            await somebody.post("/issuer/nieuw", **{**WISH, "name": f"jo{number}@voorbeeld.nl"})
        await somebody.post("/issuer/nieuw", 422, **{**WISH, "name": "nog-een@voorbeeld.nl"})
