"""Forgetting marks and keys that no longer serve, and no others."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.topics import TOPICS
from infra.eventlog import dead_letters
from infra.eventlog.delivery import DeadLetter, Delivery
from infra.postgres.database import Database
from infra.postgres.housekeeping import KEEP_KEYS, KEEP_MARKS, forget_marks
from infra.postgres.transaction import transaction
from tests.eventlog.harness import TOPIC, encoded, numbered

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def mark(database: Database, age: timedelta, event_id: UUID | None = None, consumer: str = "notifier") -> UUID:
    """A mark of that age."""
    marked = event_id or uuid4()
    async with database.connection() as connection:
        await connection.execute("INSERT INTO eventlog.handled VALUES ($1, $2, $3)", consumer, marked, NOW - age)
    return marked


async def marks(database: Database) -> set[tuple[str, UUID]]:
    """The marks that stand."""
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT consumer, event_id FROM eventlog.handled")
    return {(row["consumer"], row["event_id"]) for row in rows}


async def bury(database: Database, raw: bytes, event_id: UUID | None) -> int:
    """A dead letter of the matcher that waits."""
    async with transaction(database) as unit:
        await unit.bury(DeadLetter("matcher", Delivery(TOPIC, 1, 1, raw), event_id, "the density is unknown"))
    return (await dead_letters.dead_letters(database))[-1].letter_id


async def test_only_marks_that_are_too_old_to_matter_are_forgotten(database: Database) -> None:
    await mark(database, KEEP_MARKS + DAY)
    young = await mark(database, KEEP_MARKS - DAY)
    await forget_marks(database, NOW)
    assert await marks(database) == {("notifier", young)}


async def test_marks_of_a_dead_letter_that_waits_are_kept_however_old(database: Database) -> None:
    event = numbered("wood", 1)
    await bury(database, encoded(event).raw, event.id)
    await mark(database, 10 * KEEP_MARKS, event.id)
    await mark(database, 10 * KEEP_MARKS)
    await forget_marks(database, NOW)
    assert await marks(database) == {("notifier", event.id)}, "a replay would be handled a second time by others"


async def test_marks_of_a_replayed_letter_are_forgotten_like_others(database: Database) -> None:
    event = numbered("wood", 1)
    letter = await bury(database, encoded(event).raw, event.id)
    await mark(database, KEEP_MARKS + DAY, event.id)
    assert await dead_letters.replay(database, [letter]) == (1, 0)
    await forget_marks(database, NOW)
    assert await marks(database) == set()


async def test_letters_are_replayed_in_the_order_they_were_buried(database: Database) -> None:
    events = [numbered("wood", number) for number in range(30)]
    letters = [await bury(database, encoded(event).raw, event.id) for event in events]
    async with database.connection() as connection:
        # Written anew, so that the table no longer holds them in their own order.
        for letter in reversed(letters):
            await connection.execute("UPDATE eventlog.dead_letters SET reason = 'x' WHERE letter_id = $1", letter)
    assert await dead_letters.replay(database, letters[::-1]) == (30, 0)
    async with database.connection() as connection:
        found = await connection.fetch("SELECT id FROM eventlog.events ORDER BY position")
    assert [row["id"] for row in found] == [event.id for event in events]


async def test_a_letter_that_is_no_event_keeps_nobody_s_marks(database: Database) -> None:
    await bury(database, b"not json", None)
    await mark(database, KEEP_MARKS + DAY)
    await forget_marks(database, NOW)
    assert await marks(database) == set()


async def test_old_idempotency_keys_are_forgotten(database: Database) -> None:
    async with database.connection() as connection:
        for name, age in {"old": KEEP_KEYS + DAY, "young": KEEP_KEYS - DAY}.items():
            await connection.execute(
                "INSERT INTO eventlog.idempotency (owner, key, request_hash, created_at) VALUES ('o', $1, '', $2)",
                name,
                NOW - age,
            )
        await forget_marks(database, NOW)
        assert [row["key"] for row in await connection.fetch("SELECT key FROM eventlog.idempotency")] == ["young"]


@pytest.mark.parametrize("topic", [topic for topic in TOPICS.values() if topic.retention_ms], ids=lambda t: t.name)
def test_marks_outlive_every_message_that_could_come_again(topic: object) -> None:
    retention_ms = topic.retention_ms  # type: ignore[attr-defined]
    assert timedelta(milliseconds=retention_ms) < KEEP_MARKS
