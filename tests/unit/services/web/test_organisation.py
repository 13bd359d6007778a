"""The organisation's own page: registering, changing, and its people."""

from typing import Any
from uuid import uuid4

from infra.postgres.stores.accounts import Account, StoredAccounts
from infra.postgres.transaction import transaction
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor

FIELDS: dict[str, Any] = {
    "name": "Sloperij Voorbeeld",
    "kvk_number": "12345678",
    "postcode": "5038AA",
    "roles": "holder",
}


async def test_who_comes_first_registers_and_goes_on(office: Office) -> None:
    async with visitor(office, uuid4()) as somebody:
        assert "Vertel eerst voor wie u werkt" in text_of(await somebody.get("/organisatie?naar=/aanbieden"))
        answer = await somebody.post("/organisatie", **FIELDS, naar="/aanbieden")
        assert answer.headers["location"] == "/aanbieden"
        assert 'value="5038 AA"' in await somebody.get("/aanbieden")
    assert await office.told() == ["organisation.registered"]


async def test_what_is_wrong_is_told_and_what_was_typed_stays(office: Office) -> None:
    async with visitor(office, uuid4()) as somebody:
        answer = await somebody.post("/organisatie", 422, **{**FIELDS, "kvk_number": "1", "vihb_number": "x"})
    assert 'href="#kvk_number"' in answer.text
    assert 'href="#vihb_number"' in answer.text
    assert 'value="Sloperij Voorbeeld"' in answer.text


async def test_permits_keep_what_the_form_does_not_show(office: Office) -> None:
    permit = {"number": "OLO-1", "eural_codes": ["170201"], "processing_methods": ["A02"]}
    member = await office.member("Verwerker", permits=[permit])
    async with visitor(office, member.organisation_id) as somebody:
        await somebody.post("/organisatie", **FIELDS, permit_number="OLO-1", permit_authority="", permit_eural="170201")
    kept = (await member.client.get(f"/v1/organisations/{member.organisation_id}")).json()
    assert kept["permits"][0]["processing_methods"] == ["A02"]
    assert kept["name"] == "Sloperij Voorbeeld"


async def test_nobody_gives_himself_the_role_of_the_authority(office: Office) -> None:
    async with visitor(office, uuid4()) as somebody:
        answer = await somebody.post("/organisatie", 403, **{**FIELDS, "roles": "authority"})
    assert "Vraag de beheerder" in text_of(answer.text)


async def test_a_colleague_is_invited_by_a_link_and_can_be_shut_out(office: Office) -> None:
    member = await office.member("Firma")
    colleague = Account(uuid4(), "piet@voorbeeld.nl", "Piet", member.organisation_id, (), "$x")
    foreign = Account(uuid4(), "jan@voorbeeld.nl", "Jan", uuid4(), (), "$x")
    async with transaction(office.house.database) as unit:
        for account in (colleague, foreign):
            await StoredAccounts(unit.connection).save(account, office.house.now())
    async with visitor(office, member.organisation_id) as somebody:
        page = (await somebody.post("/organisatie/uitnodigen", 200)).text
        assert "/issuer/nieuw?uitnodiging=" in page
        assert "jan@voorbeeld.nl" not in page
        for account in (colleague, foreign):
            await somebody.post(f"/organisatie/mensen/{account.account_id}", actief="0")
    async with office.house.database.connection() as connection:
        accounts = StoredAccounts(connection)
        kept = [await accounts.by_id(account.account_id) for account in (colleague, foreign)]
    assert [account.active for account in kept if account] == [False, True]
