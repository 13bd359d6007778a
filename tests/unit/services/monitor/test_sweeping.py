"""What has run out is ended, and nothing else."""

import asyncio
from datetime import timedelta

from services.monitor.sweeping import sweep, sweep_for_ever
from tests.unit.services.scenes import Office

KEPT = """
SELECT (SELECT count(*) FROM eventlog.idempotency) AS keys, (SELECT count(*) FROM eventlog.handled) AS marks
"""


async def test_a_listing_expires_the_day_after_its_last_day(office: Office) -> None:
    holder = await office.member("Holder")
    today = office.house.today()
    offer = await holder.offer(available_until=today.isoformat())
    lasting = await holder.offer(available_until=(today + timedelta(days=5)).isoformat())
    endless = await holder.want()
    assert await sweep(office.house) == (0, 0)
    office.clock.shift = timedelta(days=1)
    assert await sweep(office.house) == (1, 0)
    assert await sweep(office.house) == (0, 0)
    assert (await holder.client.get(f"/v1/offers/{offer['listing_id']}")).json()["status"] == "expired"
    assert (await holder.client.get(f"/v1/offers/{lasting['listing_id']}")).json()["status"] == "open"
    assert (await holder.client.get(f"/v1/wants/{endless['listing_id']}")).json()["status"] == "open"
    assert (await office.told()).count("offer.expired") == 1
    assert (await office.events())[-1].view.source == "/monitor"


async def test_more_listings_than_one_batch_expire_in_one_sweep(office: Office) -> None:
    holder = await office.member("Holder")
    until = office.house.today().isoformat()
    line = (
        b'{"kind":"offer","title":"Partij","concept":"wood_grade_b","quantity":"1","unit":"t","postcode":"5038",'
        b'"available_until":"' + until.encode() + b'"}\n'
    )
    await holder.client.post("/v1/listings/batch", content=line * 250)
    office.clock.shift = timedelta(days=1)
    assert await sweep(office.house) == (250, 0)


async def test_two_monitors_at_once_expire_each_listing_once(office: Office) -> None:
    holder = await office.member("Holder")
    for _ in range(5):
        await holder.offer(available_until=office.house.today().isoformat())
    office.clock.shift = timedelta(days=1)
    swept = await asyncio.gather(*(sweep(office.house) for _ in range(4)))
    assert sum(expired for expired, _lapsed in swept) == 5
    assert (await office.told()).count("offer.expired") == 5


async def test_a_hold_that_nobody_answered_lapses_and_gives_back(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    offer = await holder.offer()
    await seeker.want()
    await office.settle()
    (trade,) = await holder.trades()
    path = f"/v1/trades/{trade['trade_id']}"
    await holder.client.post(f"{path}/accept")
    office.clock.shift = timedelta(days=office.house.settings.hold_days, minutes=-1)
    assert await sweep(office.house) == (0, 0)
    office.clock.shift += timedelta(minutes=2)
    assert await sweep(office.house) == (0, 1)
    await office.settle()
    seen = (await holder.client.get(path)).json()
    assert (seen["status"], seen["lapse_reason"]) == ("lapsed", "hold_ended")
    assert (await holder.client.get(f"/v1/offers/{offer['listing_id']}")).json()["remaining"] == "20"


async def test_old_marks_and_keys_are_forgotten(office: Office) -> None:
    holder = await office.member("Holder")
    await holder.client.post("/v1/offers", json={}, headers={"Idempotency-Key": "refused"})
    offer = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "1", "unit": "t", "postcode": "5038"}
    await holder.client.post("/v1/offers", json=offer, headers={"Idempotency-Key": "kept"})
    await office.settle()
    await sweep(office.house)
    (before,) = await office.rows(KEPT)
    assert before["keys"] == 1
    assert before["marks"] > 0
    office.clock.shift = timedelta(days=400)
    await sweep(office.house)
    (after,) = await office.rows(KEPT)
    assert after == {"keys": 0, "marks": 0}


async def test_it_sweeps_again_and_again_until_it_is_cancelled(office: Office) -> None:
    holder = await office.member("Holder")
    await holder.offer(available_until=office.house.today().isoformat())
    task = asyncio.create_task(sweep_for_ever(office.house, every_s=0.01))
    office.clock.shift = timedelta(days=1)
    async with asyncio.timeout(60):
        while "offer.expired" not in await office.told():  # noqa: ASYNC110 - it happens in the database
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
