"""The hub hands frames to whoever listens, and to nobody else."""

from collections.abc import Callable
from uuid import uuid4

from infra.push.hub import Frame, Hub
from tests.unit.infra.push.fakes import World


class Ear:
    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.heard: list[Frame] = []
        self._then = then

    def hear(self, frame: Frame) -> None:
        self.heard.append(frame)
        self._then()


def frame(channel: str, number: int = 1) -> Frame:
    return Frame(channel, number, b"{}")


def test_only_those_who_listen_to_a_channel_hear_it() -> None:
    hub, one, two, other = Hub(), Ear(), Ear(), Ear()
    for channel, ear in (("a", one), ("a", two), ("b", other)):
        hub.join(channel, ear)
    assert hub.publish([frame("a", 1), frame("a", 2), frame("nobody", 1)]) == 4
    assert [heard.number for heard in one.heard] == [1, 2]
    assert one.heard == two.heard
    assert other.heard == []


def test_who_left_hears_no_more_and_leaves_nothing_behind() -> None:
    hub, ear = Hub(), Ear()
    hub.join("a", ear)
    assert (hub.listens("a"), hub.channels) == (True, 1)
    hub.leave("a", ear)
    hub.leave("a", ear)
    assert (hub.listens("a"), hub.channels) == (False, 0)
    assert hub.publish([frame("a")]) == 0


def test_a_listener_that_leaves_while_it_hears_does_not_disturb_the_others() -> None:
    hub, last = Hub(), Ear()
    first = Ear(then=lambda: hub.leave("a", first))
    hub.join("a", first)
    hub.join("a", last)
    hub.publish([frame("a", 1), frame("a", 2)])
    assert [len(first.heard), len(last.heard)] == [1, 2]


def test_the_last_listener_may_leave_between_two_alerts_of_one_batch() -> None:
    hub = Hub()
    ear = Ear(then=lambda: hub.leave("a", ear))
    hub.join("a", ear)
    assert hub.publish([frame("a", 1), frame("a", 2)]) == 1


async def test_an_alert_becomes_one_frame_for_all_who_listen() -> None:
    world, one, two = World(), Ear(), Ear()
    world.hub.join(str(world.channel), one)
    world.hub.join(str(world.channel), two)
    await world.raise_alerts(1)
    assert one.heard[0] is two.heard[0]
    assert one.heard[0].number == 1


def test_two_subscriptions_of_one_channel_are_two_listeners() -> None:
    hub = Hub()
    channel = f"search:{uuid4()}"
    hub.join(channel, Ear())
    hub.join(channel, Ear())
    assert hub.publish([frame(channel)]) == 2
