"""The queue of one connection: live frames never wait, history waits for room."""

import asyncio

from infra.push.hub import Frame
from infra.push.outbox import Outbox


class Alarm:
    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1


async def test_frames_come_out_in_the_order_they_went_in() -> None:
    outbox = Outbox(10, Alarm().ring)
    for number in range(5):
        outbox.put(b"%d" % number)
    assert [await outbox.take() for _ in range(5)] == [b"0", b"1", b"2", b"3", b"4"]


async def test_taking_waits_until_there_is_a_frame() -> None:
    outbox = Outbox(10, Alarm().ring)
    taking = asyncio.ensure_future(outbox.take())
    await asyncio.sleep(0)
    assert not taking.done()
    outbox.put(b"x")
    assert await taking == b"x"


async def test_one_frame_too_many_gives_the_connection_up_once_and_frees_the_memory() -> None:
    alarm = Alarm()
    outbox = Outbox(3, alarm.ring)
    for _ in range(3):
        outbox.put(b"x")
    assert alarm.rung == 0
    outbox.put(b"x")
    outbox.put(b"x")
    assert (alarm.rung, len(outbox)) == (1, 0)


async def test_history_fills_half_of_the_queue_and_waits() -> None:
    alarm = Alarm()
    outbox = Outbox(10, alarm.ring)

    async def read_back() -> None:
        for number in range(100):
            await outbox.put_patiently(b"%d" % number)

    reading = asyncio.ensure_future(read_back())
    await asyncio.sleep(0)
    assert len(outbox) == 5
    outbox.put(b"live")
    taken = [await outbox.take() for _ in range(101)]
    await reading
    assert [one for one in taken if one != b"live"] == [b"%d" % number for number in range(100)]
    assert (alarm.rung, outbox.taken) == (0, 101)


async def test_the_smallest_queue_lets_history_through_one_by_one() -> None:
    outbox = Outbox(1, Alarm().ring)
    reading = asyncio.gather(*(outbox.put_patiently(b"%d" % number) for number in range(3)))
    assert [await outbox.take() for _ in range(3)] == [b"0", b"1", b"2"]
    await reading


async def test_the_rest_is_what_was_not_taken() -> None:
    outbox = Outbox(10, Alarm().ring)
    outbox.put(b"1")
    outbox.put(b"2")
    await outbox.take()
    assert list(outbox.rest()) == [b"2"]
    assert len(outbox) == 0


async def test_a_live_frame_is_written_at_once_while_nothing_waits_and_queued_after_what_does() -> None:
    written: list[bytes] = []
    takes = [True]

    def write(frame: Frame) -> bool:
        written.extend([frame.wire] * takes[0])
        return takes[0]

    outbox = Outbox(10, Alarm().ring, write)
    frames = [Frame("c", number, b"text %d" % number, b"wire %d" % number) for number in range(5)]
    outbox.put_live(frames[0])
    takes[0] = False
    outbox.put_live(frames[1])
    takes[0] = True
    outbox.put_live(frames[2])
    assert written == [b"wire 0"], "what is queued goes first"
    assert [await outbox.take() for _ in range(2)] == [b"text 1", b"text 2"]
    outbox.put_live(frames[3])
    assert (written, outbox.taken) == ([b"wire 0", b"wire 3"], 4)


async def test_nothing_is_written_at_once_to_a_connection_that_was_given_up() -> None:
    written: list[Frame] = []

    def write(frame: Frame) -> bool:
        written.append(frame)
        return True

    outbox = Outbox(1, Alarm().ring, write)
    outbox.put(b"x")
    outbox.put(b"one too many")
    outbox.put_live(Frame("c", 1, b"text", b"wire"))
    assert written == []
