"""Alerts for both sides of what happens, stored once."""

from contracts.envelope import EncodedEvent
from services.matcher.handler import matcher_consumer
from services.notifier.consumer import AlertHandler, notifier_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office


async def kinds(member: Member) -> list[str]:
    return [alert["kind"] for alert in await member.alerts()]


async def test_it_wants_proposals_trades_and_names_but_not_what_remains(office: Office) -> None:
    handler = AlertHandler(office.house)
    assert handler.wants("nl.kringmarkt.trades.proposed.v1")
    assert handler.wants("nl.kringmarkt.organisation.revised.v1")
    assert not handler.wants("nl.kringmarkt.listing.remaining.changed.v1")


async def test_both_sides_hear_what_becomes_of_a_trade(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await holder.offer()
    await seeker.want()
    await office.settle()
    assert await kinds(holder) == await kinds(seeker) == ["trade_proposed"]
    (trade,) = await holder.trades()
    await seeker.client.post(f"/v1/trades/{trade['trade_id']}/decline", json={"reason": "too_far"})
    await office.settle()
    for member in (holder, seeker):
        changed = (await member.alerts())[-1]["body"]
        assert (changed["status"], changed["reason"], changed["acted_by"]) == ("declined", "too_far", "seeker")
    raised = [name for name in await office.told() if name == "alert.raised"]
    assert len(raised) == 4


async def test_numbers_have_no_gaps_and_alerts_are_not_stored_twice(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    for _ in range(3):
        await holder.offer()
    await seeker.want(quantity="60")
    await office.settle()
    before = await seeker.alerts()
    assert [alert["number"] for alert in before] == [1, 2, 3]
    again = [
        EncodedEvent(
            office.house.new_id(), event.type, "kringmarkt.trades", "again", event.view.partitionkey, event.raw
        )
        for event in await office.events()
        if event.type.startswith("nl.kringmarkt.trades.")
    ]
    await office.append(*again)
    async with office.house.database.connection() as connection:
        await connection.execute("DELETE FROM eventlog.handled WHERE consumer = 'notifier'")
    await office.settle([notifier_consumer])
    assert await seeker.alerts() == before


async def test_alerts_wait_for_nobody_who_is_offline(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    await holder.offer()
    await seeker.want()
    await office.settle([matcher_consumer])
    assert await kinds(seeker) == []
    await office.settle([notifier_consumer])
    assert await kinds(seeker) == ["trade_proposed"]
