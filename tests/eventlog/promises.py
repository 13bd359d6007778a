"""What every event log promises. Inherited by the memory, Postgres and Kafka tests."""

import asyncio
from uuid import uuid4

import pytest

from contracts.envelope import Event
from contracts.topics import lane_of
from infra.eventlog.consumer import BadMessage, Full, Limits, TooManyBad
from tests.eventlog.harness import (
    CONTEXT,
    PATIENCE_S,
    Caching,
    CrashAfterCommit,
    Harness,
    OwningLate,
    Recorder,
    append,
    content,
    encoded,
    numbered,
    running,
)


class LogPromises:
    """Subclasses give the fixture `log`."""

    async def test_events_of_one_partition_key_arrive_in_the_order_of_their_commits(self, log: Harness) -> None:
        keys = [f"family-{number}" for number in range(8)]

        async def write(key: str) -> None:
            for number in range(25):
                await append(log, numbered(key, number))

        handler = Recorder()
        async with running(log, "reader", handler):
            await asyncio.gather(*(write(key) for key in keys))
            await handler.wait_for(200)
        assert {key: handler.of(key) for key in keys} == {key: list(range(25)) for key in keys}

    async def test_events_of_one_transaction_arrive_all_and_in_order(self, log: Harness) -> None:
        handler = Recorder()
        async with running(log, "reader", handler):
            await append(log, *(numbered("wood", number) for number in range(60)))
            await handler.wait_for(60)
        assert handler.of("wood") == list(range(60))

    async def test_a_rolled_back_transaction_publishes_nothing(self, log: Harness) -> None:
        handler = Recorder()
        with pytest.raises(ZeroDivisionError):
            async with log.open_unit() as unit:
                unit.append([numbered("wood", 1)], CONTEXT)
                raise ZeroDivisionError
        async with running(log, "reader", handler):
            await append(log, numbered("wood", 2))
            await handler.wait_for(1)
        assert handler.seen == [("wood", 2)]

    async def test_every_consumer_gets_every_event(self, log: Harness) -> None:
        first, second = Recorder(), Recorder()
        async with running(log, "first", first), running(log, "second", second):
            await append(log, numbered("glass", 1), numbered("glass", 2))
            await asyncio.gather(first.wait_for(2), second.wait_for(2))
        assert first.seen == second.seen == [("glass", 1), ("glass", 2)]

    async def test_a_restarted_consumer_resumes_where_it_was(self, log: Harness) -> None:
        before, after = Recorder(), Recorder()
        await append(log, *(numbered("soil", number) for number in range(10)))
        async with running(log, "reader", before):
            await before.wait_for(10)
        await append(log, *(numbered("soil", number) for number in range(10, 20)))
        async with running(log, "reader", after):
            await after.wait_for(10)
        assert (before.of("soil"), after.of("soil")) == (list(range(10)), list(range(10, 20)))

    async def test_a_crash_before_the_commit_brings_the_event_again(self, log: Harness) -> None:
        def crash(event: Event) -> None:
            if content(event)[1] == 3:
                raise ConnectionError("the process ended here")

        await append(log, *(numbered("soil", number) for number in range(5)))
        with pytest.raises(ConnectionError):
            async with running(log, "reader", Recorder(before=crash)) as consumer:
                await asyncio.wait([consumer.task], timeout=PATIENCE_S)
        handler = Recorder()
        async with running(log, "reader", handler):
            await handler.wait_for(5)
        assert handler.of("soil") == [0, 1, 2, 3, 4]

    async def test_a_crash_after_the_commit_has_no_double_effect(self, log: Harness) -> None:
        first, second = Recorder(), Recorder()
        await append(log, *(numbered("soil", number) for number in range(5)))
        with pytest.raises(ConnectionResetError):
            async with running(log, "reader", first, reader=CrashAfterCommit(log.reader("reader"))) as consumer:
                await asyncio.wait([consumer.task], timeout=PATIENCE_S)
        async with running(log, "reader", second):
            await append(log, numbered("soil", 5))
            await second.wait_for(6 - len(first.seen))
        assert first.of("soil") + second.of("soil") == [0, 1, 2, 3, 4, 5]

    async def test_a_duplicate_has_no_effect(self, log: Harness) -> None:
        handler = Recorder()
        event = numbered("wood", 1)
        async with running(log, "reader", handler):
            await append(log, event)
            await handler.wait_for(1)
            await log.repeat(encoded(event))
            await log.repeat(encoded(event))
            await append(log, numbered("wood", 2))
            await handler.wait_for(2)
        assert handler.seen == [("wood", 1), ("wood", 2)]

    async def test_what_follows_from_an_event_names_its_cause(self, log: Harness) -> None:
        cause = numbered("wood", 1)
        maker = Recorder(follow=lambda event: [numbered("glass", 2)] if content(event) == ("wood", 1) else [])
        causes: list[tuple[str | None, str | None]] = []

        def note(event: Event) -> None:
            causes.append((event.view.causationid, event.view.correlationid))

        watcher = Recorder(before=note)
        async with running(log, "maker", maker), running(log, "watcher", watcher):
            await append(log, cause)
            await watcher.wait_for(2)
        assert sorted(causes, key=str) == sorted([(None, str(cause.id)), (str(cause.id), str(cause.id))], key=str)

    @pytest.mark.parametrize(
        "poison",
        [
            b"",
            b"not json at all",
            b'{"specversion": "1.0"}',
            b'{"specversion":"9.9","id":"6f5c9d9e-8f3b-4f0e-9f5b-3d1f1e6f7a10","source":"/x","type":"t","subject":"s",'
            b'"time":"2026-11-21T09:00:00Z","partitionkey":"wood","data":{}}',
            b'{"specversion":"1.0","id":"6f5c9d9e-8f3b-4f0e-9f5b-3d1f1e6f7a11","source":"/x","type":"com.example.other",'
            b'"subject":"s","time":"2026-11-21T09:00:00Z","partitionkey":"wood","data":{}}',
            b'{"specversion":"1.0","id":"6f5c9d9e-8f3b-4f0e-9f5b-3d1f1e6f7a12","source":"/x",'
            b'"type":"nl.kringmarkt.organisation.registered.v1","subject":"s","time":"2026-11-21T09:00:00Z",'
            b'"partitionkey":"wood","data":{"organisation":{"name":7}}}',
        ],
        ids=["empty", "no json", "no envelope", "foreign version", "foreign type", "wrong data"],
    )
    async def test_poison_goes_to_the_dead_letters_and_the_rest_goes_on(self, log: Harness, poison: bytes) -> None:
        handler = Recorder()
        await append(log, numbered("wood", 1))
        await log.put_raw(lane_of("wood"), poison)
        async with running(log, "reader", handler):
            await append(log, numbered("wood", 2))
            await handler.wait_for(2)
        letters = await log.dead_letters()
        assert handler.seen == [("wood", 1), ("wood", 2)]
        assert [consumer for _id, consumer, _reason in letters] == ["reader"]
        assert letters[0][2]

    async def test_a_dead_letter_is_handled_when_it_is_replayed_after_the_cause_was_mended(self, log: Harness) -> None:
        def refuse(event: Event) -> None:
            if content(event)[1] == 1:
                raise BadMessage("the density of this material is unknown")

        broken, mended, other = Recorder(before=refuse), Recorder(), Recorder()
        await append(log, numbered("wood", 1), numbered("wood", 2))
        async with running(log, "reader", broken), running(log, "other", other):
            await asyncio.gather(broken.wait_for(1), other.wait_for(2))
        letters = await log.dead_letters()
        assert [reason for _id, _consumer, reason in letters] == ["BadMessage: the density of this material is unknown"]
        await log.replay([letters[0][0]])
        async with running(log, "reader", mended), running(log, "other", other):
            await mended.wait_for(1)
            await append(log, numbered("wood", 3))
            await other.wait_for(3)
        assert broken.seen + [seen for seen in mended.seen if seen != ("wood", 3)] == [("wood", 2), ("wood", 1)]
        assert other.seen == [("wood", 1), ("wood", 2), ("wood", 3)]
        assert await log.dead_letters() == []

    async def test_too_many_bad_messages_in_a_row_stop_the_consumer(self, log: Harness) -> None:
        def refuse(_event: Event) -> None:
            raise BadMessage("nothing is right")

        await append(log, *(numbered("wood", number) for number in range(10)))
        with pytest.raises(TooManyBad, match="3 messages in a row"):
            async with running(log, "reader", Recorder(before=refuse), Limits(batch=5, bad_in_a_row=3)) as consumer:
                await asyncio.wait([consumer.task], timeout=PATIENCE_S)
        assert len(await log.dead_letters()) == 3
        handler = Recorder()
        async with running(log, "reader", handler):
            await handler.wait_for(7)
        assert handler.of("wood") == [3, 4, 5, 6, 7, 8, 9]

    async def test_a_full_handler_is_asked_again_and_loses_nothing(self, log: Harness) -> None:
        refusals = iter([True, True, True])

        def full(_event: Event) -> None:
            if next(refusals, False):
                raise Full

        handler = Recorder(before=full)
        await append(log, *(numbered("wood", number) for number in range(5)))
        async with running(log, "reader", handler):
            await handler.wait_for(5)
        assert handler.of("wood") == [0, 1, 2, 3, 4]

    async def test_unknown_attributes_and_fields_are_carried(self, log: Harness) -> None:
        carried: list[bytes] = []
        handler = Recorder(before=lambda event: carried.append(event.raw))
        raw = encoded(numbered("wood", 1)).raw
        newer = raw.replace(b'"data":{', b'"futureattribute":"x","data":{"future_field":[1],')
        async with running(log, "reader", handler):
            await log.put_raw(lane_of("wood"), newer)
            await handler.wait_for(1)
        assert carried == [newer]

    async def test_lanes_do_not_wait_for_each_other(self, log: Harness) -> None:
        handler = Recorder()
        keys = [str(uuid4()) for _ in range(40)]
        async with running(log, "reader", handler):
            await asyncio.gather(*(append(log, numbered(key, 1)) for key in keys))
            await handler.wait_for(40)
        assert sorted(handler.seen) == sorted((key, 1) for key in keys)

    async def test_nothing_is_kept_of_a_batch_that_began_before_its_lanes_were_owned(self, log: Harness) -> None:
        """Over Kafka, records may come before the lanes are owned, and the lanes before the batch is settled."""
        reader = OwningLate(log.reader("reader"))
        handler = Caching(before=lambda _event: reader.own())
        await append(log, *(numbered("wood", number) for number in range(5)))
        async with running(log, "reader", handler, reader=reader):
            await handler.wait_for(5)
        assert handler.of("wood") == [0, 1, 2, 3, 4]
        assert handler.kept_without_cache == 0, "a batch was kept for which no cache was built"
