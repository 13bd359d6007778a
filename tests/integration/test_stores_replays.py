"""Progress of a replay on a real database: what was saved is what is read."""

from datetime import date
from uuid import UUID

from infra.postgres.database import Database
from infra.postgres.stores.replays import (
    LaneReplay,
    begin_lanes,
    forget_told,
    judge_again_since,
    load_replays,
    load_told,
    note_told,
    save_replay,
)
from matching.editions import Edition
from matching.open_pairs import Place

OLD, NEW = Edition("old", date(2026, 12, 8)), Edition("new", date(2026, 12, 9))
UNDER_WAY = LaneReplay(OLD, NEW, Place("wood", UUID(int=7)))


async def test_what_is_saved_is_what_is_read(database: Database) -> None:
    async with database.connection() as connection:
        for replay in (LaneReplay(OLD), LaneReplay(OLD, NEW), UNDER_WAY, LaneReplay(NEW)):
            await save_replay(connection, 3, replay)
            assert await load_replays(connection, range(12)) == {3: replay}


async def test_a_lane_that_is_known_is_not_begun_again(database: Database) -> None:
    async with database.connection() as connection:
        await save_replay(connection, 3, UNDER_WAY)
        await begin_lanes(connection, {3, 4}, NEW)
        assert await load_replays(connection, {3, 4, 5}) == {3: UNDER_WAY, 4: LaneReplay(NEW)}


async def test_only_lanes_at_rest_are_judged_again(database: Database) -> None:
    async with database.connection() as connection:
        await save_replay(connection, 3, UNDER_WAY)
        await save_replay(connection, 4, LaneReplay(NEW))
        assert await judge_again_since(connection, OLD) == 1
        assert await load_replays(connection, {3, 4}) == {3: UNDER_WAY, 4: LaneReplay(OLD)}


async def test_what_was_told_is_remembered_until_its_edition_is_that_of_the_lane(database: Database) -> None:
    one, other = UUID(int=1), UUID(int=2)
    async with database.connection() as connection:
        await note_told(connection, 3, [one, other], OLD)
        await note_told(connection, 3, [other], NEW)
        assert await load_told(connection, {3, 4}) == {3: {one: str(OLD), other: str(NEW)}}
        await forget_told(connection, 3, OLD)
        assert await load_told(connection, {3}) == {3: {other: str(NEW)}}
