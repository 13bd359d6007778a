"""Offers and wants over HTTP: made, read, revised, published, withdrawn, with the version that was seen."""

from typing import Any

import pytest

from contracts.vocabulary.terms import Role
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

OFFER = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "20", "unit": "t", "postcode": "5038"}
WANT = {"title": "Gezocht", "concepts": ["wood_grade_b"], "quantity": "20", "unit": "t", "postcode": "4811"}
KINDS = pytest.mark.parametrize(("path", "draft"), [("/v1/offers", OFFER), ("/v1/wants", WANT)])


@pytest.fixture
async def member(office: Office) -> Member:
    return await office.member("Holder")


async def made(member: Member, path: str, draft: dict[str, Any]) -> tuple[str, str]:
    """The address of a new listing, and its ETag."""
    answer = await member.client.post(path, json=draft)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"], answer.headers["etag"]


@KINDS
async def test_a_listing_is_made_where_it_says_and_read_there(
    office: Office, member: Member, path: str, draft: dict[str, Any]
) -> None:
    where, tag = await made(member, path, draft)
    answer = await member.client.get(where)
    assert (answer.headers["etag"], tag) == ('"1"', '"1"')
    assert (answer.json()["status"], answer.json()["mine"]) == ("open", True)
    seen = (await office.client().get(where)).json()
    assert (seen["mine"], seen["organisation"]["name"], seen["private"]) == (False, "Holder", None)
    assert (await office.told())[1:] == [f"{path.removeprefix('/v1/').removesuffix('s')}.published"]


@KINDS
async def test_a_listing_is_not_found_among_the_other_kind(member: Member, path: str, draft: dict[str, Any]) -> None:
    where, _tag = await made(member, path, draft)
    other = where.replace("offers", "x").replace("wants", "offers").replace("/x/", "/wants/")
    assert (await member.client.get(other)).status_code == 404


@KINDS
async def test_a_draft_is_nobodys_business_until_it_is_published(
    office: Office, member: Member, path: str, draft: dict[str, Any]
) -> None:
    where, tag = await made(member, path, {**draft, "draft": True})
    other = await office.member("Ander")
    assert (await office.client().get(where)).status_code == 404
    for step in ("publish", "withdraw"):
        assert (await other.client.post(f"{where}/{step}")).status_code == 404
    assert (await other.client.put(where, json=draft, headers={"If-Match": tag})).status_code == 404
    assert len(await office.told()) == 2
    published = await member.client.post(f"{where}/publish")
    assert (published.status_code, published.json()["status"]) == (200, "open")
    assert (await office.client().get(where)).status_code == 200
    again = await member.client.post(f"{where}/publish")
    assert (again.status_code, again.json()["type"]) == (409, "urn:kringmarkt:problem:wrong-state")


@KINDS
async def test_a_revision_names_the_version_it_was_made_on(
    office: Office, member: Member, path: str, draft: dict[str, Any]
) -> None:
    where, tag = await made(member, path, draft)
    fresh = {**draft, "quantity": "30"}
    assert (await member.client.put(where, json=fresh)).status_code == 428
    for wrong in ('"7"', "1", '"one"', "*", '"1", "2"'):
        refused = await member.client.put(where, json=fresh, headers={"If-Match": wrong})
        assert refused.status_code == 412, wrong
    done = await member.client.put(where, json=fresh, headers={"If-Match": tag})
    assert (done.status_code, done.headers["etag"], done.json()["quantity"]) == (200, '"2"', "30")
    late = await member.client.put(where, json=draft, headers={"If-Match": tag})
    assert (late.status_code, late.json()["current_revision"]) == (412, 2)
    same = await member.client.put(where, json=fresh, headers={"If-Match": '"2"'})
    assert (same.status_code, same.headers["etag"]) == (200, '"2"')
    kind = path.removeprefix("/v1/").removesuffix("s")
    assert (await office.told())[1:] == [f"{kind}.published", f"{kind}.revised"]


@KINDS
async def test_what_is_withdrawn_stays_withdrawn(member: Member, path: str, draft: dict[str, Any]) -> None:
    where, _tag = await made(member, path, draft)
    gone = await member.client.post(f"{where}/withdraw", json={"reason": "Elders verkocht"})
    assert (gone.json()["status"], gone.json()["closed_reason"]) == ("closed", "Elders verkocht")
    assert (await member.client.post(f"{where}/withdraw")).status_code == 409
    seen = {"If-Match": gone.headers["etag"]}
    assert (await member.client.put(where, json={**draft, "quantity": "7"}, headers=seen)).status_code == 409


@KINDS
async def test_others_may_see_a_listing_but_not_change_it(
    office: Office, member: Member, path: str, draft: dict[str, Any]
) -> None:
    where, tag = await made(member, path, draft)
    other, operator = await office.member("Ander"), await office.member("Beheer", roles=[Role.OPERATOR])
    assert (await other.client.put(where, json=draft, headers={"If-Match": tag})).status_code == 403
    assert (await other.client.post(f"{where}/withdraw")).status_code == 403
    assert (await office.client().post(f"{where}/withdraw")).status_code == 401
    assert (await operator.client.post(f"{where}/withdraw")).status_code == 200


async def test_an_incomplete_listing_says_all_that_is_missing(member: Member) -> None:
    refused = await member.client.post("/v1/offers", json={"title": "Sloophout", "quantity": "1", "unit": "t"})
    assert (refused.status_code, set(refused.json()["missing"])) == (422, {"concept", "postcode"})


async def test_a_key_of_ones_own_is_used_once(member: Member) -> None:
    where, _tag = await made(member, "/v1/offers", {**OFFER, "external_id": "ERP-1"})
    refused = await member.client.post("/v1/offers", json={**OFFER, "external_id": "ERP-1"})
    assert refused.status_code == 409
    assert where.endswith(refused.json()["listing_id"])


async def test_a_request_that_is_sent_again_with_its_key_is_done_once(office: Office, member: Member) -> None:
    key = {"Idempotency-Key": "offer-1"}
    first, again = [await member.client.post("/v1/offers", json=OFFER, headers=key) for _ in range(2)]
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), first.headers["etag"])
    assert again.headers["location"] == first.headers["location"]
    other = await member.client.post("/v1/offers", json={**OFFER, "quantity": "1"}, headers=key)
    assert other.json()["type"] == "urn:kringmarkt:problem:idempotency-key-reused"
    stranger = await office.member("Ander")
    assert (await stranger.client.post("/v1/offers", json=OFFER, headers=key)).status_code == 201
    assert await office.value("SELECT count(*) FROM listings.listings") == 2


async def test_a_refused_request_keeps_no_key(member: Member) -> None:
    key = {"Idempotency-Key": "offer-1"}
    refused = await member.client.post("/v1/offers", json={**OFFER, "postcode": None}, headers=key)
    assert refused.status_code == 422
    assert (await member.client.post("/v1/offers", json=OFFER, headers=key)).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
async def test_a_key_that_cannot_be_kept_is_refused(member: Member, key: str) -> None:
    refused = await member.client.post("/v1/offers", json=OFFER, headers={b"Idempotency-Key": key.encode()})
    assert refused.status_code == 422
