"""Saved searches over HTTP: one's own, in pages, changed with the version that was seen."""

from typing import Any

from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

PATH = "/v1/saved-searches"
SEARCH = {"name": "Hout bij Utrecht", "looks_for": "offer", "concepts": ["wood"], "postcode": "3511"}


async def saved(member: Member, **fields: Any) -> str:
    answer = await member.client.post(PATH, json={**SEARCH, **fields})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"'), answer.text
    return str(answer.headers["location"])


async def test_a_search_is_saved_and_read_where_it_says(office: Office) -> None:
    member = await office.member("Zoeker")
    where = await saved(member, max_distance_km=40)
    answer = await member.client.get(where)
    assert (answer.json()["name"], answer.json()["postcode"]) == ("Hout bij Utrecht", "3511")
    assert answer.json()["families"] == ["wood"]
    assert (await office.told())[-1] == "search.published"


async def test_others_do_not_learn_that_a_search_exists(office: Office) -> None:
    member, other = await office.member("Zoeker"), await office.member("Ander")
    where = await saved(member)
    assert (await other.client.get(where)).status_code == 404
    assert (await other.client.delete(where)).status_code == 404
    assert (await other.client.put(where, json=SEARCH, headers={"If-Match": '"1"'})).status_code == 404
    assert (await other.client.get(PATH)).json() == {"items": [], "next": None}
    assert (await office.client().get(where)).status_code == 401


async def test_a_change_names_the_version_it_was_made_on(office: Office) -> None:
    member = await office.member("Zoeker")
    where = await saved(member)
    paused = {**SEARCH, "active": False}
    assert (await member.client.put(where, json=paused)).status_code == 428
    assert (await member.client.put(where, json=paused, headers={"If-Match": '"3"'})).status_code == 412
    done = await member.client.put(where, json=paused, headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["etag"], done.json()["active"]) == (200, '"2"', False)


async def test_a_search_that_was_ended_is_gone(office: Office) -> None:
    member = await office.member("Zoeker")
    where = await saved(member)
    gone = await member.client.delete(where)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await member.client.get(where)).status_code == 404
    assert (await member.client.get(PATH)).json()["items"] == []
    assert b'"active":false' in (await office.events())[-1].raw


async def test_searches_come_in_pages(office: Office) -> None:
    member = await office.member("Zoeker")
    names = {f"Zoekopdracht {number}" for number in range(5)}
    for name in sorted(names):
        await saved(member, name=name)
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await member.client.get(PATH, params={"limit": 2, **after})).json()
        seen += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == 5
    assert set(seen) == names


async def test_a_search_that_is_sent_again_with_its_key_is_saved_once(office: Office) -> None:
    member = await office.member("Zoeker")
    key = {"Idempotency-Key": "search-1"}
    first, again = [await member.client.post(PATH, json=SEARCH, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    assert len((await member.client.get(PATH)).json()["items"]) == 1
