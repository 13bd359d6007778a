"""How far a reader is behind is counted from the table, by lane and topic."""

from datetime import timedelta

import pytest

from contracts.topics import LANES, lane_of
from infra.eventlog import lag as module
from infra.eventlog.lag import Lag, waiting_in_table
from infra.eventlog.postgres_log import PostgresReader
from infra.postgres.database import Database
from infra.postgres.transaction import transaction
from tests.eventlog.harness import CONTEXT, TOPIC, numbered

FROM_THE_START = dict.fromkeys(range(LANES), 0)


async def append(database: Database, key: str, *numbers: int) -> None:
    """Events of one partition key."""
    async with transaction(database) as unit:
        unit.append([numbered(key, number) for number in numbers], CONTEXT)


async def counted(database: Database, *topics: str, **cursors: int) -> Lag:
    """What waits after the cursors."""
    moved = {int(lane.removeprefix("lane")): position for lane, position in cursors.items()}
    async with database.connection() as connection:
        return await waiting_in_table(connection, FROM_THE_START | moved, topics)


async def test_nothing_waits_in_an_empty_table(database: Database) -> None:
    assert await counted(database, TOPIC) == Lag(0, 0.0)


async def test_what_stands_after_the_cursor_of_its_lane_waits(database: Database) -> None:
    await append(database, "wood", 1, 2, 3)
    await append(database, "glass", 1)
    assert lane_of("wood") != lane_of("glass")
    assert (await counted(database, TOPIC)).records == 4
    assert (await counted(database, TOPIC, **{f"lane{lane_of('wood')}": 2})).records == 2
    assert (await counted(database, "kringmarkt.other")).records == 0


async def test_the_oldest_record_tells_for_how_long(database: Database) -> None:
    await append(database, "wood", 1, 2)
    async with database.connection() as connection:
        await connection.execute("UPDATE eventlog.events SET appended_at = now() - $1::interval WHERE position = 1",
                                 timedelta(seconds=90))  # fmt: skip
    assert 90 <= (await counted(database, TOPIC)).seconds < 150


async def test_counting_stops_at_a_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 2)
    await append(database, "wood", *range(5))
    assert (await counted(database, TOPIC)).records == 2


async def test_a_reader_is_behind_by_what_it_did_not_fetch(database: Database) -> None:
    reader = PostgresReader(database, "matcher", [TOPIC])
    await reader.open()
    await append(database, "wood", 1, 2, 3)
    assert (await reader.lag()).records == 3
    await reader.fetch(2)
    assert (await reader.lag()).records == 1


def test_two_lags_beside_each_other_are_as_late_as_the_later_one() -> None:
    assert Lag(2, 5.0).beside(Lag(3, 1.0)) == Lag(5, 5.0)
