"""Every number once, in order, without gap, however storing, publishing and reading fall together."""

import asyncio
from collections.abc import Sequence

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.alerts import AlertState
from infra.push.hub import Hub
from infra.push.outbox import Outbox
from infra.push.subscription import Subscription
from notifications.inbox import StartAgainReason
from notifications.model import Channel
from tests.unit.infra.push.fakes import World
from tests.unit.notifications.fakes import InMemoryInbox

# store n alerts | publish the stored alert with this number (any order, any number of times) | let others go on
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("store"), st.integers(1, 4)),
        st.tuples(st.just("publish"), st.integers(1, 40)),
        st.tuples(st.just("step"), st.integers(1, 3)),
    ),
    max_size=60,
)


class SlowReads(InMemoryInbox):
    """Reading takes a few turns of the event loop, before and after the moment that counts."""

    async def read(self, channel: Channel, after: int, limit: int) -> Sequence[AlertState]:
        await asyncio.sleep(0)
        page = await super().read(channel, after, limit)
        await asyncio.sleep(0)
        return page


class Following:
    """A subscription that runs, and what it put into its outbox."""

    def __init__(self, world: World, page: int = 3) -> None:
        self.overflowed = False
        self.outbox = Outbox(10_000, self._overflow)
        self.subscription = Subscription(world.channel, world.hub, world.inbox, self.outbox, page)

    def _overflow(self) -> None:
        self.overflowed = True

    async def numbers(self, count: int) -> list[int]:
        async with asyncio.timeout(20):
            return [orjson.loads(await self.outbox.take())["number"] for _ in range(count)]


def slow_world() -> World:
    world = World()
    world.inbox = SlowReads()
    return world


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, before=st.integers(0, 7), after=st.integers(0, 7))
async def test_whatever_falls_together_every_number_comes_once_and_in_order(
    steps: list[tuple[str, int]], before: int, after: int
) -> None:
    world = slow_world()
    stored = await world.store(before)
    after = min(after, before)
    following = Following(world)
    running = asyncio.ensure_future(following.subscription.run(after))
    for step, count in steps:
        if step == "store":
            stored += await world.store(count)
        elif step == "publish" and count <= len(stored):
            world.hub.publish([stored[count - 1]])
        else:
            for _ in range(count):
                await asyncio.sleep(0)
    stored += await world.store(1)
    world.hub.publish(stored[-1:])
    assert await following.numbers(len(stored) - after) == list(range(after + 1, len(stored) + 1))
    assert not running.done()
    assert len(following.outbox) == 0
    running.cancel()


async def test_once_caught_up_live_frames_are_sent_without_reading() -> None:
    world = World()
    following = Following(world)
    running = asyncio.ensure_future(following.subscription.run(0))
    await world.raise_alerts(1)
    assert await following.numbers(1) == [1]
    frames = await world.store(1)
    world.inbox.entries.clear()
    world.hub.publish(frames)
    assert await following.numbers(1) == [2]
    running.cancel()


async def test_after_leaving_nothing_is_sent() -> None:
    world = World()
    following = Following(world)
    following.subscription.leave()
    assert await world.raise_alerts(1) == 0


@pytest.mark.parametrize("forgotten", [2, 5])
async def test_a_reader_that_retention_overtakes_has_to_start_again(forgotten: int) -> None:
    world = World()
    await world.store(5)
    await world.inbox.forget(world.channel, up_to=forgotten)
    following = Following(world)
    world.hub.publish(await world.store(1))
    async with asyncio.timeout(20):
        assert await following.subscription.run(1) is StartAgainReason.HISTORY_GONE
    assert len(following.outbox) == 0


async def test_an_alert_that_was_told_but_cannot_be_read_ends_in_starting_again_and_not_in_a_loop() -> None:
    world = World()
    frames = await world.store(2)
    world.inbox.entries.clear()
    following = Following(world)
    world.hub.publish(frames)
    async with asyncio.timeout(20):
        assert await following.subscription.run(1) is StartAgainReason.HISTORY_GONE


def test_a_subscription_joins_the_hub_before_anything_is_read() -> None:
    world = World()
    Following(world)
    assert isinstance(world.hub, Hub)
    assert world.hub.listens(str(world.channel))
