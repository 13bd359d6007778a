"""Many listings in one request: a line of JSON each, an answer per line."""

from typing import Any

import httpx
import orjson
import pytest

from contracts.problems import Refusal
from listings.commands import OfferDraft, WantDraft
from services.listings_api.batch import LIMIT_BYTES, MOST_LINES, parsed
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

PATH = "/v1/listings/batch"
OFFER = {
    "kind": "offer", "external_id": "o-1", "title": "Sloophout", "concept": "wood_grade_b", "quantity": "20",
    "unit": "t", "postcode": "5038",
}  # fmt: skip
WANT = {
    "kind": "want", "external_id": "w-1", "title": "Gezocht", "concepts": ["wood_grade_b"], "quantity": "5",
    "unit": "t", "postcode": "4811",
}  # fmt: skip


def lines(*drafts: dict[str, Any]) -> bytes:
    return b"\n".join(orjson.dumps(draft) for draft in drafts)


def answers(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [orjson.loads(line) for line in answer.content.splitlines()]


@pytest.fixture
async def member(office: Office) -> Member:
    return await office.member("Bulk")


@pytest.mark.parametrize(("draft", "kind"), [(OFFER, OfferDraft), (WANT, WantDraft)])
def test_a_line_is_read_as_what_it_says_it_is(draft: dict[str, Any], kind: type) -> None:
    assert isinstance(parsed(orjson.dumps(draft)), kind)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"offer"', 400),
        (b"{}", 400),
        (b'{"kind": "gift"}', 400),
        (b'{"kind": ["offer"]}', 400),
        (b'{"kind": {"offer": 1}}', 400),
        (b'{"kind": "offer", "quantity": NaN}', 400),
        (b'{"kind": "offer", "title": "\\ud800"}', 400),
        (b"[" * 5000, 400),
        (b'{"kind": "offer"}', 422),
        (orjson.dumps({**OFFER, "surprise": 1}), 422),
        (orjson.dumps({**OFFER, "title": "hout\x00"}), 422),
        (orjson.dumps({**OFFER, "quantity": -1}), 422),
        (orjson.dumps({**OFFER, "quantity": 1e308}), 422),
        (orjson.dumps({**OFFER, "concept": "wood/../../etc"}), 422),
    ],
)
def test_a_wrong_line_is_refused_with_a_reason(line: bytes, status: int) -> None:
    refused = parsed(line)
    assert isinstance(refused, Refusal)
    assert refused.status == status
    assert refused.detail


async def test_wrong_lines_are_refused_alone_and_the_rest_is_published(office: Office, member: Member) -> None:
    body = lines(OFFER, {**OFFER, "external_id": "o-2", "quantity": "0"}, WANT) + b"\nnot json\n"
    first, second, third, fourth = answers(await member.client.post(PATH, content=body))
    assert [item["result"] for item in (first, second, third, fourth)] == ["created", "refused", "created", "refused"]
    assert second["problem"]["errors"][0]["field"] == "quantity"
    assert fourth["problem"]["status"] == 400
    assert await office.value("SELECT count(*) FROM listings.listings") == 2
    assert (await office.told())[1:] == ["offer.published", "want.published"]


async def test_the_same_file_again_changes_nothing_and_tells_nobody(office: Office, member: Member) -> None:
    body = lines(OFFER, WANT)
    first = answers(await member.client.post(PATH, content=body))
    told = await office.told()
    again = answers(await member.client.post(PATH, content=body))
    assert [item["result"] for item in again] == ["unchanged", "unchanged"]
    assert [item["listing_id"] for item in again] == [item["listing_id"] for item in first]
    assert await office.told() == told


async def test_a_changed_line_is_a_revision(office: Office, member: Member) -> None:
    await member.client.post(PATH, content=lines(OFFER))
    (changed,) = answers(await member.client.post(PATH, content=lines({**OFFER, "quantity": "7"})))
    assert (changed["result"], changed["revision"]) == ("revised", 2)
    assert (await office.told())[-1] == "offer.revised"


async def test_a_key_that_comes_twice_is_refused_the_second_time(member: Member) -> None:
    first, second = answers(await member.client.post(PATH, content=lines(OFFER, {**OFFER, "title": "Iets anders"})))
    assert (first["result"], second["result"]) == ("created", "refused")
    assert second["problem"]["type"].endswith("external-id-taken")


async def test_a_line_of_the_other_kind_under_the_same_key_is_refused(member: Member) -> None:
    await member.client.post(PATH, content=lines(OFFER))
    (refused,) = answers(await member.client.post(PATH, content=lines({**WANT, "external_id": "o-1"})))
    assert refused["problem"]["type"].endswith("wrong-kind")


async def test_more_lines_than_one_transaction_should_hold_are_refused(office: Office, member: Member) -> None:
    refused = await member.client.post(PATH, content=b"{}\n" * (MOST_LINES + 1))
    assert (refused.status_code, refused.json()["most_lines"]) == (413, MOST_LINES)
    assert await office.value("SELECT count(*) FROM listings.listings") == 0


async def test_a_batch_may_be_larger_than_other_bodies_but_not_endless(member: Member) -> None:
    line = b'{"kind": "offer", "description": "' + b"x" * 2 * 1024 * 1024 + b'"}'
    (refused,) = answers(await member.client.post(PATH, content=line))
    assert refused["result"] == "refused"
    assert (await member.client.post(PATH, content=b"x" * (LIMIT_BYTES + 1))).status_code == 413


async def test_an_empty_batch_gives_an_empty_answer(member: Member) -> None:
    answer = await member.client.post(PATH, content=b"\n \n")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_batch_with_a_key_is_done_once(office: Office, member: Member) -> None:
    body = lines({key: value for key, value in OFFER.items() if key != "external_id"})
    key = {"Idempotency-Key": "batch-1"}
    first, again = [await member.client.post(PATH, content=body, headers=key) for _ in range(2)]
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == "application/x-ndjson"
    assert await office.value("SELECT count(*) FROM listings.listings") == 1
    other = await member.client.post(PATH, content=lines(WANT), headers=key)
    assert other.json()["type"].endswith("idempotency-key-reused")


async def test_an_organisation_that_is_not_registered_publishes_nothing(office: Office) -> None:
    stranger = office.client(office.house.new_id())
    refused = await stranger.post(PATH, content=lines(OFFER))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kringmarkt:problem:organisation-not-registered")
