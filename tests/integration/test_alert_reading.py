"""Reading alerts as people do: newest first, read marks, answers, settings, and the bell."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.events.alerts import AlertKind
from infra.postgres.database import Database
from infra.postgres.stores.alert_reading import AlertReading, bell_of
from infra.postgres.stores.notifications import StoredInbox
from infra.postgres.transaction import transaction
from notifications.model import Channel, Draft
from notifications.reading import Answer, First, Preferences

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWNER = uuid4()
CHANNEL = Channel.of_organisation(OWNER)
TRADE = uuid4()


@pytest.fixture
async def filled(database: Database) -> Database:
    """Three alerts, two of them about one trade."""
    about: Sequence[tuple[AlertKind, UUID]] = [
        (AlertKind.TRADE_PROPOSED, TRADE),
        (AlertKind.TRADE_CHANGED, TRADE),
        (AlertKind.TRADE_LAPSED, uuid4()),
    ]
    drafts = [Draft(CHANNEL, kind, thing, {}, f"{kind}:{thing}") for kind, thing in about]
    async with transaction(database) as unit:
        await StoredInbox(unit.connection).append(drafts, NOW)
    return database


async def test_the_newest_come_first_and_pages_go_back(filled: Database) -> None:
    async with filled.connection() as connection:
        reading = AlertReading(connection)
        assert [item.alert.number for item in await reading.newest(CHANNEL)] == [3, 2, 1]
        assert [item.alert.number for item in await reading.newest(CHANNEL, before=3, limit=1)] == [2]
        assert [alert.number for alert in await reading.about(CHANNEL, TRADE)] == [1, 2]


async def test_the_bell_counts_what_this_person_has_not_read(filled: Database) -> None:
    async with transaction(filled) as unit:
        reading = AlertReading(unit.connection)
        assert (await bell_of(unit.connection, OWNER, "jo")).unread == 3
        await reading.mark_read(CHANNEL, "jo", 2)
        await reading.mark_read(CHANNEL, "jo", 1)
        bell = await bell_of(unit.connection, OWNER, "jo")
        assert (bell.unread, bell.last) == (1, 3)
        assert (await bell_of(unit.connection, OWNER, "piet")).unread == 3


async def test_quiet_kinds_and_a_pause_are_not_counted(filled: Database) -> None:
    async with transaction(filled) as unit:
        reading = AlertReading(unit.connection)
        wanted = Preferences(quiet=frozenset({AlertKind.TRADE_LAPSED}), first=First.CHAIN)
        await reading.prefer(CHANNEL, wanted)
        assert await reading.preferences(CHANNEL) == wanted
        assert (await bell_of(unit.connection, OWNER, "jo")).unread == 2
        await reading.prefer(CHANNEL, Preferences(paused=True))
        assert (await bell_of(unit.connection, OWNER, "jo")).unread == 0


async def test_an_answer_is_kept_and_may_change(filled: Database) -> None:
    async with transaction(filled) as unit:
        reading = AlertReading(unit.connection)
        assert await reading.answer(CHANNEL, 3, Answer.TOO_FAR, NOW)
        assert await reading.answer(CHANNEL, 3, Answer.USEFUL, NOW)
        assert not await reading.answer(CHANNEL, 99, Answer.USEFUL, NOW)
        assert (await reading.newest(CHANNEL))[0].answer is Answer.USEFUL
        assert await reading.answers(CHANNEL) == {Answer.USEFUL: 1}


async def test_without_settings_the_usual_ones_count(database: Database) -> None:
    async with database.connection() as connection:
        assert await AlertReading(connection).preferences(CHANNEL) == Preferences()
        assert (await bell_of(connection, OWNER, "jo")).last == 0
