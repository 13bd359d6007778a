"""Trades as people read them: newest first, by state, of one listing; and their messages."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from contracts.vocabulary.terms import Side, TradeStatus
from infra.postgres.stores.trade_inbox import StoredMessages, TradeInbox
from infra.postgres.transaction import transaction
from matching.messages import Message
from tests.unit.services.scenes import Office

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def test_the_newest_proposal_stands_first(office: Office) -> None:
    holder, seeker = await office.member("Houder"), await office.member("Zoeker")
    await seeker.want(quantity="900")
    made = []
    for title in ("eerste", "tweede", "derde"):
        made.append(UUID((await holder.offer(title=title, quantity="5"))["listing_id"]))
        await office.settle()
    async with office.house.database.connection() as connection:
        inbox = TradeInbox(connection)
        found = await inbox.newest(seeker.organisation_id, 10)
        assert [item.proposal.offer_id for item in found] == made[::-1]
        assert len(await inbox.newest(seeker.organisation_id, 2)) == 2
        (one,) = await inbox.newest(holder.organisation_id, 10, listing_id=made[0])
        assert one.proposal.offer_id == made[0]
        assert not await inbox.newest(seeker.organisation_id, 10, (TradeStatus.AGREED,))
        assert not await inbox.newest(uuid4(), 10)


async def test_a_trade_that_changed_moves_up(office: Office) -> None:
    holder, seeker = await office.member("Houder"), await office.member("Zoeker")
    await seeker.want(quantity="900")
    for title in ("eerste", "tweede"):
        await holder.offer(title=title, quantity="5")
        await office.settle()
    async with office.house.database.connection() as connection:
        oldest = (await TradeInbox(connection).newest(holder.organisation_id, 10))[-1].proposal.trade_id
    await holder.client.post(f"/v1/trades/{oldest}/accept")
    async with office.house.database.connection() as connection:
        found = await TradeInbox(connection).newest(holder.organisation_id, 10)
    assert found[0].proposal.trade_id == oldest


async def test_messages_stay_in_order_and_are_counted_per_side(office: Office) -> None:
    trade_id = uuid4()
    async with transaction(office.house.database) as unit:
        messages = StoredMessages(unit.connection)
        sent = [
            Message(uuid4(), trade_id, side, text, NOW + timedelta(minutes=minute))
            for minute, (side, text) in enumerate([(Side.HOLDER, "een"), (Side.SEEKER, "twee"), (Side.HOLDER, "drie")])
        ]
        for message in reversed(sent):
            await messages.save(message)
        assert list(await messages.of_trade(trade_id)) == sent
        assert await messages.count(trade_id, Side.HOLDER, NOW) == 1
