"""Organisations over HTTP: registered once, changed by themselves, private in part."""

import asyncio
from typing import Any
from uuid import uuid4

from infra.settings import stable_id
from tests.unit.services.scenes import Office

PATH = "/v1/organisations"
FULL: dict[str, Any] = {
    "name": "Houthandel De Vries", "kvk_number": "12345678", "postcode": "3511 AB",
    "street_address": "Vismarkt 1", "contact_email": "inkoop@example.nl", "vihb_number": "810933VIXX",
}  # fmt: skip


async def test_an_organisation_registers_itself_once(office: Office) -> None:
    organisation_id = uuid4()
    client = office.client(organisation_id)
    made = await client.post(PATH, json=FULL)
    assert (made.status_code, made.headers["location"]) == (201, f"{PATH}/{organisation_id}")
    assert (made.headers["etag"], made.json()["mine"]) == ('"1"', True)
    again = await client.post(PATH, json=FULL)
    assert (again.status_code, again.json()["current_revision"]) == (409, 1)
    assert await office.told() == ["organisation.registered"]


async def test_two_registrations_at_the_same_moment_are_one(office: Office) -> None:
    client = office.client(uuid4())
    answers = await asyncio.gather(*(client.post(PATH, json=FULL) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert await office.told() == ["organisation.registered"]


async def test_street_and_mail_address_are_shown_to_itself_only(office: Office) -> None:
    member = await office.member("Houthandel De Vries", **{key: value for key, value in FULL.items() if key != "name"})
    where = f"{PATH}/{member.organisation_id}"
    own, other = await member.client.get(where), await office.client().get(where)
    assert (own.json()["street_address"], own.json()["contact_email"]) == ("Vismarkt 1", "inkoop@example.nl")
    assert (other.json()["street_address"], other.json()["contact_email"], other.json()["postcode"]) == (None,) * 3
    assert other.json()["kvk_number"] == "12345678"
    for event in await office.events():
        assert b"Vismarkt" not in event.raw
        assert b"inkoop" not in event.raw


async def test_a_change_names_the_version_it_was_made_on(office: Office) -> None:
    member = await office.member("Oude naam")
    where = f"{PATH}/{member.organisation_id}"
    fresh = {"name": "Nieuwe naam"}
    assert (await member.client.put(where, json=fresh)).status_code == 428
    assert (await member.client.put(where, json=fresh, headers={"If-Match": '"9"'})).status_code == 412
    done = await member.client.put(where, json=fresh, headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["etag"], done.json()["name"]) == (200, '"2"', "Nieuwe naam")
    assert await office.told() == ["organisation.registered", "organisation.revised"]


async def test_nobody_changes_another_organisation(office: Office) -> None:
    member, other = await office.member("Een"), await office.member("Ander")
    where = f"{PATH}/{member.organisation_id}"
    refused = await other.client.put(where, json={"name": "Gekaapt"}, headers={"If-Match": '"1"'})
    assert refused.status_code == 403
    assert (await office.client().get(where)).json()["name"] == "Een"


async def test_roles_that_the_operator_grants_are_not_taken(office: Office) -> None:
    refused = await office.client(uuid4()).post(PATH, json={"name": "Zelfbenoemd", "roles": ["authority"]})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:kringmarkt:problem:role-needed")


async def test_an_organisation_that_does_not_exist_is_not_found(office: Office) -> None:
    assert (await office.client().get(f"{PATH}/{stable_id('nobody')}")).status_code == 404
