"""The matcher's table keeps what the index is rebuilt from."""

from collections.abc import Collection
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.topics import LANES, lane_of
from contracts.vocabulary.quantities import Unit
from infra.postgres.database import Database
from infra.postgres.stores.matching import PAGE, StoredProjection
from infra.postgres.transaction import transaction
from matching.model import EntryKind
from matching.ports import StoredRecord

ALL = range(LANES)


def record(family: str = "wood", kind: EntryKind = EntryKind.OFFER, state: bytes | None = b'{"a":1}') -> StoredRecord:
    """A record of which nothing is taken."""
    return StoredRecord(family, uuid4(), kind, 1, state, Decimal(0), None, 0)


async def save(database: Database, *records: StoredRecord) -> None:
    """Save in one batch."""
    projection = StoredProjection(database)
    async with transaction(database) as unit:
        for one in records:
            await projection.save(one)
        projection.flush(unit)


async def loaded(database: Database, lanes: Collection[int] = ALL) -> dict[tuple[str, object], StoredRecord]:
    """What a new owner of these lanes finds."""
    found = [one async for one in StoredProjection(database).load(lanes)]
    return {(one.family, one.key): one for one in found}


@pytest.mark.parametrize("kind", EntryKind)
async def test_a_record_reads_back_as_it_was_saved(database: Database, kind: EntryKind) -> None:
    full = StoredRecord("wood", uuid4(), kind, 7, b"\x00 any bytes \xff", Decimal("12.500001"), Unit.CUBIC_METRE, 3)
    await save(database, full)
    assert await loaded(database) == {("wood", full.key): full}


async def test_a_listing_that_lives_elsewhere_leaves_its_revision_behind(database: Database) -> None:
    gone = record(state=None)
    await save(database, gone)
    assert (await loaded(database))["wood", gone.key].state is None


async def test_saving_again_replaces_the_record_of_that_family_only(database: Database) -> None:
    first = record()
    other = StoredRecord("glass", first.key, first.kind, 1, b"{}", Decimal(0), None, 0)
    newer = StoredRecord("wood", first.key, first.kind, 2, None, Decimal("0.1"), Unit.TONNE, 9)
    await save(database, first, other)
    await save(database, newer)
    assert await loaded(database) == {("wood", first.key): newer, ("glass", first.key): other}


async def test_only_the_lanes_that_are_asked_are_loaded(database: Database) -> None:
    families = ["wood", "glass", "soil", "paper"]
    await save(database, *(record(family) for family in families))
    for lane in ALL:
        expected = {family for family in families if lane_of(family) == lane}
        assert {family for family, _key in await loaded(database, [lane])} == expected
    assert await loaded(database, []) == {}


async def test_more_records_than_a_page_are_all_loaded(database: Database) -> None:
    made = [record() for _ in range(2 * PAGE + 3)]
    await save(database, *made)
    assert len(await loaded(database)) == len(made)


async def test_nothing_of_a_batch_that_was_rolled_back_is_loaded(database: Database) -> None:
    projection = StoredProjection(database)
    with pytest.raises(ZeroDivisionError):
        async with transaction(database) as unit:
            await projection.save(record())
            projection.flush(unit)
            raise ZeroDivisionError
    assert await loaded(database) == {}


async def test_what_was_saved_for_a_batch_that_was_rolled_back_is_forgotten(database: Database) -> None:
    projection, later = StoredProjection(database), record()
    await projection.save(record())
    projection.forget()
    async with transaction(database) as unit:
        await projection.save(later)
        projection.flush(unit)
    assert await loaded(database) == {("wood", later.key): later}


async def test_of_a_record_that_was_saved_twice_in_a_batch_the_last_stays(database: Database) -> None:
    first = record()
    last = StoredRecord("wood", first.key, first.kind, 2, None, Decimal(0), None, 0)
    await save(database, first, record(), last)
    assert (await loaded(database))["wood", first.key] == last
