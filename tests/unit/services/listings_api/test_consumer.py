"""A listing follows what trades took from it: reserved, open again, closed."""

from services.listings_api.consumer import RemainingHandler, listings_consumer
from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from tests.unit.services.scenes import Office


async def test_only_what_remains_is_heard(office: Office) -> None:
    handler = RemainingHandler(office.house)
    assert handler.wants("nl.kringmarkt.listing.remaining.changed.v1")
    assert not handler.wants("nl.kringmarkt.offer.published.v1")


async def test_a_listing_of_which_all_is_held_is_reserved_and_comes_back(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    offer = await holder.offer()
    await seeker.want()
    await office.settle([matcher_consumer, trades_consumer])
    (trade,) = await holder.trades()
    await holder.client.post(f"/v1/trades/{trade['trade_id']}/accept")
    await office.settle([listings_consumer])
    path = f"/v1/offers/{offer['listing_id']}"
    seen = (await holder.client.get(path)).json()
    assert (seen["status"], seen["remaining"]) == ("reserved", "0")
    await holder.client.post(f"/v1/trades/{trade['trade_id']}/withdraw")
    await office.settle([listings_consumer])
    seen = (await holder.client.get(path)).json()
    assert (seen["status"], seen["remaining"]) == ("open", "20")
    assert [name for name in await office.told() if name in ("offer.reserved", "offer.reopened")] == [
        "offer.reserved",
        "offer.reopened",
    ]


async def test_what_remains_of_a_listing_that_is_not_ours_goes_to_the_dead_letters(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await holder.offer()
    await seeker.want()
    await office.settle([matcher_consumer, trades_consumer])
    (trade,) = await holder.trades()
    await holder.client.post(f"/v1/trades/{trade['trade_id']}/accept")
    async with office.house.database.connection() as connection:
        await connection.execute("DELETE FROM listings.listings")
    await office.settle([listings_consumer])
    (letter,) = await office.rows("SELECT consumer, reason FROM eventlog.dead_letters")
    assert letter["consumer"] == "listings"
    assert "there is no listing" in letter["reason"]
