"""The office that most tests of services work in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from tests.support.postgres import NewDsn
from tests.unit.services.scenes import Office, empty, office_at


@pytest.fixture(autouse=True, scope="session")
def _short_logs() -> None:
    """Crashes that a test provokes are logged without the values of every local variable, which takes seconds."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.fixture(scope="session")
async def office_dsn(new_dsn: NewDsn) -> str:
    """The database that tests of services use one after the other."""
    return await new_dsn()


@pytest.fixture
async def office(office_dsn: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with an empty database."""
    await empty(office_dsn)
    async with office_at(office_dsn, tmp_path) as office:
        yield office
