"""Capabilities over HTTP: everybody reads them, the owner changes them with the version he saw."""

from typing import Any
from uuid import uuid4

from tests.support.marketplace import Member
from tests.unit.listings.test_capability_terms import CHIPPER
from tests.unit.services.scenes import Office

PATH = "/v1/capabilities"


async def published(member: Member, **fields: Any) -> str:
    answer = await member.client.post(PATH, json={**CHIPPER, **fields})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"'), answer.text
    return str(answer.headers["location"])


async def test_a_capability_is_published_and_read_by_everybody(office: Office) -> None:
    member = await office.member("Breker")
    where = await published(member)
    seen = (await office.client().get(where)).json()
    assert [seen["terms"]["output"], seen["municipality"], seen["mine"]] == ["wood_b_chips", "Breda", False]
    assert (await member.client.get(where)).json()["mine"]
    assert (await office.told())[-1] == "capability.published"
    assert (await office.client().post(PATH, json=CHIPPER)).status_code == 401
    assert (await member.client.post(PATH, json={**CHIPPER, "output": None})).status_code == 422


async def test_a_change_names_the_version_it_was_made_on(office: Office) -> None:
    member, other = await office.member("Breker"), await office.member("Ander")
    where = await published(member)
    dearer = {**CHIPPER, "price_eur_per_tonne": "25"}
    assert (await member.client.put(where, json=dearer)).status_code == 428
    assert (await other.client.put(where, json=dearer, headers={"If-Match": '"1"'})).status_code == 403
    done = await member.client.put(where, json=dearer, headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')
    assert (await member.client.put(where, json=CHIPPER, headers={"If-Match": '"1"'})).status_code == 412


async def test_a_withdrawn_one_is_still_read_but_not_in_the_list(office: Office) -> None:
    member = await office.member("Breker")
    where, stays = await published(member), await published(member, title="Tweede breker")
    assert (await member.client.post(f"{where}/withdraw")).json()["active"] is False
    assert (await member.client.post(f"{where}/withdraw")).status_code == 409
    page = (await office.client().get(PATH, params={"organisation_id": str(member.organisation_id)})).json()
    assert [f"{PATH}/{item['capability_id']}" for item in page["items"]] == [stays]
    assert (await office.client().get(where)).status_code == 200
    assert (await office.client().get(f"{PATH}/{uuid4()}")).status_code == 404


async def test_the_list_comes_in_pages(office: Office) -> None:
    member = await office.member("Breker")
    wheres = {await published(member, title=f"Breker {number}") for number in range(3)}
    first = (await member.client.get(PATH, params={"limit": 2})).json()
    second = (await member.client.get(PATH, params={"limit": 2, "after": first["next"]})).json()
    assert second["next"] is None
    assert {f"{PATH}/{item['capability_id']}" for item in first["items"] + second["items"]} == wheres
