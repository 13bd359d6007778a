"""The stores of notifications on a real PostgreSQL keep the promises of the ports."""

from collections.abc import AsyncIterator

import pytest

from infra.postgres.database import Database
from infra.postgres.stores.notifications import StoredDirectory, StoredInbox
from infra.postgres.transaction import transaction
from tests.unit.notifications.promises import DirectoryPromises, InboxPromises


class TestStoredInbox(InboxPromises):
    """Numbered inboxes in the table."""

    @pytest.fixture
    async def inbox(self, database: Database) -> AsyncIterator[StoredInbox]:
        async with transaction(database) as unit:
            yield StoredInbox(unit.connection)


class TestStoredDirectory(DirectoryPromises):
    """The directory in the tables."""

    @pytest.fixture
    async def directory(self, database: Database) -> AsyncIterator[StoredDirectory]:
        async with transaction(database) as unit:
            yield StoredDirectory(unit.connection)
