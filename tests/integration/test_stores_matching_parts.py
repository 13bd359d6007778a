"""The matcher's table of parts keeps what its memory is rebuilt from."""

from uuid import uuid4

from contracts.topics import LANES, lane_of
from infra.postgres.database import Database
from infra.postgres.stores.matching_parts import StoredJointProjection
from infra.postgres.transaction import transaction
from matching.joint.ports import StoredPart

KEY = uuid4()


async def save(database: Database, *parts: StoredPart) -> None:
    projection = StoredJointProjection(database)
    async with transaction(database) as unit:
        for one in parts:
            await projection.save(one)
        projection.flush(unit)


async def loaded(database: Database, lane: int | None = None) -> list[StoredPart]:
    lanes = range(LANES) if lane is None else [lane]
    return [one async for one in StoredJointProjection(database).load(lanes)]


async def test_a_part_is_kept_replaced_and_removed_per_family(database: Database) -> None:
    first = StoredPart("wood", KEY, "KeptCapability", b'{"a":1}')
    other = StoredPart("glass", KEY, "KeptCapability", b"{}")
    await save(database, first, other)
    newer = StoredPart("wood", KEY, "OfferDerived", b'{"b":2}')
    await save(database, newer)
    assert sorted(await loaded(database), key=lambda one: one.family) == [other, newer]
    assert await loaded(database, lane_of("wood")) == [newer]

    await save(database, StoredPart("wood", KEY, "NoneType", None))
    assert await loaded(database) == [other]


async def test_of_what_is_saved_more_than_once_in_a_batch_the_last_counts(database: Database) -> None:
    kept = StoredPart("wood", KEY, "KeptCapability", b"{}")
    gone = StoredPart("wood", KEY, "NoneType", None)
    await save(database, kept, gone)
    assert await loaded(database) == []
    await save(database, gone, kept)
    assert await loaded(database) == [kept]


async def test_what_a_batch_that_was_rolled_back_saved_is_not_written_by_the_next(database: Database) -> None:
    projection = StoredJointProjection(database)
    await projection.save(StoredPart("wood", KEY, "KeptCapability", b"{}"))
    projection.forget()
    async with transaction(database) as unit:
        projection.flush(unit)
    assert await loaded(database) == []
