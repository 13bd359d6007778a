"""What was learnt of wants, on a real PostgreSQL."""

from contracts.events.preferences import PreferenceState
from infra.postgres.database import Database
from infra.postgres.stores.preferences import StoredPreferences
from infra.postgres.transaction import transaction
from matching.refusals import without
from tests.unit.matching.makers import HOLDER, SEEKER, offer, place, uid, want
from tests.unit.matching.test_refusals import FAR, taught


async def save(database: Database, *preferences: PreferenceState) -> None:
    async with transaction(database) as unit:
        for one in preferences:
            await StoredPreferences(unit.connection).save(one)


async def found(database: Database, **query: object) -> list[PreferenceState]:
    async with database.connection() as connection:
        return await StoredPreferences(connection).of_organisation(SEEKER, **query)  # type: ignore[arg-type]


async def test_the_newest_revision_is_kept_and_seen_by_its_owner(database: Database) -> None:
    preference = taught(offer("far", place=place(52.3)), want(), FAR)
    await save(database, preference)
    assert await found(database) == [preference]
    assert await found(database, want_id=uid("other")) == []
    async with database.connection() as connection:
        assert await StoredPreferences(connection).of_organisation(HOLDER) == []

    await save(database, without(preference, [1]), preference)
    assert await found(database) == []
