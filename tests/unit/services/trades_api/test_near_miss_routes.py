"""Near-misses over HTTP: the owner sees his own, a broker all that he may know of."""

from typing import Any

from contracts.vocabulary.terms import Role
from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

BOTH = [matcher_consumer, trades_consumer]


async def near_misses(member: Member, **query: Any) -> list[dict[str, Any]]:
    answer = await member.client.get("/v1/near-misses", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def too_far(office: Office, **offer: Any) -> tuple[Member, Member]:
    """An offer in Tilburg that is out of reach of a want in Breda."""
    holder, seeker = await office.member("Geheime Handel"), await office.member("Seeker")
    await holder.offer(**offer)
    await seeker.want(max_distance_km=15, title="Te kleine straal")
    await office.settle(BOTH)
    return holder, seeker


async def test_the_owner_sees_what_would_give_his_want_a_match(office: Office) -> None:
    holder, seeker = await too_far(office)
    (seen,) = await near_misses(seeker)
    (miss,) = seen["misses"]
    assert [seen["listing"]["title"], miss["change"], miss["unit"]] == ["Te kleine straal", "radius", "km"]
    assert 0 < int(miss["amount"]) < 15
    assert miss["counterpart"]["organisation"]["name"] == "Geheime Handel"
    assert await near_misses(holder) == []
    assert (await office.client().get("/v1/near-misses")).status_code == 401


async def test_a_match_that_came_since_ends_it(office: Office) -> None:
    holder, seeker = await too_far(office)
    await holder.offer(postcode="4811")
    await office.settle(BOTH)
    assert await near_misses(seeker) == []


async def test_a_broker_sees_those_of_everybody_without_the_names_of_the_anonymous(office: Office) -> None:
    _, seeker = await too_far(office, visibility="anonymous", postcode="5038 AB")
    broker = await office.member("Ketenregisseur", roles=[Role.BROKER])
    (seen,) = await near_misses(broker)
    (miss,) = seen["misses"]
    assert seen["listing"]["organisation"]["name"] == "Seeker"
    assert [miss["counterpart"]["organisation"], miss["counterpart"]["municipality"]] == [None, None]
    assert int(miss["amount"]) % 5 == 0
    assert len(await near_misses(broker, listing_id=seen["listing"]["listing_id"])) == 1
    assert len(await near_misses(seeker)) == 1


async def test_what_is_for_named_partners_is_not_shown_to_a_broker(office: Office) -> None:
    friend = await office.member("Seeker")
    await too_far(office, visibility="partners", partners=[str(friend.organisation_id)])
    broker = await office.member("Ketenregisseur", roles=[Role.BROKER])
    (seen,) = await near_misses(broker)
    assert seen["misses"] == []
