"""Reading an inbox over HTTP: one's own, from a number, or the advice to start again."""

import asyncio

import pytest

from services.notifier.consumer import notifier_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

PATH = "/v1/alerts"
SEARCH = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"]}


async def seeker_with_alerts(office: Office, number: int) -> Member:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    for _ in range(number):
        await holder.offer()
    await seeker.want(quantity="100")
    await office.settle()
    return seeker


async def test_alerts_are_read_from_a_number_on(office: Office) -> None:
    seeker = await seeker_with_alerts(office, 5)
    page = (await seeker.client.get(PATH, params={"after": 1, "limit": 2})).json()
    assert (page["first"], page["last"]) == (1, 5)
    assert [item["number"] for item in page["items"]] == [2, 3]
    assert page["channel"] == f"organisation:{seeker.organisation_id}"
    last = (await seeker.client.get(PATH, params={"after": 5})).json()
    assert last["items"] == []


async def test_who_counts_further_than_the_inbox_starts_again(office: Office) -> None:
    seeker = await seeker_with_alerts(office, 1)
    gone = await seeker.client.get(PATH, params={"after": 9})
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:kringmarkt:problem:start-again")
    assert (gone.json()["first"], gone.json()["last"]) == (1, 1)
    async with office.house.database.connection() as connection:
        await connection.execute("UPDATE notifications.heads SET first = 2")
        await connection.execute("DELETE FROM notifications.inbox")
    assert (await seeker.client.get(PATH)).status_code == 410
    assert (await seeker.client.get(PATH, params={"after": 1})).status_code == 200


async def test_the_channel_of_a_search_is_read_by_its_owner(office: Office) -> None:
    holder, seeker, other = [await office.member(name) for name in ("Holder", "Seeker", "Ander")]
    search = (await seeker.client.post("/v1/saved-searches", json=SEARCH)).json()
    await holder.offer()
    await office.settle()
    channel = {"channel": f"search:{search['search_id']}"}
    (found,) = (await seeker.client.get(PATH, params=channel)).json()["items"]
    assert (found["kind"], found["body"]["search_name"]) == ("listing_found", "Hout")
    assert (await other.client.get(PATH, params=channel)).status_code == 403


async def test_the_channel_of_a_search_can_be_read_as_soon_as_it_is_saved(office: Office) -> None:
    seeker = await office.member("Seeker")
    search = (await seeker.client.post("/v1/saved-searches", json=SEARCH)).json()
    asked = asyncio.create_task(seeker.client.get(PATH, params={"channel": f"search:{search['search_id']}"}))
    await office.settle([notifier_consumer])
    assert (await asked).status_code == 200


async def test_a_channel_of_others_and_one_that_does_not_exist_give_the_same_answer(office: Office) -> None:
    seeker, other = await office.member("Seeker"), await office.member("Ander")
    for channel in (f"organisation:{other.organisation_id}", f"search:{office.house.new_id()}"):
        refused = await seeker.client.get(PATH, params={"channel": channel})
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:kringmarkt:problem:forbidden-channel")


@pytest.mark.parametrize(
    "channel", ["", "organisation", "inbox:1", "organisation:x", "search:\x00", "SEARCH:1", "x" * 100]
)
async def test_what_is_no_channel_is_refused(office: Office, channel: str) -> None:
    seeker = await office.member("Seeker")
    refused = await seeker.client.get(PATH, params={"channel": channel})
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:kringmarkt:problem:unknown-channel")


@pytest.mark.parametrize("query", [{"after": -1}, {"after": 2**63}, {"after": "x"}, {"limit": 0}, {"limit": 501}])
async def test_wrong_numbers_are_refused(office: Office, query: dict[str, int]) -> None:
    seeker = await office.member("Seeker")
    assert (await seeker.client.get(PATH, params=query)).status_code == 422


async def test_a_visitor_has_no_inbox(office: Office) -> None:
    assert (await office.client().get(PATH)).status_code == 401
